import { MessagingError } from "./errors.ts";
import type { Envelope, EventCodec } from "./events.ts";
import type { Handler } from "./service.ts";

/** Reads an older version as a newer one: `{ from: 'OrderCreated.v1', to: 'OrderCreated.v2', upcast: (data) => … }`. Pure. */
export interface Upcaster {
  readonly from: string;
  readonly to: string;
  upcast(data: never, envelope: Envelope): unknown;
}

const LONGEST_CHAIN = 100;

/** The row that handles `event`, directly or through upcasters, and the upcasters to go through. */
export function handlerFor(
  event: string,
  handlers: Readonly<Record<string, Handler<never>>>,
  upcasters: readonly Upcaster[],
): { readonly handler: Handler<never>; readonly chain: readonly Upcaster[] } | undefined {
  const chain = chainFrom(event, handlers, upcasters);
  const name = chain.at(-1)?.to ?? event;
  return Object.hasOwn(handlers, name) ? { handler: handlers[name] as Handler<never>, chain } : undefined;
}

/** The upcasters that `event` goes through until there is a row, or no further one. */
export function chainFrom(
  event: string,
  handlers: Readonly<Record<string, unknown>>,
  upcasters: readonly Upcaster[],
): readonly Upcaster[] {
  const chain: Upcaster[] = [];
  let name = event;
  while (chain.length < LONGEST_CHAIN && !Object.hasOwn(handlers, name)) {
    const next = upcasters.find((upcaster) => upcaster.from === name);
    if (next === undefined) break;
    chain.push(next);
    name = next.to;
  }
  return chain;
}

/** Applies `chain` to an envelope; what comes out is read as if it had been received, else `message-invalid`. */
export function upcast(envelope: Envelope, chain: readonly Upcaster[], codec: EventCodec): Envelope {
  let current = envelope;
  for (const step of chain) {
    const target = codec.catalog.events[step.to];
    if (target === undefined)
      throw new MessagingError("handlers-mismatch", `An upcaster leads to ${step.to}, which no contract describes.`);
    const data = step.upcast(current.data as never, current);
    const made = { ...current, eventType: target.eventType, version: target.version, data };
    const taken = codec.read(step.to as never, made);
    if (!taken.ok) {
      throw new MessagingError(
        "message-invalid",
        `${step.from} read as ${step.to} is invalid at ${taken.path ?? ""}: ${taken.message}`,
      );
    }
    current = taken.envelope;
  }
  return current;
}
