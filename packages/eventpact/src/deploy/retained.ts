import type { Contents } from "./contents.ts";
import type { Holding } from "./holdings.ts";
import type { Judge } from "./matrix.ts";
import type { Problem, Verdict } from "./reading.ts";
import { canRead, hears, worst } from "./reading.ts";
import type { Moment } from "./time.ts";
import { isOver, latest } from "./time.ts";

/** An event version that can be met in an environment, and whether a version of a service must and can read it. */
export interface Retained {
  readonly topic: string;
  readonly event: string;
  readonly senders: readonly string[];
  readonly lastSender?: string;
  /** How many states of its schema can be met. */
  readonly states: number;
  /** Null: no end is known. Over: it is not there any more. */
  readonly outboxUntil: Moment;
  readonly topicUntil: Moment;
  readonly lettersUntil: Moment;
  readonly keeps: string;
  /** The service hears of this kind of event in this topic, so that it meets it on replay, as lag, or in its dead letters. */
  readonly mustRead: boolean;
  readonly can: Verdict;
  /** Where it cannot be read: from when every state that cannot is gone; null when no end is known. */
  readonly readableFrom?: Moment;
  readonly problems: readonly Problem[];
  /** What to know about the proofs behind it. */
  readonly notes: readonly string[];
}

/** What can be met in the topics that a version reads or writes, one entry per topic and event version. */
export function retainedFor(contents: Contents, holdings: readonly Holding[], judge: Judge): readonly Retained[] {
  const topics = new Set([...contents.sends, ...contents.receives].map(({ topic }) => topic));
  const groups = Map.groupBy(
    holdings.filter(({ topic }) => topics.has(topic)),
    ({ topic, event }) => `${topic} ${event}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const mustRead = hears(contents, first.topic, first.eventType);
    const readings = mustRead ? group.map((one) => canRead(contents, one, judge)) : [];
    const unreadable = group.filter((_, index) => (readings[index]?.verdict ?? "yes") !== "yes");
    const last = group.toSorted((a, b) => (b.topicUntil ?? Infinity) - (a.topicUntil ?? Infinity))[0] ?? first;
    return [
      {
        topic: first.topic,
        event: first.event,
        senders: [...new Set(group.flatMap(({ senders }) => senders))],
        ...(last.lastSender === undefined ? {} : { lastSender: last.lastSender }),
        states: group.length,
        outboxUntil: latest(group.map(({ outboxUntil }) => outboxUntil)),
        topicUntil: latest(group.map(({ topicUntil }) => topicUntil)),
        lettersUntil: latest(group.map(({ lettersUntil }) => lettersUntil)),
        keeps: first.keeps,
        mustRead,
        can: worst(readings.map(({ verdict }) => verdict)),
        ...(unreadable.length === 0 ? {} : { readableFrom: latest(unreadable.map(freeFrom)) }),
        problems: uniqueProblems(readings.flatMap(({ problems }) => problems)),
        notes: [...new Set(readings.flatMap(({ notes }) => notes))],
      },
    ];
  });
}

/** From when nothing of it is met any more: null when no end is known. */
export const freeFrom = ({ topicUntil, lettersUntil }: Pick<Retained, "topicUntil" | "lettersUntil">): Moment =>
  latest([topicUntil, lettersUntil]);

/** Where it can be met now. */
export function placesOf(
  retained: Pick<Retained, "outboxUntil" | "topicUntil" | "lettersUntil">,
  now: number,
): readonly ("outbox" | "topic" | "dead letters")[] {
  return [
    ...(isOver(retained.outboxUntil, now) ? [] : (["outbox"] as const)),
    ...(isOver(retained.topicUntil, now) ? [] : (["topic"] as const)),
    ...(isOver(retained.lettersUntil, now) ? [] : (["dead letters"] as const)),
  ];
}

const uniqueProblems = (problems: readonly Problem[]): readonly Problem[] => [
  ...new Map(problems.map((one) => [`${one.kind} ${one.message}`, one])).values(),
];
