import type { Comparison } from "@eventpact/compat";
import type { SchemaJudge, SchemaSide } from "../../judge/judge.ts";
import { payloadSide } from "../../judge/sides.ts";
import type { EventVersion } from "../../model/types.ts";
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

/** What changed from one version to the next, and whether readers of either understand the other. */
export function versionStep(older: EventVersion, newer: EventVersion, judge: SchemaJudge): VersionStep {
  const [before, after] = [older.payload, newer.payload];
  if (before.kind !== "json-schema" || after.kind !== "json-schema") return { older, newer, changes: [] };
  const changes = differences(fieldTree(before.schema), fieldTree(after.schema)).filter(
    (change) => !isOwnNumber(change),
  );
  const [was, is] = [payloadSide(older, before), payloadSide(newer, after)];
  const isSameVersion = older.version === newer.version;
  const comparison = isSameVersion ? judge.compare(was, is) : judge.compare(withoutNumber(was), withoutNumber(is));
  return { older, newer, changes, comparison };
}

/** The constant `version` differs by definition; judging it would call every new version incompatible. */
function withoutNumber(side: SchemaSide): SchemaSide {
  const { schema } = side;
  const properties = own(schema, "properties");
  const version = own(properties, "version");
  if (!isObject(schema) || !isObject(properties) || !isObject(version)) return side;
  const { const: _const, enum: _enum, ...open } = version;
  return { ...side, schema: { ...schema, properties: { ...properties, version: open as Json } } };
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
