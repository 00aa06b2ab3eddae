import { serverSentEvents } from "./sse.ts";
import { isLast, type Step } from "./step.ts";
import type { Transport } from "./transport.ts";
import { webSocket } from "./websocket.ts";

/** `waiting` is between two connections; `following` means that the next step is seen as it happens. */
export type Condition = "connecting" | "following" | "waiting";

export interface FollowOptions {
  /** The number of the last step that is known; 0 gives all of them. */
  readonly after?: number;
  readonly signal?: AbortSignal;
  /** `auto` begins with server-sent events and changes whenever a connection does not come about. */
  readonly transport?: "auto" | "sse" | "websocket";
  /** Told of each change, for a page that shows it. */
  readonly onCondition?: (condition: Condition) => void;
  /** Milliseconds before the first new try, doubled up to ten seconds with each that fails; half a second. */
  readonly pauseMs?: number;
  /** A connection that is silent for so long counts as broken; the server says something every 15 s, so 40 s. */
  readonly silenceMs?: number;
}

const LONGEST_PAUSE_MS = 10_000;

/** Resolves after the time, or at once when `signal` is aborted. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  const wake = (): void => {
    clearTimeout(timer);
    resolve();
  };
  signal.addEventListener("abort", wake, { once: true });
  if (signal.aborted) wake();
  return promise.finally(() => signal.removeEventListener("abort", wake));
}

/** Steps that came and were not asked for yet. */
function queue() {
  const steps: Step[] = [];
  let wake: () => void = () => undefined;
  let closed = false;
  let failure: unknown;
  return {
    put(step: Step): void {
      steps.push(step);
      wake();
    },
    close(error?: unknown): void {
      closed = true;
      failure = error;
      wake();
    },
    async *all(): AsyncGenerator<Step, void, void> {
      for (;;) {
        for (let step = steps.shift(); step; step = steps.shift()) yield step;
        if (failure !== undefined) throw failure;
        if (closed) return;
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
    },
  };
}

/**
 * Follows an order: each step once and in order, whatever breaks in between, until the last.
 * Ends after the last step or when `signal` is aborted; an order that nobody knows yet is waited for.
 * @throws FollowError when the server refuses, as it would again
 */
export async function* followOrder(
  url: string,
  orderId: string,
  options: FollowOptions = {},
): AsyncGenerator<Step, void, void> {
  const left = new AbortController();
  const signal = AbortSignal.any([left.signal, ...(options.signal ? [options.signal] : [])]);
  const arrived = queue();
  keepFollowing(url, orderId, { ...options, signal }, arrived.put).then(
    () => arrived.close(),
    (error: unknown) => arrived.close(error),
  );
  try {
    yield* arrived.all();
  } finally {
    left.abort();
  }
}

/** Connects again and again, each time after the last step that came. */
async function keepFollowing(
  url: string,
  orderId: string,
  {
    after: start = 0,
    signal,
    transport = "auto",
    onCondition,
    pauseMs = 500,
    silenceMs = 40_000,
  }: FollowOptions & {
    readonly signal: AbortSignal;
  },
  put: (step: Step) => void,
): Promise<void> {
  const ways: readonly Transport[] =
    transport === "auto" ? [serverSentEvents, webSocket] : [transport === "sse" ? serverSentEvents : webSocket];
  let after = start;
  let way = 0;
  let failed = 0;
  let over = false;
  while (!signal.aborted) {
    onCondition?.("connecting");
    let stood = false;
    const follow = ways[way % ways.length] ?? serverSentEvents;
    const end = await follow({
      url,
      orderId,
      after,
      signal,
      silenceMs,
      onOpen() {
        if (!stood) onCondition?.("following");
        stood = true;
      },
      onStep(step) {
        // A step that comes twice, or from before, was already given.
        if (step.sequence <= after) return;
        after = step.sequence;
        put(step);
        over ||= isLast(step);
      },
    });
    if (over || end === "over" || signal.aborted) return;
    failed = stood ? 0 : failed + 1;
    // Only a way on which nothing ever came is left for another: a restart breaks both.
    if (!stood) way += 1;
    onCondition?.("waiting");
    await pause(Math.min(LONGEST_PAUSE_MS, pauseMs * 2 ** failed) * (0.5 + Math.random() / 2), signal);
  }
}
