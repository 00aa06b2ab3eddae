import type { Schema } from "@eventpact/compat";
import type { Dialect } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import type { Integers, Matcher } from "./matchers.ts";
import { keySchema, listSchema, matcherOf, nameOf, objectSchema, scalarSchema } from "./matchers.ts";
import type { MatchingRules, PlaceStep, RulesAt } from "./matching-rules.ts";
import { readMatchingRules, rulesAt, rulesExactlyAt, stepsBelow } from "./matching-rules.ts";
import type { Interaction } from "./pact.ts";

/** What a consumer relies on, as a JSON Schema: a message that satisfies it passes the contract. */
export interface Projection {
  readonly schema: Schema;
  /** Matchers that could not be put into a schema and are taken as "anything": path and name. */
  readonly unknown: readonly { readonly path: string; readonly matcher: string }[];
}

interface Work {
  readonly rules: MatchingRules;
  readonly dialect: Dialect;
  readonly integers: Integers;
  readonly unknown: { path: string; matcher: string }[];
}

type Place = readonly PlaceStep[];

/**
 * Derives the schema of a message's contents and matchers, step by step as Pact's verifier compares them (`compare_json` of
 * pact_matching, for messages: unexpected keys are allowed). Without a rule values are equal, lists have the same length, and
 * objects may have more; a rule further out holds inside too.
 */
export const projectionOf = (interaction: Pick<Interaction, "contents" | "rules">, dialect: Dialect): Projection =>
  projectionWith(interaction, dialect, "of 64 bits");

/**
 * What a schema has to guarantee so that every event of it passes the contract: the projection, of events whose whole numbers
 * fit 64 bits. Pact's verifier calls larger ones decimals; a schema of whole numbers without bounds is not held against that.
 */
export const guaranteeOf = (interaction: Pick<Interaction, "contents" | "rules">, dialect: Dialect): Projection =>
  projectionWith(interaction, dialect, "any");

function projectionWith(
  { contents, rules: body }: Pick<Interaction, "contents" | "rules">,
  dialect: Dialect,
  integers: Integers,
): Projection {
  const { rules, unread } = readMatchingRules(body);
  const work: Work = { rules, dialect, integers, unknown: unread.map((path) => ({ path, matcher: "path" })) };
  const schema = project(work, contents, []);
  return { schema, unknown: work.unknown };
}

/** The contents alone, as a schema: values equal, lists of the same length, objects may have more. */
export function exactly(contents: Json, dialect: Dialect): Schema {
  return project({ rules: [], dialect, integers: "any", unknown: [] }, contents, []);
}

function project(work: Work, value: Json, place: Place): Schema {
  const at = rulesAt(work.rules, place);
  if (at?.ambiguous === true) return notUnderstood(work, place, "choice between rules of equal weight");
  if (isObject(value)) return objectOf(work, value, place, at);
  if (Array.isArray(value)) return listOf(work, value as readonly Json[], place, at);
  if (at === undefined) return { const: value };
  // An `eachValue` without rules: the verifier finds no matcher.
  if (at.list.rules.length === 0) return false;
  const schemas = at.list.rules.map((rule) => {
    const matcher = matcherOf(rule);
    return scalarSchema(matcher, value, work.integers) ?? notUnderstood(work, place, nameOf(matcher));
  });
  return combined(at.list.combine, schemas);
}

function notUnderstood(work: Work, place: Place, matcher: string): Schema {
  const path = jsonPath(place.map(stepText));
  if (!work.unknown.some((one) => one.path === path && one.matcher === matcher)) work.unknown.push({ path, matcher });
  return true;
}

function stepText(step: PlaceStep): string {
  if (typeof step === "string") return step === "other name" ? "*" : "0";
  return "name" in step ? step.name : String(step.index);
}

function combined(combine: "AND" | "OR", schemas: readonly Schema[]): Schema {
  const [only] = schemas;
  if (schemas.length === 1 && only !== undefined) return only;
  return combine === "OR" ? { anyOf: schemas } : { allOf: schemas };
}

