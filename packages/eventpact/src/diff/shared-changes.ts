import { createHash } from "node:crypto";
import type { Direction } from "@eventpact/compat";
import { originOf } from "../model/bundle.ts";
import type { BundledSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import type { Draft } from "./types.ts";

/** How many events show that a change of a shared schema breaks, before the others are listed with them unjudged. */
const JUDGED = 10;

/**
 * What is known of changes that many events have in common, since a thousand events use the same envelope. Only breaks are
 * carried over, to events that differ by nothing else: none is ever called compatible without its own proof.
 */
export interface SharedChanges {
  /** The changes of an event like those that were judged before, when enough were. */
  readonly known: (signature: string | undefined, event: string) => readonly Draft[] | undefined;
  readonly learn: (signature: string | undefined, breaks: boolean, drafts: readonly Draft[]) => void;
}

export function sharedChanges(): SharedChanges {
  const broken = new Map<string, { count: number; drafts: readonly Draft[] }>();
  const whole = new Set<string>();
  return {
    known(signature, event) {
      const found = signature === undefined || whole.has(signature) ? undefined : broken.get(signature);
      if (found === undefined || found.count < JUDGED) return undefined;
      return found.drafts.map((draft) => ({ ...draft, subject: { kind: "event", name: event }, events: [event] }));
    },
    learn(signature, breaks, drafts) {
      if (signature === undefined) return;
      const { count = 0, drafts: first = drafts } = broken.get(signature) ?? {};
      if (!breaks) whole.add(signature);
      broken.set(signature, { count: count + 1, drafts: first });
    },
  };
}

/** Names what differs where it is nothing but shared schemas; undefined where the event's own schema differs, too. */
export function sharedSignature(
  older: BundledSchema,
  newer: BundledSchema,
  directions: readonly Direction[],
): string | undefined {
  if (older.unread.length + newer.unread.length > 0) return undefined;
  const [was, is] = [taken(older), taken(newer)];
  if (!was || !is || older.dialect !== newer.dialect || was.root !== is.root) return undefined;
  const names = new Set([...Object.keys(was.definitions), ...Object.keys(is.definitions)]);
  const changed = [...names].toSorted().flatMap((name) => {
    const [before, after] = [own(was.definitions, name), own(is.definitions, name)].map((one) =>
      canonicalJson(one ?? null),
    );
    if (before === after) return [];
    const place = originOf(newer, `/${is.keyword}/${name}`);
    return [[name, place.file, place.pointer, before, after]];
  });
  return createHash("sha256")
    .update(JSON.stringify([directions, older.dialect, changed]))
    .digest("hex");
}

function taken({ schema, dialect }: BundledSchema) {
  if (!isObject(schema)) return undefined;
  const keyword = dialect === "draft-07" ? "definitions" : "$defs";
  const { [keyword]: definitions = {}, ...root } = schema as { readonly [key: string]: Json };
  return isObject(definitions) ? { keyword, definitions, root: canonicalJson(root) } : undefined;
}
