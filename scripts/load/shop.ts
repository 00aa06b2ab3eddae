import { setTimeout as delay } from "node:timers/promises";

/** What an order is to its customer. */
export interface SeenOrder {
  readonly orderId: string;
  readonly status: string;
  readonly reason?: string;
  readonly total: { readonly amount: number; readonly currency: string };
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly timeline: readonly { readonly status: string; readonly at: string }[];
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A running shop, asked over HTTP. */
export interface Shop {
  /** Asks until there is an answer that is neither 429 nor 5xx. Rejects with the reason of `signal`. */
  ask(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The order as it stands; rejects when there is none. */
  order(orderId: string): Promise<SeenOrder>;
  /** How often it said 429: the rate limit holds the load back. */
  readonly heldBack: number;
  /** How often it did not answer, or with 5xx. */
  readonly failedTries: number;
}

const LONGEST_PAUSE_MS = 5_000;

/** How long a 429 asks to wait. */
const pauseOf = (answer: Response): number =>
  Math.min(LONGEST_PAUSE_MS, Math.max(100, Number(answer.headers.get("retry-after") ?? 1) * 1_000));

export function shopAt(url: string, token: string | undefined, signal: AbortSignal): Shop {
  let heldBack = 0;
  let failedTries = 0;
  const once = async (path: string, init: RequestInit): Promise<Answer | number> => {
    try {
      const answer = await fetch(url + path, {
        ...init,
        signal: AbortSignal.any([signal, AbortSignal.timeout(15_000)]),
      });
      const text = await answer.text();
      if (answer.status === 429) {
        heldBack += 1;
        return pauseOf(answer);
      }
      if (answer.status < 500) return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
    } catch {
      signal.throwIfAborted();
    }
    failedTries += 1;
    return 500;
  };
  const ask: Shop["ask"] = async (method, path, body, headers = {}) => {
    const init = {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    };
    for (;;) {
      const answer = await once(path, init);
      if (typeof answer !== "number") return answer;
      await delay(answer, undefined, { signal });
    }
  };
  return {
    ask,
    async order(orderId) {
      const { status, body } = await ask("GET", `/orders/${orderId}`);
      if (status !== 200) throw new Error(`GET /orders/${orderId} answered ${status}`);
      return body as SeenOrder;
    },
    get heldBack() {
      return heldBack;
    },
    get failedTries() {
      return failedTries;
    },
  };
}

/** The body of an answer that had to have this status. */
export function demand<T>({ status, body }: Answer, wanted: number, what: string): T {
  if (status === wanted) return body as T;
  const { detail = JSON.stringify(body) } = (body ?? {}) as { detail?: string };
  throw new Error(`${what} was answered with ${status}: ${detail}`);
}
