import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";
import type { JsonSchema } from "./types.ts";

/** What the envelope convention pins: `eventType` and `version` as constants of the payload's schema. */
export interface EnvelopeConstants {
  readonly eventType?: string;
  readonly version?: number;
}

/** Reads the constants of a bundled payload schema, through `allOf` and `$ref`. */
export function envelopeConstants(schema: JsonSchema): EnvelopeConstants {
  const eventType = constantOf(schema, "eventType");
  const version = constantOf(schema, "version");
  return {
    ...(typeof eventType === "string" ? { eventType } : {}),
    ...(typeof version === "number" && Number.isInteger(version) && version > 0 ? { version } : {}),
  };
}

/** Every schema that applies to the property of an object of this bundled schema, through `allOf` and local `$ref`s. */
export function propertySchemas(root: JsonSchema, property: string): readonly Json[] {
  const found: Json[] = [];
  const seen = new Set<Json>();
  const visit = (schema: Json | undefined): void => {
    if (!isObject(schema) || seen.has(schema)) return;
    seen.add(schema);
    const declared = own(own(schema, "properties"), property);
    if (declared !== undefined) found.push(followLocal(root, declared) ?? declared);
    const ref = own(schema, "$ref");
    if (typeof ref === "string") visit(localTarget(root, ref));
    const all = own(schema, "allOf");
    if (Array.isArray(all)) for (const part of all as readonly Json[]) visit(part);
  };
  visit(root);
  return found;
}

/** The target of a `#…` reference of a bundled schema. */
export function localTarget(root: JsonSchema, ref: string): Json | undefined {
  if (!ref.startsWith("#")) return undefined;
  return valueAt(root, decodeURIComponent(ref.slice(1)));
}

function followLocal(root: JsonSchema, schema: Json): Json | undefined {
  let here: Json | undefined = schema;
  for (let step = 0; step < 20; step += 1) {
    const ref = own(here, "$ref");
    if (typeof ref !== "string") return here;
    here = localTarget(root, ref);
  }
  return undefined;
}

function constantOf(root: JsonSchema, property: string): Json | undefined {
  for (const schema of propertySchemas(root, property)) {
    const value = own(schema, "const");
    if (value !== undefined) return value;
    const values = own(schema, "enum");
    if (Array.isArray(values) && values.length === 1) return (values as readonly Json[])[0];
  }
  return undefined;
}
