import { shownWitness } from "@eventpact/compat";
import type { Change as SchemaChange, Comparison, Direction } from "@eventpact/compat";
import type { SchemaJudge } from "../judge/judge.ts";
import { sideOf } from "../judge/sides.ts";
import { originOf } from "../model/bundle.ts";
import type { BundledSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson } from "../read/json.ts";
import { draft } from "./draft.ts";
import type { Draft, DraftPlace, Level, Part, Witness } from "./types.ts";

/** One schema of an event version on both sides. */
export interface SchemaPair {
  /** What the schema describes a part of: mostly an event. */
  readonly subject: Draft["subject"];
  readonly events: readonly string[];
  readonly part: Part;
  /** Which binding it is of, where it is one's. */
  readonly where?: string;
  readonly older: BundledSchema;
  readonly newer: BundledSchema;
  /** What the event's examples show on each side: witnesses look like them, and what they write counts as written. */
  readonly examples: { readonly older: readonly Json[]; readonly newer: readonly Json[] };
}

/** Both directions of a pair, judged. */
export function judgePair({ older, newer, examples }: SchemaPair, judge: SchemaJudge): Comparison {
  const shown = [...examples.newer, ...examples.older];
  return judge.compare(sideOf(older, examples.older), sideOf(newer, examples.newer), shown);
}

/** Equal, word for word and gap for gap. */
export function isSameSchema(older: BundledSchema, newer: BundledSchema): boolean {
  const gaps = ({ unread }: BundledSchema): Json => unread.map(({ what }) => what);
  return (
    older.dialect === newer.dialect &&
    canonicalJson([older.schema, gaps(older)]) === canonicalJson([newer.schema, gaps(newer)])
  );
}

/** What a comparison says, as changes of the event: those that break a demanded direction are breaking. */
export function schemaDrafts(
  pair: SchemaPair,
  comparison: Comparison,
  directions: readonly Direction[],
): readonly Draft[] {
  const byFingerprint = new Map<string, { change: SchemaChange; levels: Map<Direction, Level> }>();
  for (const direction of ["backward", "forward"] as const) {
    for (const change of comparison[direction].changes) {
      const known = byFingerprint.get(change.fingerprint) ?? { change, levels: new Map<Direction, Level>() };
      known.levels.set(direction, levelOf(change, direction, directions));
      byFingerprint.set(change.fingerprint, known);
    }
  }
  const all = [...byFingerprint.values()];
  const tripped = new Map(
    (["backward", "forward"] as const).map((direction) => [direction, trippedBy(comparison, direction)]),
  );
  const drafts = all.map(({ change, levels }) => {
    const breaks = directions.filter((direction) => levels.get(direction) === "breaking");
    const shown = breaks.find((direction) => tripped.get(direction) === change.fingerprint);
    const witness = shown && witnessOf(pair, comparison, shown);
    return schemaDraft(pair, change, worstOf([...levels.values()]), breaks, witness);
  });
  return [...drafts, ...undecidedDrafts(pair, comparison, directions)];
}

function levelOf({ severity }: SchemaChange, direction: Direction, directions: readonly Direction[]): Level {
  if (severity === "breaking") return directions.includes(direction) ? "breaking" : "info";
  return severity === "warning" && directions.length > 0 ? "warning" : "info";
}

function worstOf(levels: readonly Level[]): Level {
  return (["breaking", "warning"] as const).find((level) => levels.includes(level)) ?? "info";
}

function schemaDraft(
  pair: SchemaPair,
  change: SchemaChange,
  level: Level,
  directions: readonly Direction[],
  witness: Witness | undefined,
): Draft {
  const { subject, part } = pair;
  const [older, newer] = [placeIn(pair.older, change.older), placeIn(pair.newer, change.newer)];
  const anchor =
    anchorOf(pair.older, change.older) ?? anchorOf(pair.newer, change.newer) ?? `${subject.kind} ${subject.name}`;
  return draft({
    code: change.code,
    level,
    subject,
    events: pair.events,
    part,
    message: inPart(pair, change.message),
    ...(change.hint === undefined ? {} : { hint: change.hint }),
    directions,
    older,
    newer,
    ...(witness ? { witness } : {}),
    fields: fieldsOf(change),
    identity: [change.code, part, anchor, change.fingerprint],
  });
}

/** The engine speaks of events; in other parts it is their schema that is meant. */
function inPart({ part, where }: SchemaPair, message: string): string {
  if (part === "payload") return message;
  const named = part === "binding" ? `binding ${where ?? ""}`.trim() : part;
  return `In the ${named}: ${message.replace(/^The event\b/, part === "headers" ? "The map of headers" : `The ${part === "key" ? "key" : "value"}`)}`;
}

