import { createHash } from "node:crypto";
import { MessagingError } from "../errors.ts";
import type { ErrorCode } from "../errors.ts";
import type { Decoded, Envelope } from "../events.ts";
import type { Headers, StoredRecord } from "../ports/transport.ts";
import type { Handler, Service } from "../service.ts";
import { handlerFor, upcast } from "../upcast.ts";
import { valueAt } from "./pointer.ts";

/** A record after reading: what kind of work it is, decided by its bytes alone (headers steer nothing). */
export interface Incoming {
  readonly record: StoredRecord;
  readonly key: string;
  /** What the inbox remembers it by. */
  readonly inboxId: string;
  readonly eventId: string | undefined;
  readonly event: string | undefined;
  /** Known for every readable envelope, also an invalid one; then it is only a claim. */
  readonly sequence: number | undefined;
  readonly kind: Kind;
}

export type Kind =
  | { readonly name: "handle"; readonly handler: Handler<never>; readonly envelope: Envelope }
  /** A valid event that this service does not receive. */
  | { readonly name: "ignore" }
  /** Of a newer version than any this service knows. */
  | { readonly name: "hold"; readonly error: MessagingError }
  | { readonly name: "refuse"; readonly error: MessagingError };

const text = new TextDecoder();

/** Longer keys cannot be indexed; nobody's aggregate id is that long. */
export const MAX_KEY_BYTES = 1_000;

/** Text as PostgreSQL can store it: without NUL and lone surrogates, and not endless. */
export const storable = (value: string, max = MAX_KEY_BYTES): string =>
  isStorable(value, max) ? value : value.slice(0, max).replaceAll("\0", "\uFFFD").toWellFormed();

const isStorable = (value: string, max: number): boolean =>
  value.length <= max && !value.includes("\0") && value.isWellFormed();

const MAX_HEADER = 10_000;

/** The same headers where they can be stored as they are, as they nearly always can. */
export function storableHeaders(headers: Headers): Headers {
  const entries = Object.entries(headers);
  if (entries.every(([name, value]) => isStorable(name, MAX_KEY_BYTES) && isStorable(value, MAX_HEADER)))
    return headers;
  return Object.fromEntries(entries.map(([name, value]) => [storable(name), storable(value, MAX_HEADER)]));
}

/** Reads one record. Never throws: whatever is wrong with the bytes becomes a refusal. */
export function readRecord(service: Service, record: StoredRecord): Incoming {
  const key = record.key === null ? "" : storable(text.decode(record.key), 200);
  const base = {
    record,
    key,
    inboxId: "",
    eventId: undefined,
    event: undefined,
    sequence: undefined,
  };
  if (record.value === null || record.value.length === 0) {
    return { ...base, inboxId: placeOf(record), kind: refusal("message-unreadable", "The record has no value.") };
  }
  if (record.key !== null && record.key.length > MAX_KEY_BYTES) {
    return {
      ...base,
      inboxId: placeOf(record),
      kind: refusal("message-unreadable", `The key takes ${record.key.length} bytes; ${MAX_KEY_BYTES} are allowed.`),
    };
  }
  const decoded = service.events.decode(record.value);
  if (!decoded.ok) {
    const kind = failed(service, decoded);
    const claimed = claims(record.value, decoded);
    // A version of tomorrow is an event all the same, and has its identity; refused bytes have only their place.
    const inboxId = (kind.name === "hold" ? claimed.eventId : undefined) ?? placeOf(record);
    return { ...base, ...claimed, inboxId, kind };
  }
  const { event, envelope } = decoded;
  const whole = record.key === null ? "" : storable(text.decode(record.key));
  const named = {
    ...base,
    key: whole,
    inboxId: storable(envelope.eventId),
    eventId: storable(envelope.eventId),
    event,
    sequence: envelope.sequence,
  };
  return { ...named, kind: misplaced(service, record, whole, event, envelope) ?? work(service, event, envelope) };
}

