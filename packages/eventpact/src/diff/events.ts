import type { Mode } from "@eventpact/compat";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { BundledSchema, EventVersion, Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { below, draft, listed, verb } from "./draft.ts";
import type { SchemaPair } from "./schemas.ts";
import { demanded, isSameSchema, judgePair, schemaDrafts } from "./schemas.ts";
import { modes } from "./settings.ts";
import type { SharedChanges } from "./shared-changes.ts";
import { sharedSignature } from "./shared-changes.ts";
import type { Draft, EventVerdict, Level } from "./types.ts";

export interface EventSettings {
  /** For events without `x-compatibility`. */
  readonly mode: Mode;
  readonly judge: SchemaJudge;
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
 * What changed about an event version that both sides have. `undefined` where nothing did that a hash can tell, which costs
 * nothing. Which directions count is said by the mode of either side: a change cannot weaken what judges it.
 */
export function eventDrafts(pair: EventPair, models: { older: Model; newer: Model }, settings: EventSettings): Judged {
  const { older, newer } = pair;
  const [was, is] = [modeOf(models.older, older), modeOf(models.newer, newer)];
  const mode = stricter(was ?? settings.mode, is ?? settings.mode);
  const drafts: Draft[] = [...modeDrafts(pair, was ?? settings.mode, is ?? settings.mode, models)];
  drafts.push(...lifecycleDrafts(pair), ...keyDrafts(pair, mode, settings));
  drafts.push(...contentTypeDrafts(pair, models));
  if (older.hash === newer.hash) return { drafts };
  const payload = payloadDrafts(pair, mode, settings);
  drafts.push(...payload.drafts);
  if (older.headers || newer.headers) drafts.push(...headersDrafts(pair, mode, settings));
  return { drafts, ...(payload.verdict ? { verdict: payload.verdict } : {}) };
}

/** `x-compatibility` as it is written, if it is a mode. */
export function modeOf(model: Model, event: EventVersion): Mode | undefined {
  const written = writtenMode(model, event);
  return modes.find((mode) => mode === written);
}

function writtenMode(model: Model, event: EventVersion): Json | undefined {
  return own(valueOf(model.sources, event.place), "x-compatibility");
}

/** Demands the directions of both; `_TRANSITIVE` if either is. */
function stricter(one: Mode, other: Mode): Mode {
  const all = new Set([...demanded[one], ...demanded[other]]);
  const suffix = [one, other].some((mode) => mode.endsWith("_TRANSITIVE")) ? "_TRANSITIVE" : "";
  if (all.size === 0) return "NONE";
  return `${all.size === 2 ? "FULL" : all.has("backward") ? "BACKWARD" : "FORWARD"}${suffix}`;
}

function modeDrafts({ newer }: EventPair, was: Mode, is: Mode, models: { newer: Model }): readonly Draft[] {
  const written = writtenMode(models.newer, newer);
  const place = below(newer.place, "/x-compatibility");
  const subject = { kind: "event", name: newer.key } as const;
  if (written !== undefined && !modes.includes(written as Mode)) {
    const text = typeof written === "string" ? written : JSON.stringify(written);
    const hint = didYouMean(text, modes) ?? `There are: ${modes.join(", ")}.`;
    const message = `There is no compatibility mode "${text}".`;
    return [draft({ code: "compatibility-unknown", level: "breaking", subject, message, hint, newer: place }, [text])];
  }
  const lost = demanded[was].filter((direction) => !demanded[is].includes(direction));
  if (lost.length === 0) return [];
  const message = `${newer.key} was to stay ${was}-compatible and is ${is} now.`;
  const hint = `This change is still judged as ${was}; the new mode holds for the next one.`;
  return [draft({ code: "compatibility-weakened", level: "warning", subject, message, hint, newer: place }, [was, is])];
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

function contentTypeDrafts({ older, newer }: EventPair, models: { older: Model; newer: Model }): readonly Draft[] {
  const [was, is] = [contentTypeOf(models.older, older), contentTypeOf(models.newer, newer)];
  if (was === is) return [];
  return [
    draft(
      {
        code: "content-type-changed",
        level: was === undefined ? "warning" : "breaking",
        subject: { kind: "event", name: newer.key },
        message: `${newer.key} was ${was ?? "of no stated content type"} and is ${is ?? "of no stated content type"} now.`,
        hint: "Readers decode the bytes by it: make a new version for another encoding.",
        directions: ["backward", "forward"],
        older: below(older.place, "/contentType"),
        newer: below(newer.place, "/contentType"),
      },
      [was ?? "", is ?? ""],
    ),
  ];
}

/** Its own, else the default of the documents that list it. */
function contentTypeOf(model: Model, event: EventVersion): string | undefined {
  if (event.contentType !== undefined) return event.contentType;
  const services = new Set([...event.senders, ...event.receivers]);
  const defaults = model.documents
    .filter(({ service }) => services.has(service))
    .map(({ place }) => ownString(valueOf(model.sources, place), "defaultContentType"));
  return defaults.find((one) => one !== undefined);
}

function payloadDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): Judged {
  const [was, is] = [older.payload, newer.payload];
  const subject = { kind: "event", name: newer.key } as const;
  const places = { older: below(older.place, "/payload"), newer: below(newer.place, "/payload") };
  if (was.kind === "json-schema" && is.kind === "json-schema") {
    if (isSameSchema(was, is)) return { drafts: [] };
    const pair: SchemaPair = {
      event: newer,
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
    return { drafts, verdict: { event: newer.key, mode, backward, forward } };
  }
  if (canonicalJson(plain(was)) === canonicalJson(plain(is))) return { drafts: [] };
  const level: Level = demanded[mode].length === 0 ? "info" : was.kind === is.kind ? "undecided" : "breaking";
  const [from, to] = [languageOf(was), languageOf(is)];
  const common = { level, subject, part: "payload", directions: demanded[mode], ...places } as const;
  const identity = [canonicalJson(plain(was)), canonicalJson(plain(is))];
  if (from !== to)
    return {
      drafts: [
        draft(
          { ...common, code: "payload-format-changed", message: `The payload was ${from} and is ${to} now.` },
          identity,
        ),
      ],
    };
  const message = `The payload changed, and ${from} cannot be judged here.`;
  const hint = "Judge it with that language's own tool, and accept the change with a reason in the file of approvals.";
  return { drafts: [draft({ ...common, code: "payload-undecided", message, hint }, identity)] };
}

function plain(payload: EventVersion["payload"]): Json {
  if (payload.kind === "none") return null;
  return payload.kind === "opaque" ? [payload.format, payload.schema] : payload.schema;
}

function languageOf(payload: EventVersion["payload"]): string {
  if (payload.kind === "none") return "absent";
  return payload.kind === "opaque" ? payload.format : "JSON Schema";
}

function examplesOf({ examples }: EventVersion): readonly Json[] {
  return examples.flatMap(({ payload }) => (payload === undefined ? [] : [payload]));
}

/** Headers that are not described may be anything. */
function headersDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): readonly Draft[] {
  const anything = (other: BundledSchema | undefined, event: EventVersion): BundledSchema => {
    const place = below(event.place, "/headers");
    return { schema: {}, dialect: other?.dialect ?? "draft-07", place, origins: new Map([["", place]]) };
  };
  const was = older.headers ?? anything(newer.headers, older);
  const is = newer.headers ?? anything(older.headers, newer);
  if (isSameSchema(was, is)) return [];
  const shown = ({ examples }: EventVersion): readonly Json[] =>
    examples.flatMap(({ headers }) => (headers ? [headers] : []));
  const examples = { older: shown(older), newer: shown(newer) };
  const pair: SchemaPair = { event: newer, part: "headers", older: was, newer: is, examples };
  return schemaDrafts(pair, judgePair(pair, settings.judge), demanded[mode]);
}

function keyDrafts({ older, newer }: EventPair, mode: Mode, settings: EventSettings): readonly Draft[] {
  const drafts: Draft[] = [];
  const [was, is] = [locationText(older), locationText(newer)];
  const subject = { kind: "event", name: newer.key } as const;
  if (was !== is) {
    const isNew = was === undefined;
    const message = isNew
      ? `It is said now where the key of ${newer.key} is: ${is ?? ""}.`
      : `The key of ${newer.key} was at ${was} and is ${is === undefined ? "nowhere" : `at ${is}`} now.`;
    drafts.push(
      draft(
        {
          code: "key-location-changed",
          level: isNew ? "info" : "breaking",
          subject,
          part: "key",
          message,
          ...(isNew
            ? {}
            : {
                hint: "Events of one aggregate would lie in two partitions, out of order: make a new event in a new topic.",
              }),
          older: older.keyLocation?.place ?? older.place,
          newer: newer.keyLocation?.place ?? newer.place,
        },
        [was ?? "", is ?? ""],
      ),
    );
  }
  const [before, after] = [keySchema(older), keySchema(newer)];
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return drafts;
  const bundled = (event: EventVersion, schema: Json | undefined): BundledSchema => {
    const place = below(event.place, "/bindings/kafka/key");
    const isSchema = typeof schema === "boolean" || isObject(schema);
    return { schema: isSchema ? schema : {}, dialect: "draft-07", place, origins: new Map([["", place]]) };
  };
  const pair: SchemaPair = {
    event: newer,
    part: "key",
    older: bundled(older, before),
    newer: bundled(newer, after),
    examples: { older: [], newer: [] },
  };
  return [...drafts, ...schemaDrafts(pair, judgePair(pair, settings.judge), demanded[mode])];
}

function locationText({ keyLocation }: EventVersion): string | undefined {
  return keyLocation && `$message.${keyLocation.source}#${keyLocation.pointer}`;
}

function keySchema({ bindings }: EventVersion): Json | undefined {
  return own(own(bindings, "kafka"), "key");
}
