import type { ServiceRuntime } from "@eventpact/messaging";
import { isLast, type Step } from "../domain.ts";
import { newestSteps, stepsOf } from "../store.ts";

/** Somebody who follows one order. */
export interface Follower {
  readonly orderId: string;
  /** The last step they have. */
  readonly after: number;
  /** False when they cannot keep up and did not take it: they are let go, and come back for it. */
  take(step: Step): boolean;
  /** No further step will come, or they are let go. */
  end(): void;
}

export interface Followers {
  /** Gives the steps they miss, then every new one. Resolves when the first look is done, rejects when it failed; call the result to leave. */
  follow(follower: Follower): Promise<() => void>;
  readonly count: number;
  close(): void;
}

const ordersOf = (followers: Iterable<Follower>): string[] => [
  ...new Set([...followers].map(({ orderId }) => orderId)),
];

/** Those whose orders have newer steps than they have, found with one query. */
async function behind(runtime: ServiceRuntime, following: ReadonlyMap<Follower, number>): Promise<Follower[]> {
  const newest = await runtime.read(({ db }) => newestSteps(db, ordersOf(following.keys())));
  return [...following]
    .filter(([{ orderId }, seen]) => (newest.get(orderId) ?? 0) > seen)
    .map(([follower]) => follower);
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

  /** Gives each what it misses, with one query for all. */
  async function bring(waiting: readonly Follower[]): Promise<void> {
    if (waiting.length === 0) return;
    const steps = await runtime.read(({ db }) => stepsOf(db, ordersOf(waiting)));
    for (const follower of waiting) for (const step of steps.get(follower.orderId) ?? []) give(follower, step);
  }

  function give(follower: Follower, step: Step): void {
    const seen = following.get(follower);
    if (seen === undefined) return;
    if (step.sequence > seen) {
      following.set(follower, step.sequence);
      if (!follower.take(step)) letGo(follower);
    }
    if (isLast(step)) letGo(follower);
  }

  function schedule(): void {
    if (timer !== undefined || closed || following.size === 0) return;
    timer = setTimeout(() => {
      behind(runtime, following)
        .then(bring)
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
      try {
        await bring([follower]);
      } catch (error) {
        leave(follower);
        throw error;
      }
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
