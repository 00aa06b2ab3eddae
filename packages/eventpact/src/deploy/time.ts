const units: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** How long something is kept, in milliseconds; null is for ever. */
export type Span = number | null;

/** So many milliseconds are for ever: Kafka's Long.MAX, and whatever lies beyond every calendar. */
const FOR_EVER = 1e14;

/** A time of a Kafka configuration in milliseconds; -1 and what no calendar knows are for ever. */
export const kafkaSpan = (milliseconds: number): Span =>
  milliseconds < 0 || milliseconds >= FOR_EVER ? null : milliseconds;

/** Reads `90d`, `12h`, `forever`, or a number of milliseconds (Kafka's -1: for ever); undefined for anything else. */
export function readSpan(value: unknown): Span | undefined {
  if (typeof value === "number") return value === -1 || value >= 0 ? kafkaSpan(value) : undefined;
  if (value === "forever") return null;
  const found = typeof value === "string" ? /^(\d+(?:\.\d+)?)\s*([smhdw])$/.exec(value) : null;
  return found ? kafkaSpan(Number(found[1]) * (units[found[2] ?? ""] ?? 0)) : undefined;
}

/** A moment in milliseconds since 1970; null is never. */
export type Moment = number | null;

export const after = (moment: Moment, span: Span): Moment => (moment === null || span === null ? null : moment + span);

export const latest = (moments: readonly Moment[]): Moment =>
  moments.includes(null) ? null : Math.max(...(moments as readonly number[]));

export const isOver = (moment: Moment, now: number): boolean => moment !== null && moment <= now;

/** `2026-07-14`: the first whole day (UTC) that lies after the moment. */
export function dayAfter(moment: number): string {
  const day = units["d"] ?? 1;
  return new Date(Math.ceil(moment / day) * day).toISOString().slice(0, 10);
}

/** `for ever`, `365 days`, `12 hours`. */
export function shownSpan(span: Span): string {
  if (span === null) return "for ever";
  const [size, name] =
    span >= 2 * 86_400_000 ? [86_400_000, "day"] : span >= 3_600_000 ? [3_600_000, "hour"] : [60_000, "minute"];
  const count = Math.round(span / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
