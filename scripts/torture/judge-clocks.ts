import { storiesOf } from "./judge-shop.ts";
import type { LogRecord, Observation } from "./observe.ts";
import { findingOf, type Finding } from "./verdict.ts";

/** What the judge's own clock, which is right, and the settings of the run say. */
export interface Times {
  /** Epoch milliseconds. */
  readonly began: number;
  readonly ended: number;
  /** How long an order waits for an answer before it is given up. */
  readonly patienceMs: number;
}

/** Processes learn the database's time by asking: on a busy machine the answer takes a while. */
const TOLERANCE_MS = 10_000;
const BACK_MS = 3_000;

const say = (ms: number): string => new Date(ms).toISOString();

/** Whatever its machine says, a process writes down the time of the database, and so does the log. */
function timeIsRight({ log }: Observation, { began, ended }: Times): Finding {
  return findingOf("what happened is dated by one clock, whatever that of its process says", (broken) => {
    for (const { topic, offset, partition, event, at, recordedAt } of log)
      for (const [what, moment] of [
        ["happened", at],
        ["was recorded", recordedAt],
      ] as const)
        if (moment < began - TOLERANCE_MS || moment > ended + TOLERANCE_MS)
          broken(
            `${event} at ${topic}/${partition}/${offset} ${what} at ${say(moment)}, and the run lasted from ${say(began)} to ${say(ended)}`,
          );
    return log.length;
  });
}

const events = (story: readonly LogRecord[]): readonly (readonly [LogRecord, LogRecord])[] =>
  story.slice(1).flatMap((one, index) => {
    const before = story[index];
    return before === undefined ? [] : [[before, one] as const];
  });

function timeGoesForwards({ log }: Observation): Finding {
  return findingOf("time goes forwards along each order", (broken) => {
    for (const [orderId, story] of storiesOf(log))
      for (const [before, { event, at }] of events(story))
        if (at < before.at - BACK_MS)
          broken(`order ${orderId}: ${event} at ${say(at)}, after ${before.event} at ${say(before.at)}`);
    return log.length;
  });
}

function patienceIsKept({ log }: Observation, { patienceMs }: Times): Finding {
  return findingOf("no order is given up before its time", (broken) => {
    const stories = storiesOf(log);
    for (const [orderId, story] of stories)
      for (const [before, { event, at, data }] of events(story))
        if (event === "OrderCancelled.v1" && data["reason"] === "TIMEOUT" && at - before.at < patienceMs - TOLERANCE_MS)
          broken(`order ${orderId} was given up ${Math.round((at - before.at) / 1_000)} s after ${before.event}`);
    return stories.size;
  });
}

/**
 * Whether wrong clocks went unnoticed. An embedded database has no other clock than its process: there only the direction
 * can be judged. Pure.
 */
export const judgeClocks = (seen: Observation, times: Times | undefined): readonly Finding[] => [
  timeGoesForwards(seen),
  ...(times === undefined ? [] : [timeIsRight(seen, times), patienceIsKept(seen, times)]),
];
