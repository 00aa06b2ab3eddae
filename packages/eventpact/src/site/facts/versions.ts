import type { Comparison, Schema } from "@eventpact/compat";
import type { EventVersion, JsonSchema } from "../../model/types.ts";
import type { Json } from "../../read/json.ts";
import { isObject, own } from "../../read/json.ts";
import type { FieldChange } from "./differences.ts";
import { differences } from "./differences.ts";
import { fieldTree } from "./fields.ts";

/** Two neighbouring versions of one event type. */
export interface VersionStep {
  readonly older: EventVersion;
  readonly newer: EventVersion;
  readonly changes: readonly FieldChange[];
  /** Absent where a payload is not JSON Schema. */
  readonly comparison?: Comparison;
}

/** Judges two payload schemas; a parameter, so that judgements can be kept between builds. */
export type Judge = (
  older: Schema,
  newer: Schema,
  dialect: EventVersion["payload"] & { kind: "json-schema" },
) => Comparison;

/** What changed from one version to the next, and whether readers of either understand the other. */
export function versionStep(older: EventVersion, newer: EventVersion, judge: Judge): VersionStep {
  const [before, after] = [older.payload, newer.payload];
  if (before.kind !== "json-schema" || after.kind !== "json-schema") return { older, newer, changes: [] };
  const changes = differences(fieldTree(before.schema), fieldTree(after.schema)).filter(
    (change) => !isOwnNumber(change),
  );
  const comparison = judge(withoutNumber(before.schema) as Schema, withoutNumber(after.schema) as Schema, after);
  return { older, newer, changes, comparison };
}

/** The constant `version` differs by definition; judging it would call every new version incompatible. */
function withoutNumber(schema: JsonSchema): JsonSchema {
  const properties = own(schema, "properties");
  const version = own(properties, "version");
  if (!isObject(schema) || !isObject(properties) || !isObject(version)) return schema;
  const { const: _const, enum: _enum, ...open } = version;
  return { ...schema, properties: { ...properties, version: open as Json } };
}

function isOwnNumber(change: FieldChange): boolean {
  return (
    change.path === "version" && change.kind === "changed" && change.facets.every(({ keyword }) => keyword === "const")
  );
}

/** How far the move from one version to the next has come; each phase with those who hold it up. */
export interface Migration {
  readonly older: EventVersion;
  readonly newer: EventVersion;
  readonly phases: readonly Phase[];
  /** How long events of the older version stay in their topics after the last was sent; -1 is for ever. */
  readonly retentionMs?: number;
}

export interface Phase {
  readonly name: "receive" | "send" | "mark" | "expire";
  readonly isDone: boolean;
  /** Services that are missing for this phase. */
  readonly waitingFor: readonly string[];
}

/** The phases in the order that is safe: readers first, then writers, then the mark, then the topic forgets. */
export function migrationOf(older: EventVersion, newer: EventVersion, retentionMs: number | undefined): Migration {
  const notReading = older.receivers.filter((service) => !newer.receivers.includes(service));
  const phases: Phase[] = [
    { name: "receive", isDone: notReading.length === 0, waitingFor: notReading },
    { name: "send", isDone: older.senders.length === 0 && newer.senders.length > 0, waitingFor: older.senders },
    { name: "mark", isDone: older.lifecycle !== "active", waitingFor: [] },
    { name: "expire", isDone: older.receivers.length === 0, waitingFor: older.receivers },
  ];
  return { older, newer, phases, ...(retentionMs === undefined ? {} : { retentionMs }) };
}
