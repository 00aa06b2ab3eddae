import type { Severity } from "../diagnostics/diagnostic.ts";

/** A code of `eventpact verify`, as docs/diagnostics.md tells it. */
export interface ContractCode {
  readonly code: string;
  readonly category: "contracts";
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

/** An entry of the catalogue about contracts or upcasters. */
export const contractCode = (name: string, severity: Severity, title: string, why: string): ContractCode => ({
  code: name,
  category: "contracts",
  severity,
  title,
  why,
});

/** Every code of `eventpact verify`. */
export const contractCodes: readonly ContractCode[] = [
  contractCode(
    "pact-unreadable",
    "error",
    "Every contract is a Pact file that can be read.",
    "A contract that cannot be read protects nobody. Contracts are written by Pact's consumer tests: run them again instead of mending the file.",
  ),
  contractCode(
    "contracts-elsewhere",
    "warning",
    "Contracts lie where they are looked for.",
    "Pact writes into `pacts/` of the folder where the tests run; contracts are read from `contracts/pacts/`, or from `pacts/` of the folder that `contracts` of eventpact.yaml names. What lies elsewhere holds nobody to anything. Write them there (`dir` of `new PactV4`), or say `contracts: .`.",
  ),
  contractCode(
    "pact-party-unknown",
    "error",
    "Consumer and provider of a contract are services of the documents.",
    "Nobody would notice when a contract between services that nobody declares is broken. An error where the name looks like a misspelt one; a warning where one party is described elsewhere: its half is not held against anything; only told where neither is known here, as with contracts of other teams in one folder.",
  ),
  contractCode(
    "pact-event-unknown",
    "error",
    "Every interaction is about an event of the documents.",
    "The event is named by `comments.references.AsyncAPI.message`, else by the description, else by the operation when it has one message. An interaction that names none is checked against nothing.",
  ),
  contractCode(
    "pact-operation-unknown",
    "error",
    "The operation that an interaction names exists, and has its event.",
    "`comments.references.AsyncAPI.operationId` is a receive operation of the consumer or a send operation of the provider.",
  ),
  contractCode(
    "pact-undeclared",
    "error",
    "A contract is about an event that the consumer receives and the provider writes.",
    "Somebody relies on an event that the documents do not let them hear, or expects it of somebody who does not write it. Declare the operation, or drop the contract.",
  ),
  contractCode(
    "pact-missing",
    "error",
    "Every event version that a service receives has a contract.",
    "Without one, nobody knows what the consumer needs of the event, and every change to it is a guess. Write the contract test.",
  ),
  contractCode(
    "pact-example-invalid",
    "error",
    "The example of a contract is part of some valid event.",
    "What the consumer was tested with could never arrive: no event that the schema allows looks like it. Mend the example or the schema.",
  ),
  contractCode(
    "pact-field-undeclared",
    "error",
    "What a consumer relies on is declared in the schema.",
    "The producer happens to send a field that the schema says nothing of; nothing keeps it from stopping. Declare the field, or do not rely on it.",
  ),
  contractCode(
    "pact-field-optional",
    "error",
    "What a consumer relies on is required by the schema.",
    "The schema lets the producer leave the field out, and one day an event without it comes. Make it required, or let the consumer do without it.",
  ),
  contractCode(
    "pact-value-narrower",
    "error",
    "A consumer understands every value that the schema allows.",
    "The contract takes fewer values than the schema lets the producer send: another type, enumeration, pattern or size. Widen what the consumer takes, or narrow the schema.",
  ),
  contractCode(
    "pact-value-by-state",
    "info",
    "An exact value under a provider state is held by the producer's code.",
    "Brought into that state, the producer says this value; a schema knows no states, so that nothing is proved by it. Whether it holds is seen when the code is asked. Set it to error where contracts are to name no exact values.",
  ),
  contractCode(
    "pact-undecided",
    "warning",
    "Whether the schema guarantees what a consumer relies on can be proved.",
    "The question is beyond the engine or its budget. Nothing is known to be wrong; nothing is proved either.",
  ),
  contractCode(
    "pact-matcher-unknown",
    "warning",
    "Every matcher of a contract is understood.",
    "A matcher that cannot be put into a schema is taken as anything, so a part of the contract is held by the producer's verification alone.",
  ),
  contractCode(
    "pact-failed",
    "error",
    "Every producer keeps its contracts.",
    "What the producer's own code says is not what the consumer needs. Change the code, or agree with the consumer on another contract first.",
  ),
  contractCode(
    "pact-pending",
    "warning",
    "Every new contract is kept soon.",
    "The contract was never kept before, so it does not fail the producer's build yet (`--pending`). From the first time that it holds it counts.",
  ),
  contractCode(
    "message-invalid",
    "error",
    "What a producer's code says fits the schema, payload and headers.",
    "The verification ran the real code, and what came out is not what the document promises to everybody.",
  ),
  contractCode(
    "send-unverified",
    "error",
    "Every event version that a service sends was seen coming out of its code.",
    "No verification of the producer brought the event about, so nothing is known of what it really looks like. Add it to the producer's contract test.",
  ),
  contractCode(
    "provider-unverified",
    "warning",
    "Every producer has a command that verifies it.",
    "Contracts with this producer are held against its schemas only. `verify: { provider: { command } }` in eventpact.yaml says how to run its code.",
  ),
  contractCode(
    "provider-broken",
    "error",
    "The verification of a producer can be run and comes to an end.",
    "The command could not be started, ran too long, or its sources changed while it ran. What it wrote stands below the finding.",
  ),
  contractCode(
    "answer-missing",
    "error",
    "The verification of a producer writes an answer.",
    "An exit code of 0 is what a runner of tests that found none ends with, too. The command writes into the file that EVENTPACT_RESULT names what it was asked, what the code answered, and whether that matched.",
  ),
  contractCode(
    "answer-unreadable",
    "error",
    "The answer of a producer's verification can be read.",
    "What is cut, empty or no JSON says nothing, whatever the exit code. It is written once, at the end: `{ run, interactions, messages }`.",
  ),
  contractCode(
    "answer-stale",
    "error",
    "The answer of a producer's verification is about this run.",
    'A file of an earlier run tells of earlier code. The answer repeats the value of EVENTPACT_RUN as `"run"`.',
  ),
  contractCode(
    "answer-unclear",
    "error",
    "Every row of an answer says `ok: true` or `ok: false`, of one interaction.",
    'Text such as "false", a number or nothing at all is not a yes; and a row that several interactions are called by names its "id", which stands in the Pact file as `key`.',
  ),
  contractCode(
    "answer-incomplete",
    "error",
    "The answer speaks of every interaction that was asked, with the message that the code answered with.",
    "What is not spoken of was not verified: a filter, a skipped test, a forgotten `await`. A message belongs to each: in its row as `message`, or among `messages` by its event and state.",
  ),
  contractCode(
    "answer-stranger",
    "warning",
    "The answer speaks of nothing that was not asked.",
    "A row about an interaction that nobody asked about is evidence of nothing: often its name is misspelt, or the command asks about other Pact files than those that EVENTPACT_PACTS names.",
  ),
  contractCode(
    "answer-contradicts",
    "error",
    "A verification that says that everything held ends with exit code 0.",
    "One of the two is wrong, and nobody can say which: nothing of the answer is believed.",
  ),
  contractCode(
    "filter-withheld",
    "warning",
    "No variable of the environment narrows what a verification asks.",
    "Verifiers of Pact leave out interactions by variables such as PACT_DESCRIPTION. They are not passed on; the finding says that one was set.",
  ),
  contractCode(
    "pact-failed-deployed",
    "warning",
    "A producer's code keeps the contracts of what is deployed, too.",
    "The code here no longer keeps the contract of a version that runs somewhere. That is lawful while the consumer goes first; `can-i-deploy` says no to the producer until then.",
  ),
  contractCode(
    "pact-other-interactions",
    "info",
    "What of a Pact file nothing here judges, or only in part, is counted and named.",
    "HTTP interactions are contracts as well: verify them by Pact's own verifier. Contents that are no JSON are held against no schema; the producer's code is asked about them. Synchronous messages are held against the messages of the operation with a `reply` that they belong to, and by the schemas only.",
  ),
  contractCode(
    "verification-unreadable",
    "error",
    "What is kept of verifications, and of what is deployed, can be read.",
    "Whoever judges by records that are broken judges by nothing. They are written by `eventpact verify --record` and `eventpact record-…`, and anything that their format does not allow is refused.",
  ),
];

/**
 * Codes whose severity eventpact.yaml may set: what contracts say beside the schemas and the documents. What the producer's
 * code was asked, and whether a file could be read, is as it is.
 */
export const configurableCodes: readonly ContractCode[] = contractCodes.filter(
  ({ code }) => code.startsWith("pact-") && !["pact-unreadable", "pact-failed", "pact-failed-deployed"].includes(code),
);
