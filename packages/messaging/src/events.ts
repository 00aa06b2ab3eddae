/** The JSON value of every message. `sequence` counts 1, 2, 3 … per key within the producer's topic. */
export interface Envelope<Data = unknown> {
  readonly eventId: string;
  readonly eventType: string;
  readonly version: number;
  /** RFC 3339, UTC, milliseconds. */
  readonly timestamp: string;
  readonly sequence: number;
  readonly correlationId: string;
  readonly causationId?: string;
  readonly data: Data;
}

/**
 * A fact that somebody wants to be known: what a handler, a command or a job returns.
 * `event` is the message key of the contracts (`OrderCreated.v2`), `key` the aggregate's id.
 * The runtime adds identity, time, order, cause and trace. `correlationId` overrides the story the event
 * belongs to, for work that has no causing event (a job that goes on with many orders).
 */
export interface NewEvent<Event extends string = string, Data = unknown> {
  readonly event: Event;
  readonly key: string;
  readonly data: Data;
  readonly correlationId?: string;
}

export type DecodeFailure =
  | "too-large"
  | "not-json"
  | "too-deep"
  | "not-an-envelope"
  | "unknown-type"
  | "unknown-version"
  | "invalid";

/** Bytes read as an event, or why they cannot be. Hostile input ends in a failure, never in an exception. */
export type Decoded =
  | { readonly ok: true; readonly event: string; readonly envelope: Envelope }
  | {
      readonly ok: false;
      readonly code: DecodeFailure;
      readonly message: string;
      readonly path?: string | undefined;
      readonly eventType?: string | undefined;
      readonly version?: number | undefined;
    };

export type Validation =
  | { readonly ok: true }
  | { readonly ok: false; readonly message: string; readonly path: string };

export interface CatalogEvent {
  readonly eventType: string;
  readonly version: number;
  readonly topic: string;
  /** JSON pointer into the envelope at which the message key is found: `/data/orderId`. */
  readonly keyLocation: string;
  readonly lifecycle: "active" | "deprecated" | "retained";
  readonly title: string;
  readonly file: string;
  readonly hash: string;
}

export interface CatalogTopic {
  readonly partitions: number;
  readonly retentionMs?: number | undefined;
  readonly cleanupPolicy?: string | undefined;
  readonly writer: string;
  readonly events: readonly string[];
}

export interface CatalogService {
  /** The id of the service's document, `urn:shop:order`: the `ce_source` of its events. */
  readonly id?: string | undefined;
  readonly title: string;
  readonly sends: readonly { readonly operationId: string; readonly event: string }[];
  readonly receives: readonly { readonly operationId: string; readonly event: string }[];
}

/** The contracts as plain data: which events, topics and services there are. */
export interface Catalog {
  readonly events: Readonly<Record<string, CatalogEvent>>;
  readonly topics: Readonly<Record<string, CatalogTopic>>;
  readonly services: Readonly<Record<string, CatalogService>>;
  /** Names of properties that hold personal data in any event: masked before people look. */
  readonly personalData?: readonly string[];
}

/**
 * What the runtime asks of the generated package; `import * as events from '@shop/events'` fits as it is.
 * `Event` is left open by method bivariance so that a module whose `validate` takes a union of names fits too.
 */
export interface EventCodec {
  readonly catalog: Catalog;
  /** Takes what a reader of the event takes, and answers it completed: with its defaults, without keys that nobody may rely on. */
  decode(bytes: Uint8Array): Decoded;
  /** The same for a value of which the event is known: what an upcaster made. */
  read(event: never, value: unknown): Decoded;
  /** Whether a sender may send this. */
  validate(event: never, envelope: unknown): Validation;
}
