import type { HandlerContext, HandlerResult, NewEvent } from "@eventpact/messaging";
import type { Events } from "@shop/events";
import type { ServiceAlone } from "./service-alone.ts";

type Whole = Events[keyof Events];

export interface Circumstances {
  readonly replay?: boolean;
  readonly topic?: string;
  readonly partition?: number;
  readonly offset?: number;
}

/** What a test says of an event's envelope; the rest is made up, and differs from event to event. */
export type About = Partial<Pick<Whole, "eventId" | "timestamp" | "sequence" | "correlationId" | "causationId">>;

let count = 0;

/** A whole event, `"OrderPaid.v1"`, about `data`. */
export function told<K extends keyof Events>(event: K, data: Events[K]["data"], about: About = {}): Events[K] {
  const [eventType, version] = event.split(".v");
  count += 1;
  const eventId = `019bc134-782d-7aa8-8f7f-${count.toString(16).padStart(12, "0")}`;
  const timestamp = new Date(Date.UTC(2026, 0, 15, 10, 30)).toISOString();
  const key = "orderId" in data ? data.orderId : eventId;
  return {
    eventId,
    eventType,
    version: Number(version),
    timestamp,
    sequence: 1,
    correlationId: key,
    ...about,
    data,
  } as Events[K];
}

/** Lets a service alone hear whole events, for handlers that look at more than `data`. Gives what it says to each. */
export function hearing(alone: ServiceAlone, handlers: object) {
  const rows = new Map(Object.entries(handlers));
  return (event: Whole, { replay = false, topic = "order-events", partition = 0, offset = 0 }: Circumstances = {}) =>
    alone.transact<readonly NewEvent[]>({}, async (context) => {
      const { eventType, version, data } = event;
      const handler = rows.get(`${eventType}.v${version}`) as (
        event: Whole,
        context: HandlerContext,
      ) => HandlerResult | Promise<HandlerResult>;
      const key = "orderId" in data ? data.orderId : data.accountId;
      const signal = new AbortController().signal;
      const delivery = { topic, partition, offset, key, headers: {} };
      const answer = await handler(event, { ...context, signal, delivery, replay, attempt: 1 } as HandlerContext);
      if ("wait" in answer) throw new Error(`it waits: ${answer.wait}`);
      return { events: answer, result: answer };
    });
}
