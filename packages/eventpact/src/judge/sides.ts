import { placeInSchema } from "../contracts/schema-place.ts";
import type { BundledSchema, EventVersion } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import type { SchemaSide } from "./judge.ts";
import type { PayloadSide } from "./payloads.ts";

/** An event's payload as a side of a question: its schema, and what its examples write beyond it. */
export function payloadSide({ examples }: Pick<EventVersion, "examples">, payload: BundledSchema): SchemaSide {
  const shown = examples.flatMap((one) => (one.payload === undefined ? [] : [one.payload]));
  return sideOf(payload, shown);
}

/** An event's payload in whatever language, as a side of a question. */
export function eventPayload(event: Pick<EventVersion, "examples" | "payload">): PayloadSide {
  const { payload } = event;
  if (payload.kind === "json-schema") return { kind: "json-schema", ...payloadSide(event, payload) };
  return payload.kind === "none" ? payload : { kind: "opaque", format: payload.format, schema: payload.schema };
}

/** A schema, with the names that some values write under it although it does not declare them there. */
export function sideOf(bundled: BundledSchema, written: readonly Json[]): SchemaSide {
  const { schema, dialect } = bundled;
  const writtenKeys = [...new Set(written.flatMap((value) => undeclared(bundled, value, [])))].toSorted();
  const unread = bundled.unread.map(({ what, message }) => ({ what, message }));
  return {
    schema,
    dialect,
    ...(writtenKeys.length === 0 ? {} : { writtenKeys }),
    ...(unread.length === 0 ? {} : { unread }),
  };
}

function undeclared(bundled: BundledSchema, value: Json, path: readonly string[]): readonly string[] {
  if (Array.isArray(value))
    return (value as readonly Json[]).flatMap((item, index) => undeclared(bundled, item, [...path, String(index)]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => {
    const at = [...path, name];
    const isKnown = placeInSchema(bundled, at).declared === at.length;
    return [...(isKnown ? [] : [name]), ...undeclared(bundled, inner, at)];
  });
}

/** Every name in some values: what contracts show to have been written. */
export function namesIn(values: readonly Json[]): readonly string[] {
  const names = new Set<string>();
  const visit = (value: Json): void => {
    if (typeof value !== "object" || value === null) return;
    if (!Array.isArray(value)) for (const name of Object.keys(value)) names.add(name);
    for (const item of Object.values(value)) visit(item as Json);
  };
  for (const value of values) visit(value);
  return [...names].toSorted();
}
