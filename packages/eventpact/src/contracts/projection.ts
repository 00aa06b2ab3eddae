import type { Schema } from "@eventpact/compat";
import type { Dialect } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { datePattern, literal } from "./date-pattern.ts";
import type { MatchingRules, RuleList } from "./matching-rules.ts";
import { readMatchingRules, rulesAt } from "./matching-rules.ts";
import type { Interaction } from "./pact.ts";

/** What a consumer relies on, as a JSON Schema: every message that satisfies it passes the contract, and no other. */
export interface Projection {
  readonly schema: Schema;
  /** Matchers that could not be put into a schema and are taken as "anything": path and name. */
  readonly unknown: readonly { readonly path: string; readonly matcher: string }[];
}

interface Work {
  readonly rules: MatchingRules;
  readonly dialect: Dialect;
  readonly unknown: { path: string; matcher: string }[];
}

/**
 * Derives the schema of a message's contents and matchers, by the rules of the Pact specification as its verifier applies
 * them: without a rule values are equal, lists have the same length, and objects may have more; a type rule holds for all
 * that is inside; `regex` matches the whole text.
 */
export function projectionOf(
  { contents, rules: body }: Pick<Interaction, "contents" | "rules">,
  dialect: Dialect,
): Projection {
  const { rules, unread } = readMatchingRules(body);
  const work: Work = { rules, dialect, unknown: unread.map((path) => ({ path, matcher: "path" })) };
  const schema = project(work, contents, []);
  return { schema, unknown: work.unknown };
}

/** The contents alone, as a schema: values equal, lists of the same length, objects may have more. */
export function exactly(contents: Json, dialect: Dialect): Schema {
  return project({ rules: [], dialect, unknown: [] }, contents, []);
}

function project(work: Work, value: Json, path: readonly string[]): Schema {
  const found = rulesAt(work.rules, path);
  if (found === undefined) return equal(work, value, path);
  if (!found.inherited) return combined(work, found.list, value, path);
  return found.list.rules.some(isTypeRule) ? byType(work, value, path) : equal(work, value, path);
}

/** Rules whose effect goes on inside: all that say "of this type". */
const isTypeRule = (rule: JsonObject): boolean =>
  ["type", "min-type", "max-type", "minmax", "values", "eachValue"].includes(ownString(rule, "match") ?? "type");

function combined(work: Work, { combine, rules }: RuleList, value: Json, path: readonly string[]): Schema {
  const schemas = rules.map((rule) => byRule(work, rule, value, path));
  const [only] = schemas;
  if (only === undefined) return equal(work, value, path);
  if (schemas.length === 1) return only;
  return combine === "OR" ? { anyOf: schemas } : { allOf: schemas };
}

function equal(work: Work, value: Json, path: readonly string[]): Schema {
  if (isObject(value)) return objectOf(work, value, path);
  if (!Array.isArray(value)) return { const: value };
  const items = (value as readonly Json[]).map((item, index) => project(work, item, [...path, String(index)]));
  const tuple = work.dialect === "2020-12" ? { prefixItems: items } : { items };
  const length = { minItems: items.length, maxItems: items.length };
  return { type: "array", ...length, ...(items.length > 0 ? tuple : {}) };
}

function byType(work: Work, value: Json, path: readonly string[]): Schema {
  if (isObject(value)) return objectOf(work, value, path);
  if (!Array.isArray(value)) return { type: typeOf(value) };
  const [first] = value as readonly Json[];
  // The example's first item stands for every item.
  return first === undefined ? { type: "array" } : { type: "array", items: project(work, first, [...path, "0"]) };
}

function objectOf(work: Work, value: JsonObject, path: readonly string[]): Schema {
  const names = Object.keys(value);
  const properties = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, project(work, inner, [...path, name])]),
  );
  return { type: "object", ...(names.length > 0 ? { required: names, properties } : {}) };
}

