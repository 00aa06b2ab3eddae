import type { DeploySettings, IgnoredPairing } from "../config/settings.ts";
import type { Row } from "./matrix.ts";
import type { Retained } from "./retained.ts";
import { named } from "./world.ts";

/** A pairing of which something does not hold, or is not known, and which eventpact.yaml says not to count. */
export interface Ignored extends IgnoredPairing {
  /** Its day has passed: what it names counts again. */
  readonly isOver: boolean;
  /** What would be a reason without it. */
  readonly messages: readonly string[];
}

export interface Sorted {
  /** Rows that count. */
  readonly counted: readonly Row[];
  readonly uncounted: readonly Row[];
  readonly ignored: readonly Ignored[];
}

/** Takes the rows out that are not to count. `now`: an ignored pairing counts again after its last day (UTC). */
export function withoutIgnored(rows: readonly Row[], { ignore }: DeploySettings, now: number): Sorted {
  const today = new Date(now).toISOString().slice(0, 10);
  const open = rows.filter(({ verdict }) => verdict !== "yes");
  const ignored = ignore.flatMap((one): Ignored[] => {
    const mine = open.filter((row) => isOf(one, row));
    const messages = mine.flatMap(messagesOf);
    return mine.length === 0 ? [] : [{ ...one, isOver: today > one.until, messages: [...new Set(messages)] }];
  });
  const inForce = ignored.filter(({ isOver }) => !isOver);
  const isIgnored = (row: Row): boolean => row.verdict !== "yes" && inForce.some((one) => isOf(one, row));
  return { counted: rows.filter((row) => !isIgnored(row)), uncounted: rows.filter(isIgnored), ignored };
}

const isOf = ({ consumer, provider, event }: IgnoredPairing, row: Row): boolean =>
  row.consumer.service === consumer &&
  row.provider.service === provider &&
  (event === undefined || event === row.event);

function messagesOf({ consumer, provider, event, problems, status }: Row): readonly string[] {
  const subject = `${named(consumer)} reads ${event} of ${named(provider)}`;
  const all = problems.length === 0 ? [status] : problems.map(({ message }) => message);
  return all.map((message) => `${subject}: ${message}`);
}

/** Whether all that is wrong with what still lies in topics is what an ignored row says of the same event already. */
export const isIgnoredToo = ({ event, problems }: Retained, service: string, uncounted: readonly Row[]): boolean => {
  const known = uncounted
    .filter((row) => row.event === event && row.consumer.service === service)
    .flatMap((row) => row.problems.map(({ message }) => message));
  return problems.length > 0 && problems.every(({ message }) => known.includes(message));
};
