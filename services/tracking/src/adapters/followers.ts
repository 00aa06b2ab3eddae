import type { ServiceRuntime } from "@eventpact/messaging";
import { isLast, type Step } from "../domain.ts";
import { newestSteps, stepsAfter } from "../store.ts";

/** Somebody who follows one order. */
export interface Follower {
  readonly orderId: string;
  /** The last step they have. */
  readonly after: number;
  /** False when they cannot keep up: they are let go, and come back with the number of the last step they have. */
  take(step: Step): boolean;
  /** No further step will come, or they are let go. */
  end(): void;
}

export interface Followers {
  /** Gives the steps they miss, then every new one. Resolves when the first look is done; call the result to leave. */
  follow(follower: Follower): Promise<() => void>;
  readonly count: number;
  close(): void;
}

/**
 * Looks for new steps of all followed orders with one query, as long as anybody follows. Asking the table, not the
 * handler, makes it right with several instances of this service, after a restart, and for steps committed in between.
 */
export function followers(runtime: ServiceRuntime, everyMs: number): Followers {
  const following = new Map<Follower, number>();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  const leave = (follower: Follower): void => {
    following.delete(follower);
  };
  const letGo = (follower: Follower): void => {
    if (following.delete(follower)) follower.end();
  };

  async function bring(follower: Follower): Promise<void> {
    const after = following.get(follower);
    if (after === undefined) return;
    const steps = await runtime.read(({ db }) => stepsAfter(db, follower.orderId, after));
    for (const step of steps) {
      // Another look may have brought it while this one waited for the database.
      if (step.sequence <= (following.get(follower) ?? Number.POSITIVE_INFINITY)) continue;
      following.set(follower, step.sequence);
      if (!follower.take(step) || isLast(step)) letGo(follower);
    }
  }

  async function look(): Promise<void> {
    const orderIds = [...new Set([...following.keys()].map(({ orderId }) => orderId))];
    const newest = await runtime.read(({ db }) => newestSteps(db, orderIds));
    const behind = [...following].filter(([{ orderId }, seen]) => (newest.get(orderId) ?? 0) > seen);
    for (const [follower] of behind) await bring(follower);
  }

  function schedule(): void {
    if (timer !== undefined || closed || following.size === 0) return;
    timer = setTimeout(() => {
      look()
        .catch(() => undefined) // the database is away: followers keep their place and are served when it is back
        .finally(() => {
          timer = undefined;
          schedule();
        });
    }, everyMs);
  }

  return {
    get count() {
      return following.size;
    },
    async follow(follower) {
      following.set(follower, follower.after);
      await bring(follower);
      schedule();
      return () => leave(follower);
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const follower of following.keys()) letGo(follower);
    },
  };
}
