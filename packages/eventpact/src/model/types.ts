import type { Json, JsonObject } from "../read/json.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { UnreadPart } from "./unread.ts";

/**
 * What a folder of AsyncAPI documents says, with every `$ref` followed. Lists are sorted (by file, then by name), so
 * two readings of the same bytes are equal. Every part carries its `place`: the original node, through any `$ref`.
 */
export interface Model {
  /** The folder that was read, relative to the project root. Files are relative to the project root too. */
  readonly folder: string;
  readonly documents: readonly AsyncApiDocument[];
  readonly services: readonly Service[];
  readonly channels: readonly Channel[];
  readonly topics: readonly Topic[];
  readonly operations: readonly Operation[];
  readonly events: readonly EventVersion[];
  /** What was not read. Each event names what of it stands behind itself. */
  readonly unread: readonly UnreadPart[];
  /** The files behind all this: plain values, text and positions. */
  readonly sources: Sources;
}

/** One file with a top-level `asyncapi` key of a version that is understood (3.0 or 3.1). */
export interface AsyncApiDocument {
  readonly file: string;
  /** The value of `asyncapi`, for example `3.0.0`. */
  readonly version: string;
  readonly id?: string;
  readonly title: string;
  /** The service's name; a key of `Model.services`. */
  readonly service: string;
  readonly place: Place;
}

/** The application a document describes: the last segment of its `id`, or else its file name. Unique in the model. */
export interface Service {
  readonly name: string;
  readonly title: string;
  readonly description?: string;
  readonly file: string;
  readonly sends: readonly OperationMessage[];
  readonly receives: readonly OperationMessage[];
}

/** One event version in one operation. */
export interface OperationMessage {
  readonly operationId: string;
  /** A key of `Model.events`. */
  readonly event: string;
}

/** One entry of a document's `channels`. The same shared channel in two documents is two channels of one topic. */
export interface Channel {
  /** The key under `channels`. */
  readonly name: string;
  readonly document: string;
  readonly address: string | null;
  /** A name in `Model.topics`. */
  readonly topic: string;
  readonly title?: string;
  readonly description?: string;
  /** Message key under `messages` → key of `Model.events`. */
  readonly messages: ReadonlyMap<string, string>;
  readonly parameters: readonly string[];
  readonly bindings: JsonObject;
  readonly place: Place;
}

/** Where events live: a Kafka topic, queue or path. Named by the Kafka binding's `topic`, else the address, else the channel's name. */
export interface Topic {
  readonly name: string;
  readonly partitions?: number;
  readonly retentionMs?: number;
  /** `segment.ms`: how long Kafka writes into one segment. Additional to what the binding's schema names. */
  readonly segmentMs?: number;
  /** `delete`, `compact` or both joined by a comma. */
  readonly cleanupPolicy?: string;
  /** Services with a send operation on it, sorted. One is healthy. */
  readonly writers: readonly string[];
  readonly readers: readonly string[];
  /** Keys of `Model.events` that its channels list, sorted. */
  readonly events: readonly string[];
  readonly place: Place;
}

export interface Operation {
  readonly id: string;
  readonly action: "send" | "receive";
  readonly service: string;
  readonly document: string;
  /** The channel's name under `channels` of the same document, when its `$ref` resolves. */
  readonly channel?: string;
  readonly topic?: string;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  /** Keys of `Model.events`: what `messages` lists, or everything in the channel when it is absent. */
  readonly events: readonly string[];
  /** Where each listed message is named (parallel to `events`), for diagnostics. */
  readonly messagePlaces: readonly Place[];
  readonly reply?: { readonly topic?: string; readonly events: readonly string[] };
  readonly place: Place;
}

/** An entry of a channel's `messages`. */
export interface Listing {
  readonly service: string;
  /** The key under `channels`. */
  readonly channel: string;
  /** The key under the channel's `messages`. */
  readonly message: string;
}

export type Lifecycle = "active" | "deprecated" | "retained";

