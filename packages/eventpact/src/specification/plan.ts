import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { definitionName, nounOf } from "./definitions.ts";
import type { Assertion } from "./keywords.ts";
import { assertionsOf, patternOf } from "./keywords.ts";

/** A schema taken apart once, since it is asked about many values. */
export interface Plan {
  readonly ref: string | undefined;
  /** It looks at the value alone, and asks no other schema. */
  readonly isLeaf: boolean;
  /** The short name of the definition it is or refers to, and the words for it. */
  readonly name: string | undefined;
  readonly noun: string | undefined;
  readonly type: Json | undefined;
  readonly assertions: readonly Assertion[];
  readonly allOf: readonly Json[];
  readonly oneOf: readonly Json[];
  readonly anyOf: readonly Json[];
  /** The same without the branch `Reference`. */
  readonly others: { readonly oneOf: readonly Json[]; readonly anyOf: readonly Json[] };
  readonly condition: Json | undefined;
  readonly not: Json | undefined;
  readonly properties: JsonObject | undefined;
  readonly known: readonly string[];
  readonly patterns: readonly (readonly [RegExp, Json])[];
  readonly additional: Json | undefined;
  readonly required: readonly string[];
  readonly names: Json | undefined;
  readonly items: Json | undefined;
  readonly contains: Json | undefined;
}

/** Keywords that hold no other schema and are not about fields. */
const childless: ReadonlySet<string> = new Set(
  "type enum const minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern format minItems maxItems uniqueItems minProperties maxProperties title description default examples example deprecated $comment $id".split(
    " ",
  ),
);

const plans = new WeakMap<JsonObject, Plan>();

/** Throws for a pattern that is no regular expression in Unicode mode. */
export function planOf(schema: JsonObject): Plan {
  let plan = plans.get(schema);
  if (!plan) plans.set(schema, (plan = makePlan(schema)));
  return plan;
}

function makePlan(schema: JsonObject): Plan {
  const name = definitionName(schema);
  const [oneOf, anyOf] = [listOf(schema, "oneOf"), listOf(schema, "anyOf")];
  const others = (branches: readonly Json[]): readonly Json[] =>
    branches.filter((branch) => definitionName(branch) !== "Reference");
  const [properties, patterns] = [own(schema, "properties"), own(schema, "patternProperties")];
  return {
    ref: ownString(schema, "$ref"),
    isLeaf: Object.keys(schema).every((keyword) => childless.has(keyword)),
    name,
    noun: name === undefined ? undefined : nounOf(name),
    type: own(schema, "type"),
    assertions: assertionsOf(schema),
    allOf: listOf(schema, "allOf"),
    oneOf,
    anyOf,
    others: { oneOf: others(oneOf), anyOf: others(anyOf) },
    condition: own(schema, "if"),
    not: own(schema, "not"),
    properties: isObject(properties) ? properties : undefined,
    known: isObject(properties) ? Object.keys(properties) : [],
    patterns: isObject(patterns)
      ? Object.entries(patterns).map(([pattern, part]) => [patternOf(pattern), part] as const)
      : [],
    additional: own(schema, "additionalProperties"),
    required: listOf(schema, "required") as readonly string[],
    names: own(schema, "propertyNames"),
    items: own(schema, "items"),
    contains: own(schema, "contains"),
  };
}

function listOf(schema: JsonObject, keyword: string): readonly Json[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