/** A shared definition is one place for all events that use it; what is the event's own is told apart by the event. */
function anchorOf(bundled: BundledSchema, pointer: string): string | undefined {
  const origin = originOf(bundled, pointer);
  const root = bundled.place;
  const isOwn = origin.file === root.file && origin.pointer.startsWith(root.pointer);
  return isOwn ? undefined : `${origin.file}#${origin.pointer}`;
}

/** A property is shown by its name. */
function placeIn(bundled: BundledSchema, pointer: string): DraftPlace {
  const place = originOf(bundled, pointer);
  return /\/properties\/[^/]+$/.test(pointer) ? { ...place, part: "key" } : place;
}

function witnessOf(pair: SchemaPair, comparison: Comparison, direction: Direction): Witness | undefined {
  const { rejection } = comparison[direction];
  const witness = shownWitness(comparison[direction]);
  if (witness === undefined || rejection === undefined) return undefined;
  const reader = direction === "backward" ? pair.newer : pair.older;
  const { instance, message } = rejection;
  return { direction, value: witness, instance, message, place: originOf(reader, rejection.schema) };
}

/** The breaking change whose place is nearest to where the witness is refused. */
function trippedBy(comparison: Comparison, direction: Direction): string | undefined {
  const { changes, rejection } = comparison[direction];
  if (rejection === undefined) return undefined;
  const refused = rejection.schema.split("/");
  let best: { fingerprint: string; score: number } | undefined;
  for (const change of changes) {
    if (change.severity !== "breaking") continue;
    const steps = (direction === "backward" ? change.newer : change.older).split("/");
    let shared = 0;
    while (shared < steps.length && steps[shared] === refused[shared]) shared += 1;
    const names = change.message.includes("`") && rejection.message.includes(lastName(change.message)) ? 1 : 0;
    const score = 4 * shared - 2 * steps.length + (change.keyword === rejection.keyword ? 2 : 0) + names;
    if (best === undefined || score > best.score) best = { fingerprint: change.fingerprint, score };
  }
  return best?.fingerprint;
}

/** The name in the sentence: of `data.email` it is email. */
function lastName(message: string): string {
  return /`([^`]+)`/.exec(message)?.[1]?.split(".").at(-1) ?? "";
}

function undecidedDrafts(pair: SchemaPair, comparison: Comparison, directions: readonly Direction[]): readonly Draft[] {
  const open = directions.filter((direction) => comparison[direction].verdict === "undecided");
  const [first] = open;
  if (first === undefined) return [];
  const { note = "", reason = "" } = comparison[first];
  const { subject, events, part, where, older, newer } = pair;
  return [
    draft(
      {
        code: "payload-undecided",
        level: "undecided",
        subject,
        events,
        part,
        message: `Whether the ${where === undefined ? part : `binding ${where} of ${subject.name}`} is ${open.join(" and ")} compatible was neither proved nor refuted. ${note}`,
        hint:
          older.unread.length + newer.unread.length > 0
            ? "Copy what is not read into the folder and refer to the copy; or look at the change, and accept it with a reason in the file of approvals."
            : "Look at the change: accept it with a reason in the file of approvals, or say the schema more simply.",
        directions: open,
        older: older.unread[0]?.place ?? older.place,
        newer: newer.unread[0]?.place ?? newer.place,
      },
      [reason, canonicalJson(older.schema), canonicalJson(newer.schema)],
    ),
  ];
}

/**
 * The fields that a change is about, as pointers into an event with `0` for every item of a list. A definition may be used in
 * several places, of which the sentence names one: there the last name counts, wherever it stands.
 */
function fieldsOf({ message, code, older, newer }: SchemaChange): readonly string[] {
  const isShared = [older, newer].some((pointer) => /^\/(definitions|\$defs)\//.test(pointer));
  const named = [...message.matchAll(/`([^`]+)`/g)].map(([, path]) => path ?? "");
  const paths = code.includes("propert") ? named : message.startsWith("`") ? named.slice(0, 1) : [];
  if (paths.length === 0) return [isShared ? "**" : ""];
  return paths.map((path) => {
    const pointer = `/${path.replaceAll("[]", ".0").replaceAll(".", "/")}`;
    return isShared ? `**${pointer.slice(pointer.lastIndexOf("/"))}` : pointer;
  });
}
