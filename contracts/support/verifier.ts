// A process of its own, since the verifier writes to the terminal from native code: asks it whether messages keep pacts.
// Argument: a file with { provider, pacts: paths, messages: { description\nstates → message } }. Answers on a second one.
import { readFileSync, writeFileSync } from "node:fs";
import { MessageProviderPact } from "@pact-foundation/pact";

interface Question {
  readonly provider: string;
  readonly pacts: readonly string[];
  readonly messages: Readonly<Record<string, { readonly envelope: object; readonly headers: Record<string, string> }>>;
}

interface Descriptor {
  readonly description: string;
  readonly providerStates?: readonly { readonly name: string }[];
}

const [questionFile = "", answerFile = ""] = process.argv.slice(2);
const { provider, pacts, messages } = JSON.parse(readFileSync(questionFile, "utf8")) as Question;

let asked = 0;
const tell = async ({ description, providerStates = [] }: Descriptor) => {
  const message = messages[`${description}\n${providerStates.map(({ name }) => name).join("\n")}`];
  asked += 1;
  if (message === undefined) throw new Error(`no message for ${description}`);
  return {
    __pactMessageMetadata: { contentType: message.headers["content-type"], ...message.headers },
    message: message.envelope,
  };
};
const states = [...new Set(Object.keys(messages).flatMap((name) => name.split("\n").slice(1)))];

try {
  await new MessageProviderPact({
    provider,
    pactUrls: [...pacts],
    messageProviders: Object.fromEntries(Object.keys(messages).map((name) => [name.split("\n")[0], tell])),
    stateHandlers: Object.fromEntries(states.map((name) => [name, async () => undefined])),
    logLevel: "error",
  } as ConstructorParameters<typeof MessageProviderPact>[0]).verify();
  writeFileSync(answerFile, JSON.stringify({ asked }));
} catch (error) {
  // What the verifier rejects with is one line of JSON.
  const told = JSON.parse(error instanceof Error ? error.message : String(error)) as object;
  writeFileSync(answerFile, JSON.stringify({ ...told, asked }));
}
process.exit(0);
