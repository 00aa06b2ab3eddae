import type { PolicyName } from "@eventpact/compat";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BundledSchema, Dialect, JsonSchema, KeyLocation, Lifecycle } from "../model/types.ts";
import type { Place } from "../read/sources.ts";

/** Everything that generated code is made of: plain values, no positions but those that diagnostics need. */
export interface EmitInput {
  readonly events: readonly EmitEvent[];
  readonly topics: readonly EmitTopic[];
  readonly services: readonly EmitService[];
  /** Events of which no code can be made → why. */
  readonly leftOut?: ReadonlyMap<string, string>;
  /** The folder of the documents; what lies in it is named without it. */
  readonly folder?: string;
}

export interface EmitEvent {
  /** `OrderCreated.v2`; unique, any text. */
  readonly key: string;
  readonly eventType: string;
  /** Absent when neither the payload nor the key says it. */
  readonly version?: number;
  /** The payload has `eventType` and `version` constants and `data`. */
  readonly enveloped: boolean;
  readonly title?: string;
  readonly description?: string;
  readonly lifecycle: Lifecycle;
  readonly topic: string;
  readonly keyLocation?: Pick<KeyLocation, "source" | "pointer">;
  readonly file: string;
  readonly hash: string;
  /** Stands alone: every `$ref` starts with `#`. */
  readonly schema: JsonSchema;
  readonly dialect: Dialect;
  /** Where the parts of `schema` were written; without it, it is all the event's own. */
  readonly bundled?: Pick<BundledSchema, "place" | "origins" | "readAs">;
  /** The payload is a `$ref` to a schema that has a place of its own. */
  readonly isReference?: boolean;
}

export interface EmitTopic {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs?: number;
  readonly cleanupPolicy?: string;
  readonly writer: string;
  readonly events: readonly string[];
}

export interface EmitService {
  readonly name: string;
  /** The `id` of the service's document. */
  readonly id?: string;
  readonly title: string;
  readonly sends: readonly EmitOperation[];
  readonly receives: readonly EmitOperation[];
}

export interface EmitOperation {
  readonly operationId: string;
  readonly event: string;
}

export interface EmitOptions {
  /** The generated package's name, for its package.json and README. */
  readonly packageName: string;
  /** What the decoder may assume of what it reads: `compatibility.policy`, as changes are judged by it. */
  readonly policy: PolicyName;
  /** The decoder's limits. */
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/** The files of the package: path inside it → text. Deterministic: equal input gives equal text. */
export interface Emitted {
  readonly files: ReadonlyMap<string, string>;
  readonly troubles: readonly EmitTrouble[];
  /** How many events there is code of. */
  readonly events: number;
}

/** Something the author of an event should know; the command adds the place. */
export interface EmitTrouble extends Pick<Diagnostic, "code" | "severity" | "message" | "hint"> {
  readonly event: string;
  /** Where it is, when that is not the event's message as a whole. */
  readonly place?: Place;
  /** The event is left out, for this reason. */
  readonly leavesOut?: string;
}
