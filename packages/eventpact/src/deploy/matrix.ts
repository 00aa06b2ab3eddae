import type { Memo } from "../cache/memo.ts";
import type { InteractionRecord, ProducerRecord } from "../contracts/records.ts";
import { isKept, resultOn } from "../contracts/records.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { UpcasterRecord } from "../upcasters/types.ts";
import type { Transfer } from "./contents.ts";
import type { Problem, Reading, Verdict } from "./reading.ts";
import { canRead, hears } from "./reading.ts";
import type { DeploySettings } from "../config/settings.ts";
import type { Placed } from "./world.ts";

/**
 * What is known of one event between two versions. `verified`: the producer's code kept the contract. `proved`: its code
 * says what its schema says, and the schema guarantees the contract. `schema`: there is no contract; the consumer's own
 * schema takes all that the producer's allows. `pending`: the contract does not count yet.
 */
export type Status = "verified" | "proved" | "schema" | "pending" | "unverified" | "failed" | "incompatible";

/** One event that one version writes and another hears. */
export interface Row {
  readonly consumer: Party;
  readonly provider: Party;
  readonly event: string;
  readonly topic: string;
  readonly status: Status;
  readonly verdict: Verdict;
  readonly problems: readonly Problem[];
  /** What to know about the proofs behind it. */
  readonly notes: readonly string[];
}

export interface Party {
  readonly service: string;
  readonly version: string;
}

export interface Judge {
  readonly settings: DeploySettings;
  readonly schemas: SchemaJudge;
  /** What the verification of one state of a producer's code found. */
  readonly recordOf: (provider: string, producer: string) => ProducerRecord | undefined;
  /** What one state of a consumer's upcasters was found to do. */
  readonly upcastersOf: (consumer: string, upcasters: string) => UpcasterRecord | undefined;
  readonly memo: Memo;
}

/** Judges every event that the provider sends and the consumer hears of. */
export function rowsBetween(consumer: Placed, provider: Placed, judge: Judge): readonly Row[] {
  const record = recordFor(provider, judge);
  return provider.contents.sends
    .filter(({ topic, message }) => hears(consumer.contents, topic, message.eventType))
    .map((transfer) => {
      const reading = canRead(consumer.contents, transfer, judge);
      return {
        consumer: party(consumer),
        provider: party(provider),
        event: transfer.event,
        topic: transfer.topic,
        notes: reading.notes,
        ...standing(consumer, provider, transfer, reading, record),
      };
    });
}

/** What was found of its code: only of that code, whichever record the file of an environment names. */
export function recordFor({ service, code, producer }: Placed, judge: Judge): ProducerRecord | undefined {
  const record = producer === undefined ? undefined : judge.recordOf(service, producer);
  return record?.code === code ? record : undefined;
}

const party = ({ service, version }: Placed): Party => ({ service, version });

type Standing = Pick<Row, "status" | "verdict" | "problems">;

function standing(
  consumer: Placed,
  provider: Placed,
  { event }: Transfer,
  reading: Reading,
  record: ProducerRecord | undefined,
): Standing {
  if (reading.verdict === "no") return { status: "incompatible", verdict: "no", problems: reading.problems };
  const send = record?.sends.find((one) => one.event === event);
  if (send?.ok === false) {
    const said = (send.problems ?? []).map((message) =>
      failedProblem(`${provider.service} says what its schema refuses: ${message}`),
    );
    return { status: "failed", verdict: "no", problems: said };
  }
  const pacts = consumer.contents.pacts.filter((one) => one.provider === provider.service);
  const mine = pacts.flatMap(({ interactions }) => interactions.filter((one) => one.event === event));
  const counted = mine.filter(({ pending }) => !pending);
  if (counted.length === 0) {
    const status = mine.length > 0 ? "pending" : "schema";
    return { status, verdict: reading.verdict, problems: reading.problems };
  }
  const results = counted.map((one) => resultOn(record, consumer.service, one));
  const failed = results.filter((one) => one?.result === "broken");
  if (failed.length > 0) return { status: "failed", verdict: "no", problems: failed.flatMap(mismatchProblems) };
  if (results.every(isKept)) return { status: "verified", verdict: "yes", problems: [] };
  if (send?.ok === true && reading.verdict === "yes" && reading.isWhole)
    return { status: "proved", verdict: "yes", problems: [] };
  const open: Problem = { kind: "not-verified", ...whyUnverified(consumer, provider, record) };
  return { status: "unverified", verdict: "unknown", problems: [...reading.problems, open] };
}

/** What broke when the code was asked about an interaction. */
export function mismatchProblems(found: InteractionRecord | undefined): readonly Problem[] {
  if (found === undefined) return [];
  const { description, mismatches } = found;
  if (mismatches.length === 0) return [failedProblem(`"${description}" failed`)];
  return mismatches.map(({ path, message, expected, actual }) => ({
    ...failedProblem(
      `${message}${expected === undefined ? "" : `; expected ${expected}`}${actual === undefined ? "" : `, the code says ${actual}`}`,
    ),
    ...(path === undefined ? {} : { field: path }),
  }));
}

const failedProblem = (message: string): Problem => ({ kind: "verification-failed", message });

/** Why nobody knows, and what whoever wants to know does. */
function whyUnverified(
  consumer: Placed,
  provider: Placed,
  record: ProducerRecord | undefined,
): Pick<Problem, "message" | "way"> {
  const { service, version, code, producer, isHere } = provider;
  const there = `in the code of ${version}: eventpact verify --record --provider ${service}`;
  if (code === undefined && producer === undefined)
    return {
      message: `nothing says how to verify ${service}`,
      way: `say it in eventpact.yaml (verify: { provider: { command, sources } }), then: eventpact verify --provider ${service}`,
    };
  if (code === undefined && record === undefined)
    return {
      message: `${service} ${version} was recorded by an earlier eventpact, which bound results to less`,
      way: `in its code: eventpact verify --record --provider ${service}, then eventpact record-deployment --service ${service} --here --version <a name of its own>`,
    };
  if (isHere === true && record === undefined)
    return {
      message: `the code of ${service} as it is was not verified`,
      way: `eventpact verify --provider ${service}`,
    };
  if (producer === undefined)
    return {
      message: `${service} ${version} had not been verified when it was recorded`,
      way: `${there}, then record it again: eventpact record-deployment --service ${service} --version ${version} --here`,
    };
  if (record === undefined) return { message: `no result is kept for the code of ${service} ${version}`, way: there };
  const what = `the contract of ${consumer.service} ${consumer.version}`;
  return {
    message: `${service} ${version} was not verified against ${what}, and its schema does not settle it`,
    way:
      isHere === true
        ? `eventpact verify --provider ${service}`
        : `eventpact can-i-deploy --service ${service} (what lies here may go first), or ${there}`,
  };
}
