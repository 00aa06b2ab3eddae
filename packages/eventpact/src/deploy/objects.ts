import { createHash } from "node:crypto";
import { applicators } from "../model/schema-walk.ts";
import type { Gap } from "../judge/judge.ts";
import type { Dialect, Lifecycle } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, setOwn } from "../read/json.ts";

/** What one version of one service says, hears and relies on. Names other objects by their hash. */
export interface StoredService {
  readonly format: 1;
  readonly kind: "service";
  readonly service: string;
  /** Sorted by event, then operation. */
  readonly sends: readonly StoredOperation[];
  readonly receives: readonly StoredOperation[];
  /** The topics of these operations, as this version knew them. */
  readonly topics: Readonly<Record<string, StoredTopic>>;
  /** Its contracts as a consumer, sorted by provider. `hash` is the contract's own (`Pact.hash`), `object` the store's. */
  readonly pacts: readonly { readonly provider: string; readonly hash: string; readonly object: string }[];
}

export interface StoredOperation {
  readonly event: string;
  readonly operationId: string;
  readonly topic: string;
  readonly lifecycle: Lifecycle;
  /** Hash of the message's object. */
  readonly message: string;
}

export interface StoredTopic {
  /** Kafka's retention.ms; -1 is for ever. */
  readonly retentionMs?: number;
  /** Kafka's segment.ms. */
  readonly segmentMs?: number;
  readonly cleanupPolicy?: string;
}

/** One state of an event version's schema. */
export interface StoredMessage {
  readonly format: 1;
  readonly kind: "message";
  readonly key: string;
  readonly eventType: string;
  readonly version?: number;
  readonly contentType?: string;
  readonly payload: StoredPayload;
  readonly headers?: StoredSchema;
}

/** A schema that stands alone, without what only describes. */
export interface StoredSchema {
  readonly dialect: Dialect;
  readonly schema: Json;
  /** Names that the event's examples write although the schema does not declare them; absent: none. */
  readonly writtenKeys?: readonly string[];
  /** What of it was not read, and why; absent: all was read. */
  readonly unread?: readonly Gap[];
}

export type StoredPayload =
  | { readonly kind: "none" }
  | ({ readonly kind: "json-schema" } & StoredSchema)
  | { readonly kind: "opaque"; readonly format: string; readonly schema: Json };

/** A consumer's contract. */
export interface StoredPact {
  readonly format: 1;
  readonly kind: "pact";
  readonly consumer: string;
  readonly provider: string;
  readonly hash: string;
  /** Pact's specification, which decides what its rules mean. */
  readonly specification: string;
  readonly interactions: readonly StoredInteraction[];
}

export interface StoredInteraction {
  /** The event version that it is about; "" where the documents then described none. */
  readonly event: string;
  readonly uses: readonly string[];
  /** All that it says: `Interaction.whole`. */
  readonly whole: JsonObject;
}

/** A message that a producer's code answered with when it was asked about an interaction. */
export interface StoredSaid {
  readonly format: 1;
  readonly kind: "said";
  readonly event: string;
  readonly payload: Json;
  readonly headers?: Json;
}

export type StoredObject = StoredService | StoredMessage | StoredPact | StoredSaid;

/** SHA-256 (hex) of the canonical JSON: the object's name in the store. */
export function hashOf(object: StoredObject): string {
  return createHash("sha256")
    .update(canonicalJson(object as unknown as Json))
    .digest("hex");
}

/** Where an object lies in the contracts folder. */
export const storePath = (hash: string): string => `store/${hash.slice(0, 2)}/${hash.slice(2)}.json`;

const describing = new Set(["title", "description", "examples", "$comment"]);

/** The schema without the keywords that only describe, so that better words make no new version. */
export function withoutWords(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const result: Record<string, Json> = {};
  for (const [keyword, value] of Object.entries(schema)) {
    if (describing.has(keyword) || keyword.startsWith("x-")) continue;
    setOwn(result, keyword, within(applicators.get(keyword), value));
  }
  return result;
}

function within(shape: ReturnType<typeof applicators.get>, value: Json): Json {
  if (shape === undefined) return value;
  if (Array.isArray(value)) return shape === "map" ? value : (value as readonly Json[]).map(withoutWords);
  if (shape !== "map" || !isObject(value)) return withoutWords(value);
  const result: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value))
    setOwn(result, name, Array.isArray(inner) ? inner : withoutWords(inner));
  return result;
}