function typeOf(value: Json): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function byRule(work: Work, rule: JsonObject, value: Json, path: readonly string[]): Schema {
  const match = ownString(rule, "match") ?? (own(rule, "regex") === undefined ? "type" : "regex");
  const bounds = boundsOf(rule, value);
  switch (match) {
    case "type":
    case "min-type":
    case "max-type":
    case "minmax":
      return { ...(byType(work, value, path) as object), ...bounds };
    case "equality":
      return { const: value };
    case "regex":
      return wholeText(work, path, ownString(rule, "regex") ?? "");
    case "include":
      return { type: "string", pattern: literal(ownString(rule, "value") ?? "") };
    case "integer":
      return { type: "integer" };
    case "decimal":
    case "number":
      return { type: "number" };
    case "boolean":
      return { type: "boolean" };
    case "null":
      return { type: "null" };
    case "semver":
      return { type: "string", pattern: "^\\d+\\.\\d+\\.\\d+" };
    case "date":
    case "time":
    case "timestamp":
    case "datetime":
      return moment(work, match, ownString(rule, "format") ?? ownString(rule, match), path);
    case "notEmpty":
      return {
        ...(byType(work, value, path) as object),
        ...(Array.isArray(value) ? { minItems: 1 } : { minLength: 1 }),
      };
    default:
      return byCollectionRule(work, rule, match, value, path);
  }
}

function byCollectionRule(work: Work, rule: JsonObject, match: string, value: Json, path: readonly string[]): Schema {
  const nested = own(rule, "rules");
  const list = {
    combine: "AND",
    rules: Array.isArray(nested) ? (nested as readonly Json[]).filter(isObject) : [],
  } as const;
  const entries: readonly (readonly [string, Json])[] = isObject(value) ? Object.entries(value) : [];
  const [name = "", first = null] = entries[0] ?? [];
  switch (match) {
    case "values":
    case "eachValue": {
      if (!isObject(value)) return { ...(byType(work, value, path) as object) };
      const at = [...path, name];
      const each =
        match === "values" || list.rules.length === 0 ? project(work, first, at) : combined(work, list, first, at);
      return { type: "object", additionalProperties: entries.length === 0 ? true : each };
    }
    case "eachKey":
      return { type: "object", propertyNames: list.rules.length === 0 ? true : combined(work, list, name, path) };
    case "arrayContains": {
      const variants = own(rule, "variants");
      const wanted = Array.isArray(variants) ? (variants as readonly Json[]) : [];
      return { type: "array", allOf: wanted.map((variant) => ({ contains: variantOf(work, variant, value) })) };
    }
    default:
      work.unknown.push({ path: jsonPath(path), matcher: match });
      return true;
  }
}

/** A variant has rules of its own, with paths that begin at the item. */
function variantOf(work: Work, variant: Json, value: Json): Schema {
  const body = own(variant, "rules");
  const index = Number(own(variant, "index") ?? 0);
  const item = Array.isArray(value) ? ((value as readonly Json[])[index] ?? null) : null;
  const { rules } = readMatchingRules(isObject(body) ? body : {});
  return project({ ...work, rules }, item, []);
}

function boundsOf(rule: JsonObject, value: Json): object {
  const [min, max] = [own(rule, "min"), own(rule, "max")];
  if (!Array.isArray(value)) return {};
  return {
    ...(typeof min === "number" ? { minItems: min } : {}),
    ...(typeof max === "number" ? { maxItems: max } : {}),
  };
}

function moment(work: Work, match: string, format: string | undefined, path: readonly string[]): Schema {
  const iso = {
    date: "yyyy-MM-dd",
    time: "HH:mm:ss",
    timestamp: "yyyy-MM-dd'T'HH:mm:ss",
    datetime: "yyyy-MM-dd'T'HH:mm:ss",
  };
  const asked = format ?? iso[match as keyof typeof iso];
  if (asked === iso.date) return { type: "string", format: "date" };
  const pattern = datePattern(asked);
  if (pattern !== undefined) return { type: "string", pattern: `^${pattern}$` };
  work.unknown.push({ path: jsonPath(path), matcher: `${match} "${asked}"` });
  return { type: "string" };
}

function wholeText(work: Work, path: readonly string[], regex: string): Schema {
  // The verifier lets no text before or after the match; anchors of its own are common and then say the same.
  const bare = regex.includes("|") ? regex : regex.replace(/^\^/, "").replace(/(?<!\\)\$$/, "");
  const pattern = `^(?:${bare})$`;
  try {
    RegExp(pattern, "u");
    return { type: "string", pattern };
  } catch {
    work.unknown.push({ path: jsonPath(path), matcher: `regex "${regex}"` });
    return { type: "string" };
  }
}

/** `data, items, 0` → `$.data.items[*]`: an item stands for all. */
export function jsonPath(path: readonly string[]): string {
  return path.reduce((text, step) => (/^\d+$/.test(step) ? `${text}[*]` : `${text}${property(step)}`), "$");
}

const property = (name: string): string =>
  /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `['${name.replaceAll("'", "\\'")}']`;
