import type { PolicyName } from "@eventpact/compat";
import type { Dialect, JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";

/**
 * What one state of a service's upcasters has shown: `verifications/<consumer>/upcasters-<hash>.json`, by the first 16 digits
 * of the hash of their sources and of the schemas that they lead from and to.
 */
export interface UpcasterRecord {
  readonly format: 1;
  readonly consumer: string;
  /** SHA-256 (hex). */
  readonly upcasters: string;
  /** Sorted. */
  readonly tried: readonly Tried[];
  readonly faults: readonly UpcasterFault[];
}

export interface Tried {
  readonly from: string;
  readonly to: string;
  /** How many valid events of the older version were read through it; 0: nothing is known of it. */
  readonly instances: number;
}

export interface UpcasterFault {
  /** An entry of `upcasterCodes`. */
  readonly code: string;
  /** The older version; absent for a fault of the service. */
  readonly event?: string;
  readonly message: string;
  readonly hint?: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The simplest event of the older version that was found to break it, and what the upcaster made of its data. */
  readonly instance?: Json;
  readonly answer?: Json;
}

/** What the child process is asked: one service's upcasters. */
export interface TrialRequest {
  /** Absolute path. */
  readonly module: string;
  readonly service: string;
  /** Every event version that can be tried, by its key. */
  readonly events: { readonly [key: string]: TrialEvent };
  /** How long one answer of an upcaster may take. */
  readonly answerMs: number;
}

export interface TrialEvent {
  readonly eventType: string;
  readonly version: number;
  readonly schema: JsonSchema;
  readonly dialect: Dialect;
  /** By which the service's decoder reads. */
  readonly policy: PolicyName;
}

/** What the child process found out. */
export interface TrialReport {
  /** Why the module could not be loaded, or shows no upcasters. */
  readonly problem?: string;
  readonly place?: CodePlace;
  /** The versions that have a row; absent where the module shows only a list of upcasters. */
  readonly handlers?: readonly string[];
  readonly upcasters: readonly TriedUpcaster[];
}

export interface TriedUpcaster {
  readonly from: string;
  readonly to: string;
  /** Where its function stands. */
  readonly place?: CodePlace;
  readonly instances: number;
  readonly failures: readonly Failure[];
}

export interface CodePlace {
  readonly url: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

export type FailureKind = "invalid" | "throws" | "endless" | "not-json" | "changes-input" | "unsteady";

/** One way in which an upcaster fails, shown by the simplest instance that was found. */
export interface Failure {
  readonly kind: FailureKind;
  readonly message: string;
  /** In the newer event, where that is what is wrong. */
  readonly pointer?: string;
  /** How many of the instances fail in this way. */
  readonly count: number;
  readonly instance: Json;
  readonly answer?: Json;
}
