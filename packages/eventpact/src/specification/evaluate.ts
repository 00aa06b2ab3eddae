import { didYouMean, nearest } from "../diagnostics/suggest.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { applicators } from "../model/schema-walk.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";
import { likeliestBranch } from "./branches.ts";
import type { SchemaAt, SpecificationSchema } from "./definitions.ts";
import { definitionName, lookUp, nounOf } from "./definitions.ts";
import type { Fault } from "./fault.ts";
import type { FormatCheck } from "./keywords.ts";
import { assertionFaults } from "./keywords.ts";
import { meantByOpenApi } from "./meant.ts";
import type { Plan } from "./plan.ts";
import { planOf } from "./plan.ts";

/**
 * Evaluates a node against the specification's draft-07 schema. An interpreter instead of a compiled validator for three
 * reasons: it knows which branch of a `oneOf` was meant, it stops at each `$ref` and says what its target must be, and
 * it starts in no time. A property test holds it equal to ajv.
 */
export interface Evaluation {
  readonly specification: SpecificationSchema;
  /**
   * Called for each `$ref` of the document that stands where an object of this definition may stand. Absent: the value is
   * plain data, in which `$ref` means nothing.
   */
  readonly onReference?: (pointer: string, target: SchemaAt) => void;
  /** The hint for text that stands where a reference was meant. */
  readonly suggestReference?: (pointer: string, text: string) => string | undefined;
  /** Absent: the formats of the specification's own schema. */
  readonly checkFormat?: FormatCheck;
  /** Faults by schema and pointer: the schema object is reached by two ways at every level. */
  readonly memo: Map<Json, Map<string, readonly Fault[]>>;
}

const none: readonly Fault[] = [];

export function evaluate(
  evaluation: Evaluation,
  at: SchemaAt,
  value: Json,
  pointer: string,
  noun: string,
): readonly Fault[] {
  if (!isObject(at.schema)) return at.schema === false ? [forbidden(pointer, noun)] : none;
  if (planOf(at.schema).isLeaf) return evaluateObject(evaluation, at, at.schema, value, pointer, noun);
  let known = evaluation.memo.get(at.schema);
  if (!known) evaluation.memo.set(at.schema, (known = new Map()));
  let faults = known.get(pointer);
  if (!faults) {
    faults = evaluateObject(evaluation, at, at.schema, value, pointer, noun);
    known.set(pointer, faults);
  }
  return faults;
}

function evaluateObject(
  evaluation: Evaluation,
  at: SchemaAt,
  schema: JsonObject,
  value: Json,
  pointer: string,
  noun: string,
): readonly Fault[] {
  const plan = planOf(schema);
  if (plan.ref !== undefined) {
    const target = lookUp(evaluation.specification, at.base, plan.ref);
    return evaluate(evaluation, target, value, pointer, plan.noun ?? nounOf(noun));
  }
  if (evaluation.onReference && isReference(value)) {
    const followed = followReference(evaluation.onReference, at, schema, value, pointer, noun);
    if (followed) return followed;
  }
  const inner = (part: Json): readonly Fault[] =>
    evaluate(evaluation, { schema: part, base: at.base }, value, pointer, noun);
  const name = (): string => nameAt(pointer, noun);
  const asserted = assertionFaults(plan, value, pointer, name, evaluation.checkFormat);
  if (asserted.some((fault) => fault.wrongType))
    return evaluation.onReference && isReference(value)
      ? [refused(pointer, noun)]
      : asserted.map((fault) => withMeaning(evaluation, schema, fault, value));
  if (plan.isLeaf) return asserted;
  const faults = [...asserted];
  for (const part of plan.allOf) faults.push(...inner(part));
  const alternatives = evaluation.onReference ? plan.others : plan;
  for (const keyword of ["oneOf", "anyOf"] as const) {
    const branches = alternatives[keyword];
    if (branches.length > 0) faults.push(...likeliestBranch(branches.map(inner), keyword, value, pointer, name));
  }
  if (plan.condition !== undefined)
    faults.push(...inner(own(schema, inner(plan.condition).length === 0 ? "then" : "else") ?? true));
  if (plan.not !== undefined && inner(plan.not).length === 0) faults.push(forbidden(pointer, noun));
  if (isObject(value)) faults.push(...fieldFaults(evaluation, at, plan, value, pointer, noun));
  if (Array.isArray(value)) faults.push(...itemFaults(evaluation, at, schema, value, pointer, noun));
  return withoutRepeats(faults);
}

