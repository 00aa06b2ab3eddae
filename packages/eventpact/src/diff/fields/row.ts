import type { Level } from "../types.ts";

/** Who is worse off by a change: who sends, who receives, both, or nobody. */
export type Hurt = "sender" | "receiver" | "both" | "nobody";

/** How a change of one field of the documents is judged. */
export type Row = Judged | Into | Elsewhere;

interface Base {
  readonly hurt: Hurt;
  /** What a change of it means, as a sentence; of what is harmless, why. */
  readonly why: string;
}

/** Judged by itself: what a value that came, went or became another one means. */
export interface Judged extends Base {
  readonly kind: "judged";
  readonly code?: string;
  readonly levels: Levels;
}

export interface Levels {
  /** Nothing was said before; and nothing is said any more. */
  readonly set: Level;
  readonly cleared: Level;
  readonly changed: Level;
  /** Of numbers, instead of `changed`. */
  readonly less?: Level;
  readonly more?: Level;
  /** Of lists, instead of `changed`: something is in it no longer; something is in it that was not. */
  readonly gone?: Level;
  readonly come?: Level;
}

/** The field holds objects, whose own fields are judged. */
export interface Into extends Base {
  readonly kind: "object" | "map";
  readonly type: string;
}

/** Judged by code of its own, which tells one of these codes. `schema`: by the engine, both directions. */
export interface Elsewhere extends Base {
  readonly kind: "elsewhere" | "schema";
  readonly codes: readonly string[];
  /**
   * What is said where the value differs and none of the codes is told; absent: what is compared is no value of the text but
   * what it stands for, so that a difference of the text alone says nothing.
   */
  readonly otherwise?: Level;
}

/** The fields of one kind of object. */
export type Table = Readonly<Record<string, Row>>;

const row = (hurt: Hurt, why: string, levels: Levels, code?: string): Judged => ({
  kind: "judged",
  hurt,
  why,
  levels,
  ...(code === undefined ? {} : { code }),
});

/** Words for people. */
export const words: Judged = row(
  "nobody",
  "Words for people; no reader notices.",
  { set: "info", cleared: "info", changed: "info" },
  "annotation-changed",
);

/** Harmless, for a reason; told all the same. */
export const harmless = (why: string): Judged => row("nobody", why, { set: "info", cleared: "info", changed: "info" });

/** Whoever goes by what was said breaks. Saying for the first time what held before breaks nobody, but may not have held. */
export const breaks = (hurt: Hurt, why: string, code?: string): Judged =>
  row(hurt, why, { set: "warning", cleared: "breaking", changed: "breaking" }, code);

/** Allowed, but somebody should look at it. */
export const look = (hurt: Hurt, why: string, code?: string): Judged =>
  row(hurt, why, { set: "info", cleared: "warning", changed: "warning" }, code);

/** Nobody here knows what it means for those who run. */
export const unknown = (why: string): Judged =>
  row("both", why, { set: "undecided", cleared: "undecided", changed: "undecided" });

/** A number, or a list, of which more and less mean different things. */
export const measured = (hurt: Hurt, why: string, levels: Partial<Levels>, code?: string): Judged =>
  row(hurt, why, { set: "info", cleared: "warning", changed: "warning", ...levels }, code);

export const object = (type: string): Into => into("object", type);
export const map = (type: string): Into => into("map", type);

function into(kind: Into["kind"], type: string): Into {
  return { kind, type, hurt: "both", why: `Field by field: ${type}.` };
}

/** By code of its own; a difference that it does not tell is told as `otherwise`. */
export const by = (hurt: Hurt, why: string, codes: string, otherwise?: Level): Elsewhere => ({
  kind: "elsewhere",
  hurt,
  why,
  codes: codes.split(" "),
  ...(otherwise === undefined ? {} : { otherwise }),
});

/** A JSON Schema, judged by the engine in both directions. */
export const schema = (why: string): Elsewhere => ({ kind: "schema", hurt: "both", why, codes: [], otherwise: "info" });
