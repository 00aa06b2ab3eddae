import type { Json } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import type { Dialect } from "./types.ts";

/** What a schema is written in; `openApi` asks for OpenAPI 3.0's and draft-04's own keywords to be translated to draft-07. */
export type SchemaLanguage =
  | { readonly kind: "json-schema"; readonly dialect: Dialect; readonly openApi: boolean }
  | { readonly kind: "opaque"; readonly format: string };

const draft07: SchemaLanguage = { kind: "json-schema", dialect: "draft-07", openApi: false };

/**
 * Reads a `schemaFormat` media type (AsyncAPI 3, "Schema formats table"). Without one it is AsyncAPI's schema object,
 * a superset of draft-07, unless the schema itself names a later `$schema`.
 */
export function schemaLanguage(format: string | undefined, schema: Json | undefined): SchemaLanguage {
  if (format === undefined || /^application\/vnd\.aai\.asyncapi(\+json|\+yaml)?(;|$)/.test(format))
    return dialectOf(ownString(schema, "$schema") ?? "") ?? draft07;
  const version = /;\s*version=([^;]+)/.exec(format)?.[1]?.trim() ?? "";
  if (/^application\/schema(\+json|\+yaml)?\s*(;|$)/.test(format)) return dialectOf(version) ?? draft07;
  if (/^application\/vnd\.oai\.openapi(\+json|\+yaml)?(;|$)/.test(format))
    return version.startsWith("3.1")
      ? { kind: "json-schema", dialect: "2020-12", openApi: false }
      : { kind: "json-schema", dialect: "draft-07", openApi: true };
  return { kind: "opaque", format };
}

function dialectOf(name: string): SchemaLanguage | undefined {
  if (name.includes("2020-12")) return { kind: "json-schema", dialect: "2020-12", openApi: false };
  if (name.includes("2019-09")) return { kind: "json-schema", dialect: "2019-09", openApi: false };
  if (name.includes("draft-04")) return { kind: "json-schema", dialect: "draft-07", openApi: true };
  return undefined;
}

/** One schema object of OpenAPI 3.0 in draft-07's words: `nullable`, boolean `exclusiveMinimum`, `example`. Not recursive. */
export function fromOpenApi(schema: Record<string, Json>): Record<string, Json> {
  const result = { ...schema };
  for (const [exclusive, bound] of [
    ["exclusiveMinimum", "minimum"],
    ["exclusiveMaximum", "maximum"],
  ] as const) {
    const value = own(schema, exclusive);
    if (typeof value !== "boolean") continue;
    delete result[exclusive];
    const limit = own(schema, bound);
    if (value && limit !== undefined) {
      result[exclusive] = limit;
      delete result[bound];
    }
  }
  if (result["example"] !== undefined && result["examples"] === undefined) result["examples"] = [result["example"]];
  delete result["example"];
  const { nullable, ...rest } = result;
  return nullable === true ? orNull(rest) : rest;
}

function orNull(schema: Record<string, Json>): Record<string, Json> {
  const type = own(schema, "type");
  if (type === undefined) return Array.isArray(schema["allOf"]) ? { anyOf: [schema, { type: "null" }] } : schema;
  const types = (Array.isArray(type) ? type : [type]) as readonly Json[];
  const values = own(schema, "enum");
  return {
    ...schema,
    type: types.includes("null") ? types : [...types, "null"],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...(values as readonly Json[]), null] } : {}),
  };
}

/** RFC 7396 JSON merge patch, the way AsyncAPI merges traits: `patch` wins. */
export function mergePatch(target: Json, patch: Json): Json {
  if (!isObject(patch)) return patch;
  const result: Record<string, Json> = isObject(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = mergePatch(result[key] ?? null, value);
  }
  return result;
}