function withMeaning(evaluation: Evaluation, schema: JsonObject, fault: Fault, value: Json): Fault {
  if (fault.hint !== undefined) return fault;
  const hint =
    typeof value === "string" && own(schema, "type") === "object"
      ? evaluation.suggestReference?.(fault.pointer, value)
      : meantByOpenApi(fault.pointer, value);
  return hint === undefined ? fault : { ...fault, hint };
}

const targets = new WeakMap<readonly Json[], Json>();

/** The alternatives besides `Reference`, as one schema; the same object for the same list, so that it is evaluated once. */
function withoutReference(alternatives: readonly Json[]): Json {
  let target = targets.get(alternatives);
  if (target === undefined) {
    const rest = alternatives.filter((branch) => definitionName(branch) !== "Reference");
    target = rest.length === 1 ? (rest[0] as Json) : { oneOf: rest };
    targets.set(alternatives, target);
  }
  return target;
}

function isReference(value: Json): value is JsonObject {
  return typeof own(value, "$ref") === "string";
}

/** Undefined: this part of the schema says nothing about references (a condition, a list of required fields …). */
function followReference(
  onReference: NonNullable<Evaluation["onReference"]>,
  { base }: SchemaAt,
  schema: JsonObject,
  value: JsonObject,
  pointer: string,
  noun: string,
): readonly Fault[] | undefined {
  const name = definitionName(schema);
  if (name === "Reference") return siblings(value, pointer);
  const branches = listOf(schema, "oneOf");
  const alternatives = branches.length > 0 ? branches : listOf(schema, "anyOf");
  if (alternatives.some((branch) => definitionName(branch) === "Reference")) {
    onReference(pointer, { schema: withoutReference(alternatives), base });
    return siblings(value, pointer);
  }
  if (name === "schema" || name === "anySchema" || own(own(schema, "properties"), "$ref") !== undefined) {
    onReference(pointer, { schema, base });
    return [];
  }
  if (own(schema, "type") !== "object" || branches.length > 0) return undefined;
  if (isSchemaMap(base, pointer)) return [refusedMap(pointer, noun)];
  if (own(schema, "additionalProperties") === false) {
    return [refused(pointer, noun)];
  }
  if (Object.keys(value).length > 1) return undefined;
  onReference(pointer, { schema, base });
  return [];
}

/** What stands beside a `$ref` outside of schemas has no meaning. */
function siblings(value: JsonObject, pointer: string): readonly Fault[] {
  const keys = Object.keys(value).filter((key) => key !== "$ref");
  return keys.map((key) => ({
    kind: "sibling",
    pointer: childPointer(pointer, key),
    part: "key",
    message: `"${key}" stands beside a $ref, where it is ignored.`,
    hint: "Write it at the object that is referred to.",
  }));
}

/** A map of names to schemas: a `$ref` in it would be a property that is called so. */
function isSchemaMap(base: JsonObject, pointer: string): boolean {
  const last = pointerTokens(pointer).at(-1) ?? "";
  const isSchema = /json-schema\.org|\/(?:schema|any-?schema)\.json/i.test(ownString(base, "$id") ?? "");
  return isSchema && applicators.get(last) === "map";
}

function refusedMap(pointer: string, noun: string): Fault {
  const message = `A "$ref" cannot stand for all of "${noun}", which is a map of names.`;
  return { ...refused(pointer, noun), message, hint: `Combine two schemas: allOf: [{ $ref: … }, { ${noun}: … }].` };
}

