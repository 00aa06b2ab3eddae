import { isMessagingError, MessagingError } from "../errors.ts";
import type { Lag } from "../ports/transport.ts";
import type { Breaker } from "./breaker.ts";
import type { Lane } from "./lane.ts";
import { topicsOf, type Parts } from "./parts.ts";

export interface Progress {
  /** Looks until `signal` aborts; rejects with `stalled` when this member should leave its group and join again. */
  watch(lanes: ReadonlyMap<string, Lane>, signal: AbortSignal): Promise<void>;
  /** Which partitions stand still, in sentences. */
  problems(): readonly string[];
}

interface Seen {
  readonly committed: number;
  /** Since when (`elapsed()`) the committed offset is what it is and there is something behind it. */
  readonly since: number;
}

/** Partitions that others have are theirs to heal first. */
const STRANGERS_WAIT = 3;
/** One event takes no longer than its handler may, and then some. */
const LONG_MS = 60_000;

/**
 * Watches that partitions with a backlog move. One that does not for `stallMs`, while database and broker answer and no
 * circuit breaker holds it up, is said in logs, metrics and health; its owner joins the group again, and when nobody
 * seems to own it, so does everybody else a while later. Whatever it hung on, it begins anew then.
 */
export function createProgress(parts: Parts, breaker: Breaker): Progress {
  const { service, clock, settings, transport, database, log } = parts;
  const topics = topicsOf(service);
  let seen: ReadonlyMap<string, Seen> = new Map();
  let problems: readonly string[] = [];

  const round = async (lanes: ReadonlyMap<string, Lane>): Promise<void> => {
    const lags = await transport.lag(service.name, topics);
    await database.ping();
    const looked = look(parts, lags, seen);
    seen = looked.seen;
    const { still } = looked;
    problems = still.map(
      ({ lag, forMs }) =>
        `${service.name} has not moved on ${nameOf(lag)} for ${Math.round(forMs / 1_000)} s, with ${lag.lag} records to go.`,
    );
    // While a breaker is open nothing moves because nothing should.
    if (breaker.open.length > 0) return;
    for (const { lag, forMs } of still) {
      const lane = lanes.get(nameOf(lag));
      const details = { topic: lag.topic, partition: lag.partition, committed: lag.committed, lag: lag.lag };
      log.error(
        { code: "stalled", ...details, forMs, lane: lane?.describe() ?? "not ours" },
        "a partition stands still",
      );
    }
    const ours = still.find(({ lag }) => isStuck(lanes.get(nameOf(lag)), settings.stallMs));
    const nobodys = still.find(({ forMs }) => forMs >= settings.stallMs * STRANGERS_WAIT);
    const worst = ours ?? nobodys;
    if (worst === undefined) return;
    seen = new Map();
    throw new MessagingError(
      "stalled",
      `Nothing moved on ${nameOf(worst.lag)} for ${Math.round(worst.forMs / 1_000)} s; joining the group again.`,
    );
  };

  return {
    problems: () => problems,
    watch: async (lanes, signal) => {
      seen = new Map();
      while (!signal.aborted) {
        await clock.sleep(settings.stallMs / 4, signal);
        if (signal.aborted) return;
        try {
          await round(lanes);
        } catch (error) {
          if (isMessagingError(error, "stalled")) throw error;
          // An outage stands for itself; what stood still meanwhile had every reason to.
          seen = new Map();
          problems = [];
        }
      }
    },
  };
}

interface Standing {
  readonly lag: Lag;
  readonly forMs: number;
}

/** Compares with what was seen before: what stands still, and for how long. */
function look(
  { service, clock, settings, metrics }: Parts,
  lags: readonly Lag[],
  before: ReadonlyMap<string, Seen>,
): { readonly seen: ReadonlyMap<string, Seen>; readonly still: readonly Standing[] } {
  const now = clock.elapsed();
  const seen = new Map<string, Seen>();
  const still: Standing[] = [];
  for (const lag of lags) {
    const last = before.get(nameOf(lag));
    const since = lag.lag > 0 && last?.committed === lag.committed ? last.since : now;
    seen.set(nameOf(lag), { committed: lag.committed, since });
    const forMs = now - since;
    const stalled = forMs >= settings.stallMs;
    if (stalled) still.push({ lag, forMs });
    const labels = { service: service.name, topic: lag.topic, partition: String(lag.partition) };
    metrics.stalled.set(labels, stalled ? forMs / 1_000 : 0);
  }
  return { seen, still };
}

/**
 * Only a lane that has been there all the time is to blame. One that gives one parked event after the other its turn works,
 * though its offset does not move.
 */
function isStuck(lane: Lane | undefined, stallMs: number): boolean {
  if (lane === undefined) return false;
  const { doing, forMs, openForMs } = lane.describe();
  return openForMs >= stallMs && (!doing.startsWith("retrying") || forMs > LONG_MS);
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string =>
  `${topic}/${partition}`;
