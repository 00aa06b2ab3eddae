import { createHash } from "node:crypto";
import type { Place } from "../read/sources.ts";
import type { Draft } from "./types.ts";

type Needed = Pick<Draft, "code" | "level" | "subject" | "message">;

/** A change with what most changes leave out filled in; its identity is its code, its subject and `details`. */
export function draft(change: Needed & Partial<Draft>, details: readonly string[] = []): Draft {
  const { code, subject, part } = change;
  return {
    events: subject.kind === "event" ? [subject.name] : [],
    directions: [],
    fields: [],
    identity: [code, subject.kind, subject.name, part ?? "", ...details],
    ...change,
  };
}

/** A short name for a change, the same in every run and in every branch. */
export function fingerprintOf({ identity }: Pick<Draft, "identity">): string {
  return createHash("sha256").update(JSON.stringify(identity)).digest("hex").slice(0, 16);
}

/** The same change seen from several places once, with all the events that it concerns. */
export function joined(drafts: readonly Draft[]): readonly Draft[] {
  const found = new Map<string, Draft>();
  for (const one of drafts) {
    const id = fingerprintOf(one);
    const same = found.get(id);
    found.set(id, same === undefined ? one : merged(same, one));
  }
  return [...found.values()];
}

const worse = { breaking: 0, undecided: 1, warning: 2, info: 3 } as const;

function merged(one: Draft, other: Draft): Draft {
  const [first, second] = worse[other.level] < worse[one.level] ? [other, one] : [one, other];
  const witness = first.witness ?? second.witness;
  return {
    ...first,
    events: [...new Set([...one.events, ...other.events])].toSorted(),
    directions: [...new Set([...one.directions, ...other.directions])].toSorted(),
    fields: [...new Set([...one.fields, ...other.fields])],
    ...(witness ? { witness } : {}),
  };
}

/** "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** "reads", "read": the verb for one name or several. */
export function verb(names: readonly string[], one: string, several: string): string {
  return names.length === 1 ? one : several;
}

/** A place below another one. */
export function below(place: Place, pointer: string): Place {
  return { file: place.file, pointer: place.pointer + pointer };
}