const refusal = (code: ErrorCode, message: string): Kind => ({
  name: "refuse",
  error: new MessagingError(code, message),
});

/** An unreadable record has no identity of its own: its place and its bytes are what can come again. */
function placeOf({ topic, partition, offset, value }: StoredRecord): string {
  const hash = createHash("sha256")
    .update(value ?? new Uint8Array())
    .digest("hex")
    .slice(0, 16);
  return `${topic}/${partition}/${offset}/${hash}`;
}

function failed(service: Service, decoded: Exclude<Decoded, { ok: true }>): Kind {
  const where = decoded.path === undefined || decoded.path === "" ? "" : ` at ${decoded.path}`;
  const message = storable(`${decoded.message}${where}`, 2_000);
  switch (decoded.code) {
    case "invalid":
      return refusal("message-invalid", message);
    case "unknown-type":
      return refusal("unknown-type", message);
    case "unknown-version": {
      const known = Object.values(service.events.catalog.events).filter(
        (event) => event.eventType === decoded.eventType,
      );
      const newest = Math.max(0, ...known.map((event) => event.version));
      const error = new MessagingError("unknown-version", message, { retryable: (decoded.version ?? 0) > newest });
      return error.retryable && known.length > 0 ? { name: "hold", error } : { name: "refuse", error };
    }
    default:
      return refusal("message-unreadable", `${decoded.code}: ${message}`);
  }
}

interface Claims {
  readonly event?: string;
  readonly eventId?: string;
  readonly sequence?: number;
}

/** What refused but parseable bytes say of themselves: to show, and to compare with what was expected. */
function claims(value: Uint8Array, decoded: Exclude<Decoded, { ok: true }>): Claims {
  if (decoded.code !== "invalid" && decoded.code !== "unknown-type" && decoded.code !== "unknown-version") return {};
  const { eventType, version } = decoded;
  const envelope = parsed(value);
  const eventId = valueAt(envelope, "/eventId");
  const sequence = valueAt(envelope, "/sequence");
  return {
    ...(eventType === undefined || version === undefined ? {} : { event: storable(`${eventType}.v${version}`, 200) }),
    ...(typeof eventId === "string" ? { eventId: storable(eventId, 200) } : {}),
    ...(Number.isSafeInteger(sequence) ? { sequence: sequence as number } : {}),
  };
}

function parsed(value: Uint8Array): unknown {
  try {
    return JSON.parse(text.decode(value));
  } catch {
    return undefined;
  }
}

/** A valid event in the wrong topic or under the wrong key would break the order of its key. */
function misplaced(
  service: Service,
  record: StoredRecord,
  key: string,
  event: string,
  envelope: Envelope,
): Kind | undefined {
  const contract = service.events.catalog.events[event];
  if (contract === undefined) return undefined;
  if (contract.topic !== record.topic) {
    return refusal("message-invalid", `${event} belongs in ${contract.topic}, not in ${record.topic}.`);
  }
  const expected = valueAt(envelope, contract.keyLocation);
  return expected === key
    ? undefined
    : refusal(
        "message-invalid",
        `The record's key ${JSON.stringify(key)} is not the value at ${contract.keyLocation}.`,
      );
}

function work(service: Service, event: string, envelope: Envelope): Kind {
  const received = service.events.catalog.services[service.name]?.receives.some(
    (operation) => operation.event === event,
  );
  const row = received === true ? handlerFor(event, service.handlers, service.upcasters) : undefined;
  if (row === undefined) return { name: "ignore" };
  try {
    return { name: "handle", handler: row.handler, envelope: upcast(envelope, row.chain, service.events) };
  } catch (error) {
    const reason =
      error instanceof MessagingError
        ? error
        : new MessagingError("message-invalid", `The upcaster of ${event} failed: ${String(error)}`, { cause: error });
    return { name: "refuse", error: reason };
  }
}
