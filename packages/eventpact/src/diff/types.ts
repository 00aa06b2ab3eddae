import type { Direction, Json, Mode, Verdict } from "@eventpact/compat";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Place } from "../read/sources.ts";

/**
 * How bad a change is. `breaking`: somebody who follows the documents breaks, and mostly there is an event that shows it.
 * `undecided`: neither proved nor refuted. `warning`: allowed, but look at it. `info`: only told.
 */
export type Level = "breaking" | "undecided" | "warning" | "info";

export const levels: readonly Level[] = ["breaking", "undecided", "warning", "info"];

/** The part of the documents that changed. */
export interface Subject {
  readonly kind: "event" | "topic" | "operation" | "service" | "server" | "documents";
  readonly name: string;
}

/** What of an event a schema describes. */
export type Part = "payload" | "headers" | "key" | "binding";

/** A place on one side, with the part of the node that is meant. */
export interface DraftPlace extends Place {
  readonly part?: "key" | "value";
  /** Instead of the node's own span, where the text has no node. */
  readonly span?: Span;
}

/** An event (or headers, or a key) that one side writes and the other side's readers refuse. */
export interface Witness {
  readonly direction: Direction;
  readonly value: Json;
  /** JSON pointer into the value, and what the refusing schema says there. */
  readonly instance: string;
  readonly message: string;
  /** Where the refusing schema says it: on the newer side for `backward`, else on the older one. */
  readonly place: Place;
}

/** A change as the comparison finds it: places instead of lines, no consumers and no approval yet. */
export interface Draft {
  readonly code: string;
  readonly level: Level;
  readonly subject: Subject;
  readonly part?: Part;
  readonly message: string;
  readonly hint?: string;
  /** Keys of the event versions that it concerns. */
  readonly events: readonly string[];
  /** The directions in which it breaks or may break. */
  readonly directions: readonly Direction[];
  readonly older?: DraftPlace;
  readonly newer?: DraftPlace;
  readonly witness?: Witness;
  /** Paths of instance fields that it touches (`/data/items/0/price`), for joining it with the contracts. */
  readonly fields: readonly string[];
  /** What tells it from other changes, whatever moves around it: the fingerprint is made of it. */
  readonly identity: readonly string[];
}

/** What a change means for one consumer of an event. */
export interface ConsumerEffect {
  readonly consumer: string;
  readonly event: string;
  readonly effect: "breaks" | "could-break" | "unaffected";
  /** The fields it reads that are hit, `data.email`. */
  readonly fields: readonly string[];
  readonly reason: string;
  /** An event of the newer schema that its contract refuses. */
  readonly witness?: Json;
}

export type Location = Span & { readonly file: string };

export interface Approval {
  readonly by: string;
  readonly reason: string;
  readonly until: string;
}

/** A change as it is told. */
export interface Change {
  readonly code: string;
  readonly level: Level;
  readonly subject: Subject;
  readonly part?: Part;
  readonly message: string;
  readonly hint?: string;
  readonly events: readonly string[];
  readonly directions: readonly Direction[];
  /** Absent where the other side has nothing to point at. */
  readonly older?: Location;
  readonly newer?: Location;
  readonly witness?: Omit<Witness, "place"> & { readonly place: Location };
  readonly consumers: readonly ConsumerEffect[];
  /** Sixteen hexadecimal digits, for contracts/approvals.yaml. */
  readonly fingerprint: string;
  readonly approval?: Approval;
}

/** The judgement of one event version that both sides have and that changed. */
export interface EventVerdict {
  readonly event: string;
  readonly mode: Mode;
  readonly backward?: Verdict;
  readonly forward?: Verdict;
  /** What to know about what was proved; why something is undecided stands in its change. */
  readonly notes?: readonly string[];
}

export type { Direction, Mode, Verdict };