/** A message of the documents: one version of one event type. */
export interface EventVersion {
  /**
   * Unique: the message's `name`, else its key in the channel; `OrderCreated.v2`. Where several definitions claim one name,
   * each is called after its channel too: `orders.Created`.
   */
  readonly key: string;
  /** Where channels list it, sorted: what stays the same when another message takes its name, and `key` changes. */
  readonly listings: readonly Listing[];
  /** The message's `name` as written, else its key in the channel. Differs from `key` where two definitions claim one name. */
  readonly name: string;
  /** From the envelope's `eventType` constant, else from the key (`OrderCreated`), else the key itself. */
  readonly eventType: string;
  /** From the envelope's `version` constant, else from the key's `.v2`; absent when nothing says it. */
  readonly version?: number;
  /** The payload declares `eventType` and `version` as constants: the folder's envelope convention holds for it. */
  readonly enveloped: boolean;
  readonly title?: string;
  readonly summary?: string;
  readonly description?: string;
  readonly contentType?: string;
  readonly lifecycle: Lifecycle;
  /** Topics whose channels list it, sorted. */
  readonly topics: readonly string[];
  /** Services that send or receive it, sorted. */
  readonly senders: readonly string[];
  readonly receivers: readonly string[];
  /** The file of the message object itself. */
  readonly file: string;
  /** JSON pointer of the message object in `file`; empty for a file that is the message. */
  readonly pointer: string;
  readonly place: Place;
  /** Other message objects that say exactly the same under the same name. */
  readonly copies: readonly Place[];
  readonly payload: Payload;
  readonly headers?: BundledSchema;
  readonly examples: readonly MessageExample[];
  readonly bindings: JsonObject;
  /** The schema of the record's key: `key` of the Kafka message binding. */
  readonly keySchema?: BundledSchema;
  /** Where the partition key is found: `x-key-location: $message.payload#/data/orderId`. */
  readonly keyLocation?: KeyLocation;
  /** What of the message was not read: no proof about its payload or its headers may rest on it. */
  readonly unread: readonly UnreadPart[];
  /**
   * SHA-256 (hex) of what a consumer depends on: payload, headers, content type, key, and what of it was not read. Order of YAML
   * keys is no matter.
   */
  readonly hash: string;
}

export interface KeyLocation {
  readonly source: "payload" | "header";
  /** JSON pointer into the payload or the headers: `/data/orderId`. */
  readonly pointer: string;
  readonly place: Place;
}

/** What a message's payload is: nothing, a JSON Schema, or a schema of another kind (Avro, Protobuf, …) that is passed on as it is. */
export type Payload =
  | { readonly kind: "none" }
  | ({ readonly kind: "json-schema" } & BundledSchema)
  | { readonly kind: "opaque"; readonly format: string; readonly schema: Json; readonly place: Place };

/** A schema that stands alone: everything it refers to is inside it, every `$ref` starts with `#`. */
export interface BundledSchema {
  /** External targets sit under `definitions` (draft-07) or `$defs` (later), recursion is kept as `$ref`. No `$id`, no `$schema`. */
  readonly schema: JsonSchema;
  readonly dialect: Dialect;
  readonly place: Place;
  /** Pointer in `schema` → original place, for the root (`''`) and each definition. `originOf` answers for any pointer. */
  readonly origins: ReadonlyMap<string, Origin>;
  /** The rules by which what was written became this; the same place read by the same rules gives the same schema. */
  readonly readAs?: string;
  /** What of it was not read; in its place stands the schema that allows everything, on which no proof may rest. */
  readonly unread: readonly UnreadPart[];
}

/** Where a definition was written, and whether it is what a parent says for itself, without the list of its children. */
export interface Origin extends Place {
  readonly isParent?: boolean;
}

/** AsyncAPI's schema object and OpenAPI 3.0 schemas arrive as draft-07. */
export type Dialect = "draft-07" | "2019-09" | "2020-12";

export type JsonSchema = boolean | JsonObject;

export interface MessageExample {
  readonly name?: string;
  readonly summary?: string;
  readonly payload?: Json;
  readonly headers?: JsonObject;
  readonly place: Place;
}
