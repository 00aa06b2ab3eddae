import { listed } from "../draft.ts";
import type { DiffReport, SideName } from "../report.ts";
import { openChanges } from "../report.ts";
import type { Change, ConsumerEffect, EventVerdict, Location } from "../types.ts";

export const marks = { breaking: "✗", undecided: "?", warning: "!", info: "·" } as const;

/** "main (3f2a1bc)". */
export function sideText({ label, commit }: SideName): string {
  const short = commit?.slice(0, 10);
  return short === undefined || label.startsWith(short) ? label : `${label} (${short})`;
}

export function placeText({ file, line, column }: Location): string {
  return `${file}:${line}:${column}`;
}

/** What stands above the changes of one event, or of whatever else changed. */
export function headingOf({ subject, events }: Change): string {
  if (subject.kind === "documents") return "Files";
  if (subject.kind !== "event") return `${subject.kind} ${subject.name}`;
  return events.length > 1
    ? `${events.slice(0, 3).join(", ")}${events.length > 3 ? ` and ${events.length - 3} more` : ""}`
    : subject.name;
}

/** "FULL: backward compatible, forward incompatible". */
export function verdictText({ mode, backward, forward }: EventVerdict): string {
  return `${mode}: backward ${backward ?? "not judged"}, forward ${forward ?? "not judged"}`;
}

/** The sentence before a witness. */
export function witnessText({ direction, instance, message }: NonNullable<Change["witness"]>): string {
  const at = instance === "" ? "" : ` at ${instance}`;
  return direction === "backward"
    ? `This could be written before, and readers of the new schema refuse it${at} (${message}):`
    : `This can be written now, and readers of the old schema refuse it${at} (${message}):`;
}

/** Consumers by what the change means for them: "email breaks: reads data.method". */
export function consumerLines(consumers: readonly ConsumerEffect[]): readonly string[] {
  const several = new Set(consumers.map(({ event }) => event)).size > 1;
  const of = (effect: ConsumerEffect["effect"]): readonly ConsumerEffect[] =>
    consumers.filter((other) => other.effect === effect);
  const about = (all: readonly ConsumerEffect[]): string =>
    several ? ` (${some([...new Set(all.map(({ event }) => event))])})` : "";
  const breaks = [...Map.groupBy(of("breaks"), ({ consumer }) => consumer)].map(([consumer, all]) => {
    const reasons = [...Map.groupBy(all, ({ reason }) => reason)].map(([reason, same]) => `${reason}${about(same)}`);
    return `${consumer} breaks: ${reasons.join("; ")}`;
  });
  const doubts = [...Map.groupBy(of("could-break"), ({ reason }) => reason)].map(
    ([reason, all]) => `${some([...new Set(all.map(({ consumer }) => consumer))])} could break: ${reason}${about(all)}`,
  );
  const isHit = new Set([...of("breaks"), ...of("could-break")].map(({ consumer }) => consumer));
  const safe = [...new Set(consumers.map(({ consumer }) => consumer))].filter((name) => !isHit.has(name)).toSorted();
  return [...breaks, ...doubts, ...(safe.length > 0 ? [`unaffected: ${listed(safe)}`] : [])];
}

/** The first few of many names. */
function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 4).join(", ")} and ${names.length - 4} more` : listed(names);
}

/** The consumer's own witness, where the change has none to show. */
export function consumerWitness({ witness, consumers }: Change): ConsumerEffect | undefined {
  return witness === undefined ? consumers.find((one) => one.witness !== undefined) : undefined;
}

/** "2 breaking, 1 warning, 3 to know, 1 accepted". */
export function countsText({ changes }: DiffReport): string {
  const count = (level: Change["level"]): number => openChanges(changes, level).length;
  const accepted = changes.filter(({ approval }) => approval !== undefined).length;
  const [breaking, undecided, warnings, infos] = [
    count("breaking"),
    count("undecided"),
    count("warning"),
    count("info"),
  ];
  const parts = [
    breaking > 0 ? `${breaking} breaking` : "",
    undecided > 0 ? `${undecided} undecided` : "",
    warnings > 0 ? `${warnings} ${warnings === 1 ? "warning" : "warnings"}` : "",
    infos > 0 ? `${infos} to know` : "",
    accepted > 0 ? `${accepted} accepted` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || "nothing changed";
}

/** Changes without those that only words changed. */
export function toldChanges({ changes }: DiffReport): { readonly told: readonly Change[]; readonly words: number } {
  const told = changes.filter(({ code }) => code !== "annotation-changed");
  return { told, words: changes.length - told.length };
}