/** Schemas of one kind of value put together, where no keyword stands in two of them. */
function merged(schemas: readonly Schema[]): Schema {
  const told = schemas.filter((schema) => schema !== true);
  if (told.includes(false)) return false;
  const objects = told as readonly { readonly [keyword: string]: unknown }[];
  const names = objects.flatMap((schema) => Object.keys(schema));
  if (new Set(names).size === names.length) return Object.assign({}, ...objects) as Schema;
  return { allOf: told };
}

/** Matchers that speak of all values of an object alike, whatever their names. */
const isOfValues = (matcher: Matcher): boolean =>
  ["eachValue", "arrayContains"].includes(matcher.kind) || (matcher.kind === "plain" && matcher.name === "values");

/** The verifier asks every rule of an object, whatever its list says of "or". */
function objectOf(work: Work, value: JsonObject, place: Place, at: RulesAt | undefined): Schema {
  if (at === undefined) return inObject(work, value, place);
  const schemas = at.list.rules.map((rule): Schema => {
    const matcher = matcherOf(rule);
    if (isOfValues(matcher) && !at.inherited) return eachValue(work, matcher, value, place);
    const whole = objectSchema(matcher, value, at.inherited) ?? notUnderstood(work, place, nameOf(matcher));
    return merged([inObject(work, value, place), whole]);
  });
  return schemas.length === 0 ? { type: "object" } : combined("AND", schemas);
}

/** What an object's own members must be. */
function inObject(work: Work, value: JsonObject, place: Place): Schema {
  const names = Object.keys(value);
  const direct = rulesExactlyAt(work.rules, place);
  const kinds = direct.flatMap(({ rules }) => rules.map(matcherOf));
  // These rules speak of all keys alike, so that none is needed.
  const isFree = kinds.some(
    (matcher) => matcher.kind === "eachKey" || (isOfValues(matcher) && matcher.kind !== "arrayContains"),
  );
  if (direct.length > 1 && isFree) notUnderstood(work, place, "choice between rules of equal length");
  const properties = Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, project(work, inner, [...place, { name }])]),
  );
  const keys = kinds.flatMap((matcher) => (matcher.kind === "eachKey" ? keysOf(work, matcher.rules, place) : []));
  return {
    type: "object",
    ...(names.length > 0 && !isFree ? { required: names } : {}),
    ...(names.length > 0 ? { properties } : {}),
    ...(keys.length > 0 ? { propertyNames: combined("AND", keys) } : {}),
  };
}

const keysOf = (work: Work, rules: readonly JsonObject[], place: Place): readonly Schema[] =>
  rules.map((rule) => {
    const matcher = matcherOf(rule);
    return keySchema(matcher) ?? notUnderstood(work, place, `eachKey ${nameOf(matcher)}`);
  });

/** Every member is like the example's of the same name, else like its first by name. */
function eachValue(work: Work, matcher: Matcher, value: JsonObject, place: Place): Schema {
  const inner = matcher.kind === "eachValue" ? { ...work, rules: rulesBelow(matcher.rules, place) } : work;
  const names = Object.keys(value).toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const [first] = names;
  if (first === undefined) return { type: "object" };
  const like = value[first] as Json;
  const mentioned = stepsBelow(inner.rules, place);
  if (mentioned.some((step) => step === "[*]" || (typeof step === "object" && "index" in step)))
    return merged([{ type: "object" }, notUnderstood(work, place, "index of an object")]);
  const named = mentioned.flatMap((step) => (typeof step === "object" && "name" in step ? [step.name] : []));
  const properties = Object.fromEntries(
    [...new Set([...names, ...named])].map((name) => [
      name,
      project(inner, Object.hasOwn(value, name) ? (value[name] as Json) : like, [...place, { name }]),
    ]),
  );
  return { type: "object", properties, additionalProperties: project(inner, like, [...place, "other name"]) };
}

/** Within `eachValue` no other rule is known. */
const rulesBelow = (rules: readonly JsonObject[], place: Place): MatchingRules => [
  {
    path: [...place.map((step) => (typeof step === "string" ? "*" : toStep(step))), "*"],
    list: { combine: "AND", rules },
  },
];

