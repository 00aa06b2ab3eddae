import { shownWitness } from "@eventpact/compat";
import type { Judgement } from "@eventpact/compat";
import type { Memo } from "../cache/memo.ts";
import { jsonPath, guaranteeOf } from "../contracts/projection.ts";
import { asksOfMetadata, headerName, headersAsked } from "../contracts/message-parts.ts";
import { isExactValue, requirementsOf } from "../contracts/requirements.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import { judgePayload } from "../judge/payloads.ts";
import { canonicalJson } from "../read/json.ts";
import type { Json } from "../read/json.ts";
import type { Contents, KeptInteraction, Transfer } from "./contents.ts";
import type { StoredPayload, StoredSchema } from "./objects.ts";
import type { DeploySettings } from "../config/settings.ts";

export type Verdict = "yes" | "no" | "unknown";

/** Why a consumer cannot read an event, or why nobody knows. */
export interface Problem {
  readonly kind: "not-received" | "contract" | "validator" | "undecided" | "not-verified" | "verification-failed";
  readonly message: string;
  /** `$.data.email`. */
  readonly field?: string;
  /** An event that the writer may write and the reader refuses. */
  readonly witness?: Json;
  /** What makes it known, where it is not: a command, and what is needed before. */
  readonly way?: string;
  /** With `undecided`, why; with the others, what to know about the verdict. */
  readonly note?: string;
}

/** Whether a version of a consumer can read one state of an event version, by schemas alone. */
export interface Reading {
  readonly verdict: Verdict;
  readonly problems: readonly Problem[];
  /** Contracts about the event: what they rely on was proved to be guaranteed, where the verdict is yes. */
  readonly interactions: readonly KeptInteraction[];
  /** Every matcher of these contracts was understood, so that the proof is about all they say. */
  readonly isWhole: boolean;
  /** What to know about proofs that succeeded, such as that no event satisfies the writer's schema. */
  readonly notes: readonly string[];
}

/** Who judges: the schemas, by which copies of readers, and what an earlier run proved. */
export interface ReadingJudge {
  readonly schemas: SchemaJudge;
  readonly settings: Pick<DeploySettings, "readers">;
  readonly memo: Memo;
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
  judge: ReadingJudge,
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
      notes: [],
    };
  }
  const { payload } = message;
  const validators = heard.flatMap((one) =>
    judge.settings.readers === "contract" || (one.messageHash === messageHash && isRead(payload))
      ? []
      : [byValidator(one.message.payload, payload, judge.schemas)],
  );
  const counted = interactions.filter(({ pending }) => !pending);
  // Of a payload in another language nothing is proved; its contracts are kept by the producer's code, or nobody knows.
  const contracts = counted.flatMap((one) => [
    ...(payload.kind === "json-schema" ? [byContract(one, payload, judge, jsonPath)] : []),
    ...byHeaders(one, message.headers, judge),
  ]);
  const problems = [...contracts, ...validators].flatMap((one) => one.problems);
  return {
    verdict: worst(problems.map(({ kind }) => (kind === "undecided" ? "unknown" : "no"))),
    problems,
    interactions,
    // A schema of payloads proves nothing of what a contract asks of the metadata beside them.
    isWhole:
      payload.kind === "json-schema" &&
      contracts.every(({ isWhole }) => isWhole) &&
      !counted.some(({ whole }) => asksOfMetadata(whole)),
    notes: [...new Set([...contracts, ...validators].flatMap(({ notes }) => notes))],
  };
}

interface PartialReading {
  readonly problems: readonly Problem[];
  readonly notes: readonly string[];
}

/** The reader's own copy of the schema refuses something that the writer's allows. */
function byValidator(read: StoredPayload, written: StoredPayload, schemas: SchemaJudge): PartialReading {
  const judged = judgePayload(schemas, written, read);
  if (judged.verdict === "compatible") return { problems: [], notes: notesOf(judged) };
  const what = "its copy of the schema refuses events";
  return { problems: [problemOf(judged, "validator", what)], notes: [] };
}

/** What stands behind an unread reference may be another thing in each version, however alike the rest is. */
const isRead = (payload: StoredPayload): boolean =>
  payload.kind !== "json-schema" || (payload.unread ?? []).length === 0;

const notesOf = ({ note }: Judgement): readonly string[] => (note === undefined ? [] : [note]);

interface ContractReading extends PartialReading {
  readonly isWhole: boolean;
}

/** What the contract asks of the headers; where the documents have none, only the code's answer tells. */
function byHeaders(
  { whole, states }: KeptInteraction,
  headers: StoredSchema | undefined,
  judge: ReadingJudge,
): readonly ContractReading[] {
  const asked = headersAsked(whole);
  if (asked === undefined) return [];
  if (headers === undefined) return [{ problems: [], isWhole: false, notes: [] }];
  return [byContract({ ...asked, states }, headers, judge, headerName)];
}

/** What the contract relies on and the writer's schema does not guarantee, one problem per field. */
function byContract(
  { contents, rules, states }: Pick<KeptInteraction, "contents" | "rules" | "states">,
  written: StoredSchema,
  { schemas, memo }: ReadingJudge,
  nameOf: (path: readonly string[]) => string,
): ContractReading {
  const { schema, dialect, writtenKeys = [], unread = [] } = written;
  const policy = [schemas.settings.policy, writtenKeys, schemas.settings.writtenKeys, unread.map(({ what }) => what)];
  const bound = states.length > 0;
  return memo.once("deploy-contract", canonicalJson({ contents, rules, bound, schema, dialect, policy }), () => {
    const { schema: projection, unknown } = guaranteeOf({ contents, rules }, dialect);
    const isWhole = unknown.length === 0;
    const whole = schemas.guarantees(written, projection);
    if (whole.verdict === "compatible") return { problems: [], isWhole, notes: notesOf(whole) };
    const single = requirementsOf(projection).flatMap((requirement): readonly Problem[] => {
      const judged = schemas.guarantees(written, requirement.schema);
      if (judged.verdict === "compatible") return [];
      if (bound && isExactValue(requirement)) return [];
      const field = nameOf(requirement.path);
      const what =
        requirement.kind === "present" ? `its contract needs ${field}` : `its contract takes less at ${field}`;
      return [{ ...problemOf(judged, "contract", what), field }];
    });
    const isByState = bound && requirementsOf(projection).some(isExactValue);
    const problems =
      single.length > 0 || isByState ? single : [problemOf(whole, "contract", "its contract takes less")];
    return { problems, isWhole: isWhole && !isByState, notes: [] };
  });
}

function problemOf(judged: Judgement, kind: "contract" | "validator", what: string): Problem {
  const { verdict, rejection, reason, note = reason } = judged;
  const witness = shownWitness(judged);
  const noted = note === undefined ? {} : { note };
  if (verdict === "undecided")
    return {
      kind: "undecided",
      message: `whether ${what} is beyond proof${note === undefined ? "" : `: ${note}`}`,
      ...noted,
    };
  const said = rejection === undefined ? note : `${rejection.instance || "/"}: ${rejection.message}`;
  const at = said === undefined ? "" : ` (${said})`;
  return {
    kind,
    message: `${what}${kind === "validator" ? at : ""}`,
    ...(witness === undefined ? {} : { witness }),
    ...noted,
  };
}
