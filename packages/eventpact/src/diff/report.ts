import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Change, EventVerdict, Level } from "./types.ts";
import { levels } from "./types.ts";
import type { UnusedFields } from "./unused-fields.ts";

/** What was compared, as people call it. */
export interface SideName {
  readonly kind: "working-tree" | "commit" | "folder";
  readonly label: string;
  readonly commit?: string;
}

/** What `eventpact diff` says. Files are as they look from where the command was started; of a commit `<ref>:<path>`. */
export interface DiffReport {
  readonly version: string;
  readonly folder: string;
  readonly older: SideName;
  readonly newer: SideName;
  readonly policy: string;
  readonly checked: {
    readonly events: number;
    readonly changedEvents: number;
    readonly operations: number;
    readonly topics: number;
    readonly contracts: number;
  };
  readonly verdict: "compatible" | "breaking" | "undecided";
  /** The worst first. */
  readonly changes: readonly Change[];
  /** Event versions whose payload changed; of many that only the same shared schema breaks, the first ten. */
  readonly verdicts: readonly EventVerdict[];
  readonly unusedFields: readonly UnusedFields[];
  /** About approvals. */
  readonly findings: readonly Diagnostic[];
  /** Something to know that is no change, such as: the other side has no documents. */
  readonly notes: readonly string[];
  readonly milliseconds: number;
}

/** What counts: not accepted by an approval. */
export function openChanges(changes: readonly Change[], level: Level): readonly Change[] {
  return changes.filter((change) => change.level === level && change.approval === undefined);
}

export function verdictOf(changes: readonly Change[]): DiffReport["verdict"] {
  if (openChanges(changes, "breaking").length > 0) return "breaking";
  return openChanges(changes, "undecided").length > 0 ? "undecided" : "compatible";
}

/** The worst first, then by what they are about and where they stand. */
export function sortChanges(changes: readonly Change[]): readonly Change[] {
  const key = ({ subject, newer, older, code }: Change): readonly (string | number)[] => [
    subject.name,
    (newer ?? older)?.file ?? "",
    (newer ?? older)?.line ?? 0,
    code,
  ];
  return changes.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || byParts(key(a), key(b)));
}

function byParts(a: readonly (string | number)[], b: readonly (string | number)[]): number {
  for (const [index, left] of a.entries()) {
    const right = b[index] ?? "";
    if (left !== right) return left < right ? -1 : 1;
  }
  return 0;
}
