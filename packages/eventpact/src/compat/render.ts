import { shownWitness } from "@eventpact/compat";
import type { Direction, Severity } from "@eventpact/compat";
import type { CompatResult, LocatedChange, Location } from "./result.ts";
import { worst } from "./result.ts";
import type { Paint } from "./terminal.ts";
import { clean, codeBlock } from "./terminal.ts";

/** For programs: described by schema/compat.schema.json of this package. */
export function renderCompatJson(result: CompatResult, version: string): string {
  return `${JSON.stringify({ format: 1, tool: { name: "eventpact", version }, ...result }, undefined, 2)}\n`;
}

/** For people: each direction's verdict with the event that shows it, then the reasons with both places. */
export function renderCompatText(result: CompatResult, paint: Paint): string {
  const head = `${paint("bold", clean(result.older))} → ${paint("bold", clean(result.newer))} ${paint("dim", `(policy ${clean(result.policy)}, ${dialectsOf(result)})`)}`;
  const reasons = result.changes.filter(({ code }) => code !== "annotation-changed");
  const words = result.changes.length - reasons.length;
  return [
    head,
    ...result.asked.flatMap((direction) => ["", ...judgement(result, direction, paint)]),
    ...(reasons.length > 0 ? ["", paint("bold", "What changed")] : []),
    ...reasons.flatMap((change) => explained(change, result.asked, paint)),
    ...(words > 0 ? ["", paint("dim", `${words} more in documentation only.`)] : []),
    "",
  ].join("\n");
}

function dialectsOf({ dialects: { older, newer } }: CompatResult): string {
  return older === newer ? older : `${older} and ${newer}`;
}

function judgement(result: CompatResult, direction: Direction, paint: Paint): readonly string[] {
  const { verdict, rejection, note } = result[direction];
  const [writer, reader] = direction === "backward" ? [result.older, result.newer] : [result.newer, result.older];
  const readers = direction === "backward" ? "new readers, old data" : "old readers, new data";
  const style = verdict === "compatible" ? "good" : verdict === "incompatible" ? "bad" : "doubt";
  const head = `${paint(style, `${marks[verdict]} ${direction} ${verdict}`)} ${paint("dim", `(${readers})`)}`;
  if (verdict === "compatible")
    return [
      head,
      `  Proved: whatever ${clean(writer)} allows to be written, ${clean(reader)} reads.`,
      ...(note ? [`  ${note}`] : []),
    ];
  if (verdict === "undecided") return [head, `  ${note ?? "Nothing was proved, and no counterexample was found."}`];
  const refusal = rejection
    ? [
        `  Refused at ${rejection.instance === "" ? "the top" : clean(rejection.instance)}: ${clean(rejection.message)} ${paint("dim", `(${clean(where(rejection.place))})`)}`,
      ]
    : [];
  return [
    head,
    `  ${clean(writer)} allows this, and ${clean(reader)} refuses it:`,
    codeBlock(shownWitness({ ...result[direction], changes: [] }), "  "),
    ...refusal,
    ...(note ? [`  ${note}`] : []),
  ];
}

const marks = { compatible: "✓", incompatible: "✗", undecided: "?" } as const;
const signs: Readonly<Record<Severity, string>> = { breaking: "✗", warning: "!", info: "·" };

function explained(change: LocatedChange, asked: readonly Direction[], paint: Paint): readonly string[] {
  const severity = worst(change, asked);
  const style = severity === "breaking" ? "bad" : severity === "warning" ? "doubt" : "dim";
  const broken = asked.filter((direction) => change[direction] === "breaking");
  const breaks = broken.length > 0 ? `, breaks ${broken.join(" and ")}` : "";
  return [
    `  ${paint(style, signs[severity])} ${clean(change.message)} ${paint("dim", `[${change.code}${breaks}]`)}`,
    `    ${paint("dim", `was ${clean(where(change.older))}, is ${clean(where(change.newer))}`)}`,
    ...(change.hint ? [`    ${paint("hint", "→")} ${clean(change.hint)}`] : []),
  ];
}

function where({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}
