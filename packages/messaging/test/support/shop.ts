import { defineService } from "../../src/index.ts";
import type {
  Catalog,
  Decoded,
  Envelope,
  EventCodec,
  Handler,
  Job,
  NewEvent,
  Service,
  ServiceDefinition,
} from "../../src/index.ts";

/** A shop of three services, small enough to know by heart: sales says what stock and audit hear. */
export interface Placed extends Envelope<{ id: string; quantity?: number }> {
  readonly eventType: "Placed";
}

const topic = (writer: string, partitions: number, events: readonly string[]) => ({ writer, partitions, events });
const event = (eventType: string, version: number, of: string) => ({
  eventType,
  version,
  topic: of,
  keyLocation: "/data/id",
  lifecycle: "active" as const,
  title: eventType,
  file: "",
  hash: "",
});
const operations = (...events: readonly string[]) => events.map((one) => ({ operationId: one, event: one }));

export const catalog: Catalog = {
  events: {
    "Placed.v1": event("Placed", 1, "sales-events"),
    "Placed.v2": event("Placed", 2, "sales-events"),
    "Cancelled.v1": event("Cancelled", 1, "sales-events"),
    "Reserved.v1": event("Reserved", 1, "stock-events"),
  },
  topics: {
    "sales-events": topic("sales", 3, ["Placed.v1", "Placed.v2", "Cancelled.v1"]),
    "stock-events": topic("stock", 3, ["Reserved.v1"]),
  },
  services: {
    sales: {
      id: "urn:shop:sales",
      title: "Sales",
      sends: operations("Placed.v1", "Placed.v2", "Cancelled.v1"),
      receives: operations("Reserved.v1"),
    },
    stock: { title: "Stock", sends: operations("Reserved.v1"), receives: operations("Placed.v1", "Placed.v2") },
    audit: { title: "Audit", sends: [], receives: operations("Placed.v1", "Placed.v2", "Cancelled.v1", "Reserved.v1") },
  },
};

const depthOf = (text: string): number => {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === "{" || char === "[") deepest = Math.max(deepest, (depth += 1));
    if (char === "}" || char === "]") depth -= 1;
  }
  return deepest;
};

/** A decoder with the manners of the generated one, over `known` events. */
export function codecOver(known: Catalog): EventCodec {
  const validate = (name: string, envelope: unknown) => {
    const { data } = envelope as Envelope<{ id?: unknown; quantity?: unknown }>;
    if (typeof data !== "object" || data === null || typeof data.id !== "string") {
      return { ok: false as const, path: "/data/id", message: `${name} needs an id` };
    }
    const valid = data.quantity === undefined || (typeof data.quantity === "number" && data.quantity > 0);
    return valid
      ? { ok: true as const }
      : { ok: false as const, path: "/data/quantity", message: "must be a positive number" };
  };
  const decode = (bytes: Uint8Array): Decoded => {
    if (bytes.length > 1_000_000) return { ok: false, code: "too-large", message: "too large" };
    const text = new TextDecoder().decode(bytes);
    if (depthOf(text) > 64) return { ok: false, code: "too-deep", message: "nested too deeply" };
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch {
      return { ok: false, code: "not-json", message: "not JSON" };
    }
    const { eventId, eventType, version, sequence } = (
      typeof value === "object" && value !== null ? value : {}
    ) as Partial<Envelope>;
    if (
      typeof eventId !== "string" ||
      typeof eventType !== "string" ||
      typeof version !== "number" ||
      typeof sequence !== "number"
    ) {
      return { ok: false, code: "not-an-envelope", message: "not an envelope" };
    }
    const versions = Object.values(known.events).filter((one) => one.eventType === eventType);
    if (versions.length === 0)
      return { ok: false, code: "unknown-type", message: `unknown type ${eventType}`, eventType, version };
    const name = `${eventType}.v${version}`;
    if (!Object.hasOwn(known.events, name))
      return { ok: false, code: "unknown-version", message: `unknown version ${name}`, eventType, version };
    return read(name, value as Envelope);
  };
  const read = (name: string, envelope: Envelope): Decoded => {
    const { eventType, version } = envelope;
    const verdict = validate(name, envelope);
    if (!verdict.ok)
      return { ok: false, code: "invalid", message: verdict.message, path: verdict.path, eventType, version };
    return { ok: true, event: name, envelope };
  };
  return { catalog: known, decode, read, validate };
}

export const codec = codecOver(catalog);

type Options = Partial<Omit<ServiceDefinition, "name" | "handlers">>;
type Row = Handler<Placed>;

export const nothing = (): [] => [];

export const sales = (handler: Row = nothing, options: Options = {}): Service =>
  defineService({ name: "sales", events: codec, handlers: { "Reserved.v1": handler }, ...options });

export const stock = (handler: Row, options: Options = {}): Service =>
  defineService({ name: "stock", events: codec, handlers: { "Placed.v1": handler, "Placed.v2": handler }, ...options });

export const audit = (handler: Row, options: Options = {}): Service =>
  defineService({
    name: "audit",
    events: codec,
    handlers: { "Placed.v1": handler, "Placed.v2": handler, "Cancelled.v1": handler, "Reserved.v1": handler },
    ...options,
  });

export const placed = (id: string, quantity = 1): NewEvent => ({ event: "Placed.v1", key: id, data: { id, quantity } });
export const cancelled = (id: string): NewEvent => ({ event: "Cancelled.v1", key: id, data: { id } });
export const reserved = (id: string): NewEvent => ({ event: "Reserved.v1", key: id, data: { id } });

export const job = (name: string, everyMs: number, run: Job["run"]): Job => ({ name, everyMs, run });

/** The bytes of an event as its producer would write them. */
export function bytesOf(eventType: string, id: string, sequence: number, more: Partial<Envelope> = {}): Uint8Array {
  const envelope: Envelope = {
    eventId: `${eventType}-${id}-${sequence}`,
    eventType,
    version: 1,
    timestamp: "2026-01-15T10:30:00.000Z",
    sequence,
    correlationId: id,
    data: { id },
    ...more,
  };
  return new TextEncoder().encode(JSON.stringify(envelope));
}
