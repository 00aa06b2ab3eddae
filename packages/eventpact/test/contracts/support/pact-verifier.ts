// A process of its own: Pact's verifier writes to the terminal from native code. Arguments: a pact, messages by description, a file for the answer.
import { readFileSync, writeFileSync } from "node:fs";
import { MessageProviderPact } from "@pact-foundation/pact";

const [pact = "", messages = "", answer = ""] = process.argv.slice(2);
const told = JSON.parse(readFileSync(messages, "utf8")) as Record<string, object>;
const options = {
  provider: "sales",
  pactUrls: [pact],
  logLevel: "error",
  messageProviders: Object.fromEntries(Object.entries(told).map(([name, message]) => [name, async () => message])),
} as unknown as ConstructorParameters<typeof MessageProviderPact>[0];
try {
  await new MessageProviderPact(options).verify();
  writeFileSync(answer, "{}");
} catch (error) {
  writeFileSync(answer, (error as Error).message);
}
process.exit(0);
