import type { Change, Comparison, Direction, Judgement, Severity } from "@eventpact/compat";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { SchemaFile } from "./schema-file.ts";

export type Location = Span & { readonly file: string };

/** A change of a schema with what it does in each direction and where it stands on both sides. */
export interface LocatedChange extends Omit<Change, "severity" | "older" | "newer"> {
  readonly backward: Severity;
  readonly forward: Severity;
  readonly older: Location & { readonly pointer: string };
  readonly newer: Location & { readonly pointer: string };
}

/** One direction of a comparison with the place that refuses the witness. */
export interface LocatedJudgement extends Omit<Judgement, "changes" | "rejection"> {
  readonly rejection?: NonNullable<Judgement["rejection"]> & { readonly place: Location };
}

/** What `eventpact compat` says about a pair; `asked` are the directions that decide on the exit code. */
export interface CompatResult {
  readonly older: string;
  readonly newer: string;
  readonly policy: string;
  readonly dialects: Comparison["dialects"];
  readonly asked: readonly Direction[];
  readonly backward: LocatedJudgement;
  readonly forward: LocatedJudgement;
  readonly changes: readonly LocatedChange[];
}

/** Joins a comparison with the files it is about: every change once, the breaking ones first. */
export function compatResult(
  comparison: Comparison,
  names: { readonly older: string; readonly newer: string },
  files: { readonly older: SchemaFile; readonly newer: SchemaFile },
  asked: readonly Direction[],
): CompatResult {
  const inForward = new Map(comparison.forward.changes.map((change) => [change.fingerprint, change]));
  const inBackward = new Map(comparison.backward.changes.map((change) => [change.fingerprint, change]));
  const changes = [...new Map([...inBackward, ...inForward]).values()].map((change): LocatedChange => {
    const { severity: _, older, newer, ...rest } = change;
    return {
      ...rest,
      backward: inBackward.get(change.fingerprint)?.severity ?? "info",
      forward: inForward.get(change.fingerprint)?.severity ?? "info",
      older: { pointer: older, ...files.older.locate(older) },
      newer: { pointer: newer, ...files.newer.locate(newer) },
    };
  });
  const located = (direction: Direction): LocatedJudgement => {
    const { changes: _, rejection, ...rest } = comparison[direction];
    if (!rejection) return rest;
    const reader = direction === "backward" ? files.newer : files.older;
    return { ...rest, rejection: { ...rejection, place: reader.locate(rejection.schema) } };
  };
  return {
    ...names,
    policy: comparison.policy,
    dialects: comparison.dialects,
    asked,
    backward: located("backward"),
    forward: located("forward"),
    changes: changes.toSorted((a, b) => weight(a, asked) - weight(b, asked)),
  };
}

const order: readonly Severity[] = ["breaking", "warning", "info"];

/** The worst that a change does in the directions that are asked about. */
export function worst(change: LocatedChange, asked: readonly Direction[]): Severity {
  return order.find((severity) => asked.some((direction) => change[direction] === severity)) ?? "info";
}

function weight(change: LocatedChange, asked: readonly Direction[]): number {
  return order.indexOf(worst(change, asked));
}