const toStep = (step: Exclude<PlaceStep, string>): { readonly name: string } | { readonly index: string } =>
  "name" in step ? step : { index: String(step.index) };

function listOf(work: Work, value: readonly Json[], place: Place, at: RulesAt | undefined): Schema {
  if (at === undefined) {
    const items = value.map((item, index) => project(work, item, [...place, { index }]));
    const length = { minItems: items.length, maxItems: items.length };
    return { type: "array", ...length, ...(items.length > 0 ? tuple(work.dialect, items) : {}) };
  }
  if (at.list.rules.length === 0) return false;
  // The verifier takes any list where the example is empty and has a rule.
  if (value.length === 0) return { type: "array" };
  return combined(
    at.list.combine,
    at.list.rules.map((rule) => listByRule(work, matcherOf(rule), value, place, at.inherited)),
  );
}

function listByRule(work: Work, matcher: Matcher, value: readonly Json[], place: Place, isInherited: boolean): Schema {
  if (matcher.kind === "arrayContains")
    return { type: "array", allOf: variantsOf(work, matcher.variants, value).map((contains) => ({ contains })) };
  if (matcher.kind === "eachValue")
    return isInherited ? { type: "array" } : inList({ ...work, rules: rulesBelow(matcher.rules, place) }, value, place);
  const whole = listSchema(matcher, value as Json, isInherited) ?? notUnderstood(work, place, nameOf(matcher));
  return merged([inList(work, value, place), whole]);
}

/** Items are like the example's in the same place, and further ones like its first. */
function inList(work: Work, value: readonly Json[], place: Place): Schema {
  const [first] = value as readonly [Json];
  const named = stepsBelow(work.rules, place).flatMap((step) =>
    typeof step === "object" && "index" in step ? [Number(step.index) + 1] : [],
  );
  const count = Math.max(value.length, ...named);
  if (count > MAX_ITEMS) return merged([{ type: "array" }, notUnderstood(work, place, "list of this length")]);
  const further = project(work, first, [...place, "other index"]);
  const items = Array.from({ length: count }, (_, index) =>
    project(work, index < value.length ? (value[index] as Json) : first, [...place, { index }]),
  );
  const text = canonicalJson(further as Json);
  if (items.every((item) => canonicalJson(item as Json) === text)) return { type: "array", items: further };
  return { type: "array", ...tuple(work.dialect, items, further) };
}

const MAX_ITEMS = 1000;

function tuple(dialect: Dialect, items: readonly Schema[], further?: Schema): object {
  const [list, rest] = dialect === "2020-12" ? ["prefixItems", "items"] : ["items", "additionalItems"];
  return { [list as string]: items, ...(further === undefined ? {} : { [rest as string]: further }) };
}

/** A variant has rules of its own, with paths that begin at the item; without any, an item equals it. */
function variantsOf(work: Work, variants: readonly JsonObject[], value: readonly Json[]): readonly Schema[] {
  if (variants.length === 0) return value.map((item) => project({ ...work, rules: EQUALITY }, item, []));
  return variants.map((variant) => {
    const index = own(variant, "index") ?? 0;
    const item = typeof index === "number" ? value[index] : undefined;
    if (item === undefined) return false;
    const body = own(variant, "rules");
    if (body === undefined) return project({ ...work, rules: EQUALITY }, item, []);
    const { rules, unread } = readMatchingRules(isObject(body) ? body : {});
    for (const path of unread) notUnderstood(work, [], `arrayContains ${path}`);
    return project({ ...work, rules }, item, []);
  });
}

const EQUALITY: MatchingRules = [{ path: [], list: { combine: "AND", rules: [{ match: "equality" }] } }];

/** `data, items, 0` → `$.data.items[*]`: an item stands for all. */
export function jsonPath(path: readonly string[]): string {
  return path.reduce((text, step) => (/^\d+$/.test(step) ? `${text}[*]` : `${text}${property(step)}`), "$");
}

const property = (name: string): string =>
  /^[A-Za-z_$][\w$-]*$/.test(name) ? `.${name}` : `['${name.replaceAll("'", "\\'")}']`;