function fieldFaults(
  evaluation: Evaluation,
  { base }: SchemaAt,
  { properties, patterns, additional, known, required, names }: Plan,
  value: JsonObject,
  pointer: string,
  noun: string,
): readonly Fault[] {
  const faults: Fault[] = [];
  for (const name of required)
    if (!Object.hasOwn(value, name) && !isMisspelt(name, value, known, additional))
      faults.push({
        kind: "missing-field",
        pointer,
        part: "key",
        message: `${capital(article(noun))} needs "${name}".`,
      });
  if (properties === undefined && patterns.length === 0 && additional === undefined && names === undefined)
    return faults;
  for (const [key, item] of Object.entries(value)) {
    const here = childPointer(pointer, key);
    const child = (part: Json): readonly Fault[] => evaluate(evaluation, { schema: part, base }, item, here, key);
    const declared = own(properties, key);
    let isMatched = declared !== undefined;
    if (declared !== undefined) faults.push(...child(declared));
    for (const [pattern, part] of patterns) {
      if (!pattern.test(key)) continue;
      isMatched = true;
      faults.push(...child(part));
    }
    if (isMatched || additional === undefined) continue;
    if (additional === false) faults.push(unknown(here, noun, key, known, value));
    else faults.push(...child(additional));
  }
  if (names !== undefined)
    for (const key of Object.keys(value)) {
      // A name shares its pointer with the value that it names, so it may not share what is known of it.
      const apart = { ...evaluation, memo: new Map() };
      faults.push(...evaluate(apart, { schema: names, base }, key, childPointer(pointer, key), "the name"));
    }
  return faults;
}

function itemFaults(
  evaluation: Evaluation,
  { base }: SchemaAt,
  schema: JsonObject,
  value: readonly Json[],
  pointer: string,
  noun: string,
): readonly Fault[] {
  const each = own(schema, "items");
  const item = noun.endsWith("s") ? noun.slice(0, -1) : noun;
  const at = (part: Json, index: number): readonly Fault[] =>
    evaluate(evaluation, { schema: part, base }, value[index] ?? null, childPointer(pointer, index), item);
  const faults = value.flatMap((_, index) => {
    const part = Array.isArray(each) ? ((each as readonly Json[])[index] ?? own(schema, "additionalItems")) : each;
    return part === undefined ? [] : at(part, index);
  });
  const contains = own(schema, "contains");
  if (contains === undefined || value.some((_, index) => at(contains, index).length === 0)) return faults;
  const message = `${nameAt(pointer, noun)} lacks an entry that is required there.`;
  return [...faults, { kind: "value", pointer, part: "value", message }];
}

/** A required field that is there under a misspelt name is one mistake: the unknown field is told, not the missing one. */
function isMisspelt(name: string, value: JsonObject, known: readonly string[], additional: Json | undefined): boolean {
  if (additional !== false) return false;
  const free = known.filter((field) => !Object.hasOwn(value, field));
  return Object.keys(value).some((key) => !known.includes(key) && !key.startsWith("x-") && nearest(key, free) === name);
}

function unknown(pointer: string, noun: string, key: string, known: readonly string[], value: JsonObject): Fault {
  const free = known.filter((name) => !Object.hasOwn(value, name));
  const options = known.length <= 12 ? ` It may have: ${known.join(", ")}.` : "";
  const hint = didYouMean(key, free) ?? `Fields of your own start with "x-".${options}`;
  return {
    kind: "unknown-field",
    pointer,
    part: "key",
    message: `${capital(article(noun))} has no field "${key}".`,
    hint,
  };
}

function refused(pointer: string, noun: string): Fault {
  const message = `A "$ref" is not allowed in place of ${article(noun)}.`;
  const hint = "Write the value itself here.";
  return { kind: "ref", pointer: childPointer(pointer, "$ref"), part: "key", message, wrongType: true, hint };
}

function forbidden(pointer: string, noun: string): Fault {
  return { kind: "value", pointer, part: "value", message: `${nameAt(pointer, noun)} is not allowed in this form.` };
}

function nameAt(pointer: string, noun: string): string {
  const last = pointerTokens(pointer).at(-1);
  if (last === undefined) return `The ${noun}`;
  return /^\d+$/.test(last) ? capital(article(noun)) : `"${last}"`;
}

function withoutRepeats(faults: readonly Fault[]): readonly Fault[] {
  if (faults.length < 2) return faults;
  const seen = new Set<string>();
  return faults.filter((fault) => {
    const id = `${fault.pointer}\n${fault.message}`;
    return seen.has(id) ? false : seen.add(id);
  });
}

function listOf(schema: JsonObject, keyword: string): readonly Json[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function article(noun: string): string {
  return /^[aeiou]/i.test(noun) ? `an ${noun}` : `a ${noun}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
