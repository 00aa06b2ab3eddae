import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Json } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";
import { listed } from "./draft.ts";
import type { Change, ConsumerEffect, Level } from "./types.ts";

const severities: Readonly<Record<Level, Diagnostic["severity"]>> = {
  breaking: "error",
  undecided: "error",
  warning: "warning",
  info: "info",
};

/**
 * Changes as findings on the newer side, without those that are accepted or only told. What has no place there, such as a
 * document that is gone, stands at `elsewhere`.
 */
export function changeDiagnostics(
  changes: readonly Change[],
  elsewhere: string,
  approvalsFile: string,
): readonly Diagnostic[] {
  return changes
    .filter(({ level, approval }) => level !== "info" && approval === undefined)
    .map((change): Diagnostic => {
      const { code, level, message, hint, newer, fingerprint } = change;
      const place = newer ?? { file: elsewhere, line: 1, column: 1, endLine: 1, endColumn: 1 };
      const text = hint === undefined ? "" : `${hint} `;
      const accept = level === "warning" ? "" : `If it is meant, accept ${fingerprint} in ${approvalsFile}.`;
      const way = `${text}${accept}`.trim();
      return {
        code,
        severity: severities[level],
        file: place.file,
        line: place.line,
        column: place.column,
        endLine: place.endLine,
        endColumn: place.endColumn,
        message: sentence(change, message),
        ...(way === "" ? {} : { hint: way }),
      };
    });
}

/** What a line needs to stand alone: the events, who breaks, and an event that shows it. */
function sentence({ subject, events, consumers, witness }: Change, message: string): string {
  const names = events.length > 3 ? `${events.slice(0, 3).join(", ")} and ${events.length - 3} more` : listed(events);
  const named = subject.kind === "event" && !message.includes(subject.name) ? `${names || subject.name}: ` : "";
  const hit = (effect: ConsumerEffect["effect"]): string => {
    const byConsumer = Map.groupBy(
      consumers.filter((one) => one.effect === effect),
      ({ consumer }) => consumer,
    );
    return [...byConsumer]
      .map(([consumer, all]) => [consumer, [...new Set(all.flatMap(({ fields }) => fields))].join(", ")])
      .map(([consumer, fields]) => (fields === "" ? consumer : `${consumer} (${fields})`))
      .join(", ");
  };
  const [broken, doubtful] = [hit("breaks"), hit("could-break")];
  const who = `${broken === "" ? "" : ` Breaks ${broken}.`}${doubtful === "" ? "" : ` Could break ${doubtful}.`}`;
  return `${named}${message}${who}${witness ? ` ${shown(witness)}` : ""}`;
}

/** The part of the witness that is refused, since the whole of it is too long for a line. */
function shown({ direction, value, instance, message }: NonNullable<Change["witness"]>): string {
  const part = valueAt(value as Json, instance);
  const text = JSON.stringify(part) ?? "";
  const when =
    direction === "backward" ? "Old events are refused by new readers" : "New events are refused by old readers";
  return `${when}, such as ${text.length > 160 ? `${text.slice(0, 157)}…` : text}${instance === "" ? "" : ` at ${instance}`}: it ${message}.`;
}
