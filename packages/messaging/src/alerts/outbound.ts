import type { Logger } from "pino";
import type { Clock } from "../ports/clock.ts";
import { Refused, type Notice, type Sink } from "./sinks.ts";

export interface OutboundSettings {
  /** One request may take so long. */
  readonly timeoutMs: number;
  /** The first and the longest pause after a failure; it doubles in between. */
  readonly backoffMs: readonly [first: number, longest: number];
  /** Notices that may wait for one sink; beyond that the oldest incident is dropped, and that is logged. */
  readonly mostWaiting: number;
}

export const outboundDefaults: OutboundSettings = {
  timeoutMs: 5_000,
  backoffMs: [1_000, 60_000],
  mostWaiting: 100,
};

/** The way to one sink: in order, again and again until taken, and nobody waits for it. */
export interface Outbound {
  /** Returns at once. */
  tell(notice: Notice): void;
  readonly waiting: number;
  /** Tries what waits once more, for `ms` at most, then gives it up. */
  close(ms: number): Promise<void>;
}

export function openOutbound(sink: Sink, settings: OutboundSettings, clock: Clock, log: Logger): Outbound {
  const [firstPause, longestPause] = settings.backoffMs;
  const stop = new AbortController();
  let waiting: Notice[] = [];
  let running: Promise<void> | undefined;

  const deliver = async (notice: Notice): Promise<void> => {
    for (let pause = firstPause; !stop.signal.aborted; pause = Math.min(pause * 2, longestPause)) {
      try {
        await sink.send(notice, AbortSignal.any([stop.signal, AbortSignal.timeout(settings.timeoutMs)]));
        return;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (error instanceof Refused) {
          log.error({ sink: sink.name, alert: notice.dedupKey, reason }, "an alert was refused and is dropped");
          return;
        }
        log.warn({ sink: sink.name, alert: notice.dedupKey, reason }, "an alert could not be sent; trying again");
      }
      await clock.sleep(pause, stop.signal);
    }
  };
  const work = async (): Promise<void> => {
    for (let [next] = waiting; next !== undefined && !stop.signal.aborted; [next] = waiting) {
      await deliver(next);
      waiting = waiting.filter((one) => one !== next);
    }
    running = undefined;
  };
  return {
    get waiting() {
      return waiting.length;
    },
    tell: (notice) => {
      waiting.push(notice);
      if (waiting.length > settings.mostWaiting) {
        // Together with its end, or people would be told of an end without a beginning. The first one is on its way.
        const oldest = waiting[1]?.dedupKey;
        waiting = waiting.filter((one, index) => index === 0 || one.dedupKey !== oldest);
        log.error({ sink: sink.name, alert: oldest }, "too many alerts wait; the oldest is dropped");
      }
      running ??= work();
    },
    close: async (ms) => {
      const timer = setTimeout(() => stop.abort(), ms);
      await running;
      clearTimeout(timer);
      stop.abort();
    },
  };
}
