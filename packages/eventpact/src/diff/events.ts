import type { Mode } from "@eventpact/compat";
import type { DeploySettings } from "../config/settings.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import { judgePayload, languageOf } from "../judge/payloads.ts";
import { eventPayload } from "../judge/sides.ts";
import { anySchema } from "../model/bundle.ts";
import type { BundledSchema, EventVersion, Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson } from "../read/json.ts";
import { contentTypeDrafts } from "./content-type.ts";
import { below, draft, listed, verb } from "./draft.ts";
import { keyDrafts } from "./keys.ts";
import type { DefaultModes } from "./modes.ts";
import { demanded, judgingMode, modeDrafts } from "./modes.ts";
import type { SchemaPair } from "./schemas.ts";
import { isSameSchema, judgePair, schemaDrafts } from "./schemas.ts";
import type { SharedChanges } from "./shared-changes.ts";
import { sharedSignature } from "./shared-changes.ts";
import type { Draft, EventVerdict, Level } from "./types.ts";

export interface EventSettings {
  /** For events without `x-compatibility`, on each side. */
  readonly modes: DefaultModes;
  readonly judge: SchemaJudge;
  /** For how long topics keep. */
  readonly deploy: DeploySettings;
  /** What this run has learnt of changes that events have in common. */
  readonly shared: SharedChanges;
}

/** An event version on both sides, changed or not. */
export interface EventPair {
  readonly older: EventVersion;
  readonly newer: EventVersion;
}

export interface Judged {
  readonly drafts: readonly Draft[];
  readonly verdict?: EventVerdict;
}

/**
 * What changed about an event version that both sides have. Payload and headers are compared where a hash tells that they differ.
 * Which directions count is said by the mode of either side: a change cannot weaken what judges it.
 */
export function eventDrafts(pair: EventPair, models: Models, settings: EventSettings): Judged {
  const mode = judgingMode(pair, models, settings.modes);
  const judged = judgedDrafts(pair, mode, models, settings);
  const drafts = [...modeDrafts(pair, models, settings.modes), ...lifecycleDrafts(pair), ...judged.drafts];
  return { ...judged, drafts };
}

interface Models {
  readonly older: Model;
  readonly newer: Model;
}

/** What readers of the one and writers of the other meet: key, content type, payload and headers. */
export function judgedDrafts(pair: EventPair, mode: Mode, models: Models, settings: EventSettings): Judged {
  const { older, newer } = pair;
  const drafts: Draft[] = [...keyDrafts(pair, mode, settings), ...contentTypeDrafts(pair, models)];
  if (older.hash === newer.hash) return { drafts };
  const payload = payloadDrafts(pair, mode, settings);
  drafts.push(...payload.drafts);
  if (older.headers || newer.headers) drafts.push(...headersDrafts(pair, mode, settings));
  return { drafts, ...(payload.verdict ? { verdict: payload.verdict } : {}) };
}

function lifecycleDrafts({ older, newer }: EventPair): readonly Draft[] {
  if (older.lifecycle === newer.lifecycle) return [];
  const { key, senders } = newer;
  const still = newer.lifecycle === "retained" && senders.length > 0;
  const again = older.lifecycle === "retained" && newer.lifecycle !== "retained";
  const level: Level = still ? "breaking" : again ? "warning" : "info";
  const message = still
    ? `${key} is called retained, but ${listed(senders)} still ${verb(senders, "sends", "send")} it.`
    : `${key} was ${older.lifecycle} and is ${newer.lifecycle} now.`;
  const hint = still
    ? "Take it out of the send operations first; until then it is deprecated."
    : again
      ? "Readers that dropped it because nobody sent it any more must read it again."
      : undefined;
  const places = { older: below(older.place, "/x-lifecycle"), newer: below(newer.place, "/x-lifecycle") };
  const subject = { kind: "event", name: key } as const;
  return [
    draft({ code: "lifecycle-changed", level, subject, message, ...(hint ? { hint } : {}), ...places }, [
      older.lifecycle,
      newer.lifecycle,
    ]),
  ];
}

function payloadDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): Judged {
  const [was, is] = [older.payload, newer.payload];
  if (was.kind === "json-schema" && is.kind === "json-schema") {
    if (isSameSchema(was, is)) return { drafts: [] };
    const pair: SchemaPair = {
      subject: { kind: "event", name: newer.key },
      events: [newer.key],
      part: "payload",
      older: was,
      newer: is,
      examples: { older: examplesOf(older), newer: examplesOf(newer) },
    };
    const signature = sharedSignature(was, is, demanded[mode]);
    const known = settings.shared.known(signature, newer.key);
    if (known !== undefined) return { drafts: known };
    const comparison = judgePair(pair, settings.judge);
    const [backward, forward] = [comparison.backward.verdict, comparison.forward.verdict];
    const drafts = schemaDrafts(pair, comparison, demanded[mode]);
    settings.shared.learn(
      signature,
      drafts.some(({ level }) => level === "breaking"),
      drafts,
    );
    const notes = [comparison.backward, comparison.forward].flatMap(({ verdict, note }) =>
      note === undefined || verdict === "undecided" ? [] : [note],
    );
    const told = notes.length === 0 ? {} : { notes: [...new Set(notes)] };
    return { drafts, verdict: { event: newer.key, mode, backward, forward, ...told } };
  }
  if (canonicalJson(plain(was)) === canonicalJson(plain(is))) return { drafts: [] };
  return foreignDrafts({ older, newer }, mode, settings.judge);
}

/** A payload in a language that is not JSON Schema, on one side or both. */
function foreignDrafts({ older, newer }: EventPair, mode: Mode, judge: SchemaJudge): Judged {
  const [was, is] = [eventPayload(older), eventPayload(newer)];
  const verdicts = {
    backward: judgePayload(judge, was, is).verdict,
    forward: judgePayload(judge, is, was).verdict,
  };
  const asked = demanded[mode].map((direction) => verdicts[direction]);
  const level = asked.includes("incompatible") ? "breaking" : asked.includes("undecided") ? "undecided" : "info";
  const [from, to] = [languageOf(was), languageOf(is)];
  const common = {
    level,
    subject: { kind: "event", name: newer.key },
    part: "payload",
    directions: demanded[mode].filter((direction) => verdicts[direction] !== "compatible"),
    older: below(older.place, "/payload"),
    newer: below(newer.place, "/payload"),
  } as const;
  const identity = [canonicalJson(plain(older.payload)), canonicalJson(plain(newer.payload))];
  const hint = "Judge it with that language's own tool, and accept the change with a reason in the file of approvals.";
  const found =
    from === to
      ? {
          ...common,
          code: "payload-undecided",
          message: `The payload changed, and ${from} cannot be judged here.`,
          hint,
        }
      : { ...common, code: "payload-format-changed", message: `The payload was ${from} and is ${to} now.` };
  return { drafts: [draft(found, identity)], verdict: { event: newer.key, mode, ...verdicts } };
}

function plain(payload: EventVersion["payload"]): Json {
  if (payload.kind === "none") return null;
  return payload.kind === "opaque" ? [payload.format, payload.schema] : payload.schema;
}

function examplesOf({ examples }: EventVersion): readonly Json[] {
  return examples.flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
}

/** Headers that are not described may be anything. */
function headersDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): readonly Draft[] {
  const headersOf = (event: EventVersion, other: EventVersion): BundledSchema =>
    event.headers ?? anySchema(below(event.place, "/headers"), other.headers?.dialect ?? "draft-07", []);
  const [was, is] = [headersOf(older, newer), headersOf(newer, older)];
  if (isSameSchema(was, is)) return [];
  const shown = ({ examples }: EventVersion): readonly Json[] =>
    examples.flatMap(({ headers }) => (headers ? [headers] : []));
  const examples = { older: shown(older), newer: shown(newer) };
  const subject = { kind: "event", name: newer.key } as const;
  const pair: SchemaPair = { subject, events: [newer.key], part: "headers", older: was, newer: is, examples };
  return schemaDrafts(pair, judgePair(pair, settings.judge), demanded[mode]);
}
