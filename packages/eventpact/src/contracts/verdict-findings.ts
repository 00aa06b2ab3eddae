import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { findingInDocument, findingInPact } from "./finding.ts";
import type { Pact } from "./pact.ts";
import type { FailedInteraction, ProducerRecord, RecordedMismatch } from "./records.ts";
import { stepsOfPath } from "./schema-checks.ts";
import { placeInSchema } from "./schema-place.ts";
import type { Subject } from "./subject.ts";

/** The contracts that a producer's code does not keep, and what it says that its schemas do not allow. */
export function verdictFindings(
  model: Model,
  record: ProducerRecord,
  pacts: readonly Pact[],
  subjects: readonly Subject[],
  isPending: (pact: Pact) => boolean,
): readonly Diagnostic[] {
  const broken = pacts.flatMap((pact) => {
    const contract = record.contracts.find((one) => one.pact === pact.hash);
    return (contract?.failed ?? []).flatMap((failed) => failedFindings(model, pact, failed, subjects, isPending(pact)));
  });
  return [...broken, ...invalidMessages(model, record)];
}

function failedFindings(
  model: Model,
  pact: Pact,
  failed: FailedInteraction,
  subjects: readonly Subject[],
  pending: boolean,
): readonly Diagnostic[] {
  const states = failed.states ?? [];
  const subject = subjects.find(
    ({ pact: one, interaction }) =>
      one === pact &&
      interaction.description === failed.description &&
      (states.length === 0 || interaction.states.join("\n") === states.join("\n")),
  );
  if (subject === undefined) return [];
  const { event, interaction } = subject;
  const code = pending || interaction.pending ? "pact-pending" : "pact-failed";
  const contract = `${pact.file}:${pact.locate(interaction.pointer).line}`;
  return failed.mismatches.flatMap(singleMismatches).map((mismatch) => {
    const { path = "", message } = mismatch;
    const words = {
      message: `${pact.provider} does not keep its contract with ${pact.consumer}: ${event.key}${path === "" ? "" : ` at ${path}`}: ${message}${differenceOf(mismatch)}.`,
      hint: `The contract is ${contract}. Change the code of ${pact.provider}, or agree with ${pact.consumer} on another contract first.`,
    };
    if (event.payload.kind !== "json-schema") return findingInPact(code, pact, interaction, words);
    return findingInDocument(model, code, placeInSchema(event.payload, stepsOfPath(path)).place, words);
  });
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
