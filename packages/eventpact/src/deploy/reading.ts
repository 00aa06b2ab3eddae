import { compare } from "@eventpact/compat";
import type { Judgement, Schema } from "@eventpact/compat";
import type { Memo } from "../cache/memo.ts";
import { jsonPath, projectionOf } from "../contracts/projection.ts";
import { requirementsOf } from "../contracts/requirements.ts";
import { canonicalJson } from "../read/json.ts";
import type { Json } from "../read/json.ts";
import type { Contents, Transfer } from "./contents.ts";
import type { StoredInteraction, StoredSchema } from "./objects.ts";
import type { DeploySettings } from "./settings.ts";

export type Verdict = "yes" | "no" | "unknown";

/** Why a consumer cannot read an event, or why nobody knows. */
export interface Problem {
  readonly kind: "not-received" | "contract" | "validator" | "undecided" | "not-verified" | "verification-failed";
  readonly message: string;
  /** `$.data.email`. */
  readonly field?: string;
  /** An event that the writer may write and the reader refuses. */
  readonly witness?: Json;
}

/** Whether a version of a consumer can read one state of an event version, by schemas alone. */
export interface Reading {
  readonly verdict: Verdict;
  readonly problems: readonly Problem[];
  /** Contracts about the event: what they rely on was proved to be guaranteed, where the verdict is yes. */
  readonly interactions: readonly StoredInteraction[];
  /** Every matcher of these contracts was understood, so that the proof is about all they say. */
  readonly isWhole: boolean;
}

/** The worst of some verdicts; yes for none. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes("no")) return "no";
  return verdicts.includes("unknown") ? "unknown" : "yes";
}

/** Whether the consumer hears of this kind of event in this topic at all; what it does not hear it need not read. */
export const hears = ({ receives }: Contents, topic: string, eventType: string): boolean =>
  receives.some((one) => one.topic === topic && one.message.eventType === eventType);

/** Judges whether everything that the writer's schema allows can be read: received, accepted, and as the contracts need it. */
export function canRead(
  reader: Contents,
  written: Pick<Transfer, "event" | "topic" | "message" | "messageHash">,
  settings: Pick<DeploySettings, "readers">,
  memo: Memo,
): Reading {
  const { event, topic, message, messageHash } = written;
  const interactions = reader.pacts.flatMap((pact) => pact.interactions.filter((one) => one.event === event));
  const heard = reader.receives.filter((one) => one.topic === topic && one.event === event);
  const [first] = heard;
  if (first === undefined) {
    const others = reader.receives.filter((one) => one.topic === topic && one.message.eventType === message.eventType);
    const known = [...new Set(others.map((one) => one.event))].join(" and ");
    return {
      verdict: "no",
      problems: [{ kind: "not-received", message: `it receives ${known || "nothing of this kind"}, not ${event}` }],
      interactions,
      isWhole: true,
    };
  }
  const { payload } = message;
  if (payload.kind !== "json-schema") {
    const isSame = heard.every((one) => one.messageHash === messageHash);
    const problem = { kind: "undecided", message: `its payload is no JSON Schema and changed` } as const;
    return { verdict: isSame ? "yes" : "unknown", problems: isSame ? [] : [problem], interactions, isWhole: false };
  }
  const validators = heard.flatMap((one) =>
    settings.readers === "contract" || one.messageHash === messageHash
      ? []
      : byValidator(one.message.payload, payload, memo),
  );
  const counted = interactions.filter(({ pending }) => !pending);
  const contracts = counted.map((one) => byContract(one, payload, memo));
  const problems = [...contracts.flatMap((one) => one.problems), ...validators];
  return {
    verdict: worst(problems.map(({ kind }) => (kind === "undecided" ? "unknown" : "no"))),
    problems,
    interactions,
    isWhole: contracts.every(({ isWhole }) => isWhole),
  };
}

/** The reader's own copy of the schema refuses something that the writer's allows. */
function byValidator(read: Transfer["message"]["payload"], written: StoredSchema, memo: Memo): readonly Problem[] {
  if (read.kind !== "json-schema") return [];
  if (canonicalJson(read.schema) === canonicalJson(written.schema)) return [];
  const judged = includes(written, read.schema, memo);
  return judged.verdict === "compatible"
    ? []
    : [problemOf(judged, "validator", "its copy of the schema refuses events")];
}

interface ContractReading {
  readonly problems: readonly Problem[];
  readonly isWhole: boolean;
}

/** What the contract relies on and the writer's schema does not guarantee, one problem per field. */
function byContract({ contents, rules }: StoredInteraction, written: StoredSchema, memo: Memo): ContractReading {
  const input = canonicalJson({ contents, rules, schema: written.schema, dialect: written.dialect });
  return memo.once("deploy-contract", input, () => {
    const { schema, unknown } = projectionOf({ contents, rules }, written.dialect);
    const isWhole = unknown.length === 0;
    const whole = includes(written, schema as Json, memo);
    if (whole.verdict === "compatible") return { problems: [], isWhole };
    const single = requirementsOf(schema).flatMap((requirement): readonly Problem[] => {
      const judged = includes(written, requirement.schema as Json, memo);
      if (judged.verdict === "compatible") return [];
      const field = jsonPath(requirement.path);
      const what =
        requirement.kind === "present" ? `its contract needs ${field}` : `its contract takes less at ${field}`;
      return [{ ...problemOf(judged, "contract", what), field }];
    });
    return {
      problems: single.length > 0 ? single : [problemOf(whole, "contract", "its contract takes less")],
      isWhole,
    };
  });
}

function problemOf(judged: Judged, kind: "contract" | "validator", what: string): Problem {
  if (judged.verdict === "undecided") return { kind: "undecided", message: `whether ${what} is beyond proof` };
  const at = judged.at === undefined ? "" : ` (${judged.at})`;
  return {
    kind,
    message: `${what}${kind === "validator" ? at : ""}`,
    ...(judged.witness === undefined ? {} : { witness: judged.witness }),
  };
}

interface Judged {
  readonly verdict: Judgement["verdict"];
  readonly witness?: Json;
  readonly at?: string;
}

/** Whether the reader accepts all that the writer's schema allows: events are written as declared, unknown keys skipped. */
export function includes(written: StoredSchema, reader: Json, memo: Memo): Judged {
  const input = canonicalJson({ written: written.schema, reader, dialect: written.dialect });
  return memo.once("deploy-includes", input, () => {
    const options = { dialect: written.dialect, policy: "tolerant" } as const;
    const { verdict, witness, rejection } = compare(written.schema as Schema, reader as Schema, options).backward;
    return {
      verdict,
      ...(witness === undefined ? {} : { witness }),
      ...(rejection === undefined ? {} : { at: `${rejection.instance || "/"}: ${rejection.message}` }),
    };
  });
}
