import type { Draft } from "@eventpact/compat";
import { declaredDraft, dialectOf, withNumericBounds } from "@eventpact/compat/reading";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import type { Dialect } from "./types.ts";

/**
 * What a schema is written in: `draft`, which is judged as `dialect` once it is translated. `openApi` asks for OpenAPI
 * 3.0's own keywords to be translated.
 */
export type SchemaLanguage =
  | { readonly kind: "json-schema"; readonly dialect: Dialect; readonly openApi: boolean; readonly draft: Draft }
  | { readonly kind: "opaque"; readonly format: string };

/**
 * Reads a `schemaFormat` media type (AsyncAPI 3, "Schema formats table"). Without one it is AsyncAPI's schema object,
 * a superset of draft-07, unless the schema itself names another draft by `$schema`. A draft that is not known is a
 * language that is not known: it is never read as another one.
 */
export function schemaLanguage(format: string | undefined, schema: Json | undefined): SchemaLanguage {
  if (format === undefined || /^application\/vnd\.aai\.asyncapi(\+json|\+yaml)?(;|$)/.test(format))
    return declared(schema);
  const version = /;\s*version=([^;]+)/.exec(format)?.[1]?.trim();
  if (/^application\/schema(\+json|\+yaml)?\s*(;|$)/.test(format)) {
    if (version === undefined) return declared(schema);
    const draft = draftNamed(version);
    return draft === undefined ? { kind: "opaque", format } : written(draft);
  }
  if (/^application\/vnd\.oai\.openapi(\+json|\+yaml)?(;|$)/.test(format))
    return version?.startsWith("3.1") ? written("2020-12") : { ...written("draft-07"), openApi: true };
  return { kind: "opaque", format };
}

function declared(schema: Json | undefined): SchemaLanguage {
  const { draft, unknown } = declaredDraft(schema);
  return unknown === undefined ? written(draft ?? "draft-07") : { kind: "opaque", format: unknown };
}

function written(draft: Draft): SchemaLanguage & { kind: "json-schema" } {
  return { kind: "json-schema", dialect: dialectOf(draft), openApi: false, draft };
}

/** The draft of a `version` parameter: `draft-07`, `draft/2020-12`. */
function draftNamed(version: string): Draft | undefined {
  const [name] = /2019-09|2020-12/.exec(version) ?? [];
  if (name === "2019-09" || name === "2020-12") return name;
  const number = /^(?:draft[-/]?)?0?([467])$/.exec(version)?.[1];
  return number === undefined ? undefined : (`draft-0${number}` as Draft);
}

/** One schema object of OpenAPI 3.0 in draft-07's words: `nullable`, boolean `exclusiveMinimum`, `example`. Not recursive. */
export function fromOpenApi(schema: Record<string, Json>): Record<string, Json> {
  const result = { ...withNumericBounds(schema) } as Record<string, Json>;
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
