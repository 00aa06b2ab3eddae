import type { BundledSchema, EventVersion, Model } from "../model/types.ts";
import type { UnreadPart } from "../model/unread.ts";
import { draft } from "./draft.ts";
import type { EventPair } from "./events.ts";
import type { Draft, DraftPlace, Part } from "./types.ts";
import { relativeTo } from "./touched.ts";
import type { World } from "./worlds.ts";

/** How many gaps of one kind are told one by one. */
const TOLD = 20;

/** What of two states was not read, and what that means for a verdict. */
export interface Gaps {
  /** Nothing can be said about these: the verdict is undecided. */
  readonly drafts: readonly Draft[];
  /** The same gap in the same place on both sides: what it hides is not part of the verdict. */
  readonly notes: readonly string[];
  /** Whether what was read can be compared; where a file of the newer side is missing, all in it would look as if it were gone. */
  readonly isComparable: boolean;
}

/**
 * What was not read is not "nothing changed". Undecided is every gap that only one side has and every file whose text could
 * not be read. Only a reference, or a document of another version, that is the same in the same place is told and no more.
 */
export function gapsBetween(older: World, newer: World): Gaps {
  const before = identified(older.model);
  const after = identified(newer.model);
  const isOpen = (part: UnreadPart, id: string, others: ReadonlyMap<string, UnreadPart>): boolean =>
    part.kind === "file" || !others.has(id);
  const come = [...after].flatMap(([id, part]) => (isOpen(part, id, before) ? [part] : []));
  const left = [...before].flatMap(([id, part]) => (isOpen(part, id, after) ? [part] : []));
  const placeOf = (model: Model, { kind, place }: UnreadPart): string =>
    [kind, relativeTo(model, place.file), place.pointer].join("\n");
  const earlier = new Map(left.map((part) => [placeOf(older.model, part), part]));
  const there = new Set(come.map((part) => placeOf(newer.model, part)));
  // The same place, not read on either side, is one gap.
  const gone = left.filter((part) => !there.has(placeOf(older.model, part)));
  const same = [...after].flatMap(([id, part]) => (isOpen(part, id, before) ? [] : [part]));
  const empty = emptyDrafts(older, newer);
  const known = new Set(older.model.documents.map(({ file }) => relativeTo(older.model, file)));
  const hides = ({ kind, place }: UnreadPart): boolean =>
    kind === "file" || (kind === "version" && known.has(relativeTo(newer.model, place.file)));
  return {
    drafts: [
      ...empty,
      ...told(come).map((part) => gapDraft("newer-unreadable", part, earlier.get(placeOf(newer.model, part)))),
      ...told(gone).map((part) => gapDraft("older-unreadable", part, undefined, `In ${older.side.label}: `)),
    ],
    notes: [
      ...told(same).map((part) => `${where(part)}${part.message} It is so on both sides; what it hides is not judged.`),
      ...(same.length > TOLD ? [`${same.length - TOLD} more are not read on both sides.`] : []),
    ],
    isComparable: empty.length === 0 && !come.some(hides),
  };
}

/** The gaps without those that an undecided change of an event names already. */
export function withoutJudged(
  gaps: readonly Draft[],
  pairs: readonly EventPair[],
  changes: readonly Draft[],
): readonly Draft[] {
  const isUndecided = (event: string, part: Part): boolean =>
    changes.some((one) => one.level === "undecided" && one.part === part && one.events.includes(event));
  const told = new Set<string>();
  for (const { older, newer } of pairs)
    for (const part of ["payload", "headers", "key"] as const)
      if (isUndecided(newer.key, part))
        for (const [side, event] of [
          ["older", older],
          ["newer", newer],
        ] as const)
          for (const { place } of schemaOf(event, part)?.unread ?? [])
            told.add(`${side} ${place.file}#${place.pointer}`);
  return gaps.filter(({ code, older, newer }) => {
    const [side, place] = newer ? ["newer", newer] : ["older", older];
    return !code.endsWith("-unreadable") || !told.has(`${side} ${place?.file}#${place?.pointer}`);
  });
}

function schemaOf({ payload, headers, keySchema }: EventVersion, part: Part): BundledSchema | undefined {
  if (part === "headers") return headers;
  return part === "key" ? keySchema : payload.kind === "json-schema" ? payload : undefined;
}

function identified({ unread, folder }: Model): ReadonlyMap<string, UnreadPart> {
  return new Map(
    unread.map((part) => [
      [part.kind, relativeTo({ folder }, part.place.file), part.place.pointer, part.what].join("\n"),
      part,
    ]),
  );
}

function told(parts: readonly UnreadPart[]): readonly UnreadPart[] {
  return parts.slice(0, TOLD);
}

function where({ kind, place }: UnreadPart): string {
  return kind === "reference" ? `In ${place.file}: ` : "";
}

function gapDraft(
  code: "newer-unreadable" | "older-unreadable",
  part: UnreadPart,
  earlier: UnreadPart | undefined,
  side = "",
): Draft {
  const placed = ({ place, span }: UnreadPart): DraftPlace => ({ ...place, ...(span ? { span } : {}) });
  const before = earlier && earlier.message !== part.message ? ` Before: ${earlier.message}` : "";
  const hint =
    part.kind === "reference"
      ? "Copy what it leads to into the folder and refer to the copy; only then can a change of it be judged."
      : "Whatever changed there is not judged. eventpact check says more.";
  const places =
    code === "older-unreadable"
      ? { older: placed(part) }
      : { newer: placed(part), ...(earlier ? { older: placed(earlier) } : {}) };
  const subject = { kind: "documents", name: "" } as const;
  const message = `${side}${part.message}${before}`;
  return draft({ code, level: "undecided", subject, message, hint, ...places }, [
    part.place.file,
    part.place.pointer,
    part.what,
  ]);
}

/** With no document on one side, all of the other would be new, or gone: whatever was meant, it was not compared. */
function emptyDrafts(older: World, newer: World): readonly Draft[] {
  const [before, after] = [older.model.documents.length, newer.model.documents.length];
  if (before > 0 === after > 0) return [];
  const [empty, other] = before === 0 ? [older, newer] : [newer, older];
  if (empty.model.unread.some(({ kind }) => kind !== "reference")) return [];
  const message = `${empty.side.label} has no AsyncAPI document in ${empty.model.folder}, ${other.side.label} has ${before + after}: there is nothing to compare with.`;
  return [
    draft({
      code: "nothing-to-compare",
      level: "undecided",
      subject: { kind: "documents", name: "" },
      message,
      hint: "Name another state by --against or --to, or the folder by --dir. The first documents of a folder are accepted once.",
    }),
  ];
}
