// A process of its own: Pact's verifier writes to the terminal from native code. Arguments: its options, messages by description, a file for the answer.
import { writeFileSync } from "node:fs";
import { MessageProviderPact } from "@pact-foundation/pact";

const [options = "{}", messages = "{}", answer = ""] = process.argv.slice(2);
const told = Object.entries(JSON.parse(messages) as Record<string, object>);
const all = {
  ...(JSON.parse(options) as object),
  logLevel: "error",
  messageProviders: Object.fromEntries(told.map(([name, message]) => [name, async () => message])),
} as unknown as ConstructorParameters<typeof MessageProviderPact>[0];
try {
  await new MessageProviderPact(all).verify();
  writeFileSync(answer, "kept");
} catch (error) {
  writeFileSync(answer, `broken: ${(error as Error).message}`);
}
process.exit(0);
