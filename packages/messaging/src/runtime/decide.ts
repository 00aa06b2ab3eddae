import { MessagingError } from "../errors.ts";
import type { Incoming } from "./incoming.ts";

/** What is known of a key before one of its events. */
export interface KeyState {
  /** The last sequence heard; 0 or nothing for a key never heard. */
  readonly last: number | undefined;
  readonly holes: number;
  /** Earlier events of the key wait. */
  readonly parked: boolean;
}

export type Decision =
  | { readonly do: "run" }
  | { readonly do: "skip" }
  | { readonly do: "park"; readonly why: "behind" | "gap" | "version"; readonly reason: string }
  | { readonly do: "bury"; readonly error: MessagingError };

export interface Circumstances {
  /** The inbox had not seen it. */
  readonly fresh: boolean;
  /** The oldest records of the partition were removed: a key's first event need not be its number 1. */
  readonly trimmed: boolean;
}

/** What to do with a record in its turn. Pure: the whole rule of order and duplicates is here. */
export function decide(incoming: Incoming, key: KeyState, { fresh, trimmed }: Circumstances): Decision {
  const { kind, sequence } = incoming;
  if (!fresh) return { do: "skip" };
  if (kind.name === "refuse") return { do: "bury", error: kind.error };
  if (key.parked) return { do: "park", why: "behind", reason: "Earlier events of its key wait." };
  if (kind.name === "hold") return { do: "park", why: "version", reason: kind.error.message };
  if (sequence === undefined) return { do: "run" };
  const last = key.last ?? 0;
  if (last === 0 && trimmed) return { do: "run" };
  if (sequence <= last) return kind.name === "ignore" ? { do: "skip" } : late(sequence, last);
  return sequence - last - 1 <= key.holes ? { do: "run" } : gap(last + 1, sequence);
}

const gap = (expected: number, found: number): Decision => ({
  do: "park",
  why: "gap",
  reason: `Number ${found} of its key came, but number ${expected} has not been heard.`,
});

const late = (sequence: number, last: number): Decision => ({
  do: "bury",
  error: new MessagingError(
    "out-of-order",
    `Number ${sequence} of its key came after number ${last} had been handled.`,
  ),
});

/** The key after a record was handled, ignored or given up. */
export function heard(key: KeyState, incoming: Incoming): KeyState {
  const { sequence, kind } = incoming;
  // What a refused record says of itself counts only when it is what was expected; else somebody could
  // silence a key by claiming a huge number.
  const believed = kind.name === "handle" || kind.name === "ignore" || sequence === (key.last ?? 0) + 1;
  if (sequence === undefined || !believed) return { ...key, holes: key.holes + 1 };
  if (sequence <= (key.last ?? 0)) return key;
  return { ...key, last: sequence, holes: 0 };
}
