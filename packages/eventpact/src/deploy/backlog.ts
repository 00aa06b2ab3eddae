import { resultOn } from "../contracts/records.ts";
import type { Reason } from "./can-i-deploy.ts";
import { keptUntil } from "./holdings.ts";
import type { Judge } from "./matrix.ts";
import { mismatchProblems, recordFor } from "./matrix.ts";
import { hears } from "./reading.ts";
import { freeFrom } from "./retained.ts";
import { isOver } from "./time.ts";
import type { Placed, World } from "./world.ts";
import { named } from "./world.ts";

/**
 * What a consumer will meet of producers that are gone: a version whose code was found to break its contract has left events
 * in the topic, whatever took its place since. Until the last of them is gone, the answer is no.
 */
export function backlogReasons(candidate: Placed, world: World, judge: Judge, now: number): readonly Reason[] {
  const reasons = world.past.flatMap((past) => {
    const record = recordFor(past, judge);
    if (record === undefined) return [];
    const contracts = candidate.contents.pacts.filter(({ provider }) => provider === past.service);
    return past.contents.sends
      .filter(({ topic, message }) => hears(candidate.contents, topic, message.eventType))
      .flatMap(({ event, topic }): readonly Reason[] => {
        const until = freeFrom(keptUntil(world, judge.settings, topic, past.until ?? null));
        if (isOver(until, now)) return [];
        const counted = contracts
          .flatMap(({ interactions }) => interactions)
          .filter((one) => one.event === event && !one.pending);
        const broken = counted
          .map((one) => resultOn(record, candidate.service, one))
          .filter((one) => one?.result === "broken")
          .flatMap(mismatchProblems);
        const invalid = (record.sends.find((one) => one.event === event)?.problems ?? []).map((message) => ({
          message: `its schema refuses it: ${message}`,
          field: undefined,
        }));
        return [...broken, ...invalid].map(({ message, field }) => ({
          verdict: "no",
          message: `${named(candidate)} can still meet ${event} of ${named(past)} in ${topic}, whose code was found to say it wrong: ${message}`,
          event,
          service: candidate.service,
          from: until,
          ...(field === undefined ? {} : { field }),
        }));
      });
  });
  // The same version may have been there several times: the last time counts.
  const last = new Map<string, Reason>();
  for (const reason of reasons) {
    const known = last.get(reason.message);
    if (known === undefined || isLater(reason.from, known.from)) last.set(reason.message, reason);
  }
  return [...last.values()];
}

const isLater = (a: Reason["from"], b: Reason["from"]): boolean => b !== null && (a === null || (a ?? 0) > (b ?? 0));
