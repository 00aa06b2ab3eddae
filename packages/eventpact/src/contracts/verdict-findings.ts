import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { findingInDocument, findingInPact, shownPlace } from "./finding.ts";
import type { DeployedInteraction } from "./deployed-contracts.ts";
import type { InteractionRecord, ProducerRecord, RecordedMismatch } from "./records.ts";
import { resultOn } from "./records.ts";
import { stepsOfPath } from "./schema-checks.ts";
import { placeInSchema } from "./schema-place.ts";
import type { Subject } from "./subject.ts";

/** The contracts that a producer's code does not keep, and what it says that its schemas do not allow. */
export function verdictFindings(
  model: Model,
  record: ProducerRecord,
  subjects: readonly Subject[],
  deployed: readonly DeployedInteraction[],
  isPending: (subject: Subject) => boolean,
): readonly Diagnostic[] {
  const here = subjects.flatMap((subject) => {
    const { pact, interaction, event } = subject;
    const found = resultOn(record, pact.consumer, { id: interaction.id, event: event.key });
    return failedFindings(model, subject, found, isPending(subject));
  });
  const there = deployed.flatMap((one) => {
    const found = resultOn(record, one.consumer, one);
    return found?.result === "broken" ? [deployedFinding(model, record.provider, one, found)] : [];
  });
  return [...here, ...there, ...invalidMessages(model, record)];
}

function failedFindings(
  model: Model,
  { pact, interaction, event }: Subject,
  found: InteractionRecord | undefined,
  pending: boolean,
): readonly Diagnostic[] {
  if (found === undefined || found.result === "kept") return [];
  const code = pending || found.result === "pending" ? "pact-pending" : "pact-failed";
  const contract = shownPlace(interaction);
  return found.mismatches.flatMap(singleMismatches).map((mismatch) => {
    const { path = "", message } = mismatch;
    const words = {
      message: `${pact.provider} does not keep its contract with ${pact.consumer}: ${event.key}${path === "" ? "" : ` at ${path}`}: ${message}${differenceOf(mismatch)}.`,
      hint: `The contract is ${contract}. Change the code of ${pact.provider}, or agree with ${pact.consumer} on another contract first.`,
    };
    if (event.payload.kind !== "json-schema") return findingInPact(code, interaction, words);
    return findingInDocument(model, code, placeInSchema(event.payload, stepsOfPath(path)).place, words);
  });
}

/** Lawful while the consumer goes first: the contract of what is deployed no longer holds, the one here may. */
function deployedFinding(
  model: Model,
  provider: string,
  { consumer, event: key, versions }: DeployedInteraction,
  { mismatches }: InteractionRecord,
): Diagnostic {
  const event = model.events.find((one) => one.key === key);
  const [first] = mismatches.flatMap(singleMismatches);
  const at = first?.path === undefined ? "" : ` at ${first.path}`;
  const words = {
    message: `${provider} does not keep the contract of ${consumer} as it is deployed (${versions.join(", ")}): ${key}${at}: ${first?.message ?? "it does not match"}.`,
    hint: `Deploy ${consumer} first, when it needs this no longer: eventpact can-i-deploy --dry-run-change says the order.`,
  };
  const place =
    event?.payload.kind === "json-schema"
      ? placeInSchema(event.payload, stepsOfPath(first?.path ?? "")).place
      : (event?.place ?? { file: model.folder, pointer: "" });
  return findingInDocument(model, "pact-failed-deployed", place, words);
}

/** The verifier tells of all missing names at once, at the object that lacks them. */
function singleMismatches(mismatch: RecordedMismatch): readonly RecordedMismatch[] {
  const names = /^Actual map is missing the following keys: (.+)$/.exec(mismatch.message)?.[1];
  if (names === undefined) return [mismatch];
  return names.split(", ").map((name) => ({ path: `${mismatch.path ?? "$"}.${name}`, message: "It is missing" }));
}

function differenceOf({ expected, actual, message }: RecordedMismatch): string {
  const parts = [
    ...(expected === undefined ? [] : [`the consumer was tested with ${expected}`]),
    ...(actual === undefined || message.includes(actual.replaceAll('"', "")) ? [] : [`the code says ${actual}`]),
  ];
  return parts.length === 0 ? "" : ` (${parts.join("; ")})`;
}

function invalidMessages(model: Model, record: ProducerRecord): readonly Diagnostic[] {
  return record.sends.flatMap(({ event: key, problems = [] }) => {
    const event = model.events.find((one) => one.key === key);
    const place = event?.place ?? { file: model.folder, pointer: "" };
    return problems.map((problem) =>
      findingInDocument(model, "message-invalid", place, {
        message: `${record.provider} says a ${key} that its schema refuses. ${problem}`,
      }),
    );
  });
}
