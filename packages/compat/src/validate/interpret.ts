import { compare, isMultiple, rational } from "../numbers/rational.ts";
import { dividesExactly } from "../schema/deviations.ts";
import { below, isStatic, resolve } from "../schema/document.ts";
import type { Located, Place, SchemaDocument } from "../schema/document.ts";
import { canonical, codePoints, isCount, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { hasFormat } from "../strings/formats.ts";
import { matches } from "../strings/matching.ts";
import type { Json, Rejection } from "../types.ts";
import { Conjunction, list } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import { arrayFaults } from "./interpret-array.ts";
import { objectFaults } from "./interpret-object.ts";

const MAX_STEPS = 100_000;
const MAX_DEPTH = 400;

class TooMuch extends Error {}

/**
 * Validates as the specification says, where ajv deviates from it (exact `multipleOf`, `$ref` without siblings in
 * draft-07, any `$id`), in counted work. It knows nothing of formulas, so it checks the solver independently.
 */
export function validate(document: SchemaDocument, value: Json, assertsFormats: boolean): Result {
  return validateAt(document.root, value, assertsFormats);
}

export interface Result {
  readonly valid: Validity;
  /** With `valid: false`: the first place that refuses the value. */
  readonly rejection?: Rejection;
}

/** The same for a subschema. */
export function validateAt(place: Place, value: Json, assertsFormats: boolean): Result {
  const interpreter = new Interpreter(assertsFormats);
  try {
    const valid = interpreter.check({ pointer: "", ...place }, { value, pointer: "" });
    return interpreter.first === undefined || valid !== false ? { valid } : { valid, rejection: interpreter.first };
  } catch (error) {
    if (error instanceof TooMuch || error instanceof RangeError) return { valid: undefined };
    throw error;
  }
}

export class Interpreter {
  readonly assertsFormats: boolean;
  first: Rejection | undefined;
  #steps = 0;
  #depth = 0;
  /** Inside `not`, `anyOf` and the like a failure is no reason yet. */
  #muted = 0;

  constructor(assertsFormats: boolean) {
    this.assertsFormats = assertsFormats;
  }

  /** Checks a value; on success `evaluated` gains what was looked at. */
  check(at: Located, instance: Instance, evaluated?: Evaluated): Validity {
    const { schema } = at;
    if (++this.#steps > MAX_STEPS || this.#depth > MAX_DEPTH) throw new TooMuch();
    if (typeof schema === "boolean") return schema ? true : this.fault(at, instance, "", "nothing is allowed here");
    if (!isObject(schema)) return undefined;
    this.#depth++;
    const seen: Evaluated = { names: new Set(), items: new Set() };
    const valid = this.#keywords(schema, at, instance, seen);
    this.#depth--;
    if (valid !== false && evaluated !== undefined) {
      for (const name of seen.names) evaluated.names.add(name);
      for (const index of seen.items) evaluated.items.add(index);
    }
    return valid;
  }

  /** Checks without blaming anybody. */
  silently(at: Located, instance: Instance, evaluated?: Evaluated): Validity {
    this.#muted++;
    try {
      return this.check(at, instance, evaluated);
    } finally {
      this.#muted--;
    }
  }

  fault(at: Located, instance: Instance, keyword: string, message: string): false {
    if (this.#muted === 0) {
      this.first ??= {
        instance: instance.pointer,
        schema: keyword === "" ? at.pointer : at.pointer + pointerStep(keyword),
        keyword: keyword === "" ? "false schema" : keyword,
        message,
      };
    }
    return false;
  }

  below(at: Located, schema: unknown, ...path: (string | number)[]): Located {
    const place: Place = below(at, schema);
    return { ...place, pointer: at.pointer + path.map((step) => pointerStep(step)).join("") };
  }

  #keywords(schema: JsonObject, at: Located, instance: Instance, seen: Evaluated): Validity {
    const truth = new Conjunction();
    const reference = own(schema, "$ref");
    if (typeof reference === "string") {
      const target = resolve(at, reference);
      truth.add(target === undefined ? undefined : this.check(target, instance, seen));
      if (!at.document.refSiblings) return truth.value;
    }
    const { value } = instance;
    truth.add(this.#dynamic(schema, at, instance, seen));
    truth.add(truth.failed || this.#general(schema, at, instance));
    if (typeof value === "number") truth.add(truth.failed || this.#number(schema, at, instance, value));
    if (typeof value === "string") truth.add(truth.failed || this.#string(schema, at, instance, value));
    if (Array.isArray(value)) truth.add(truth.failed || arrayFaults(this, schema, at, { ...instance, value }, seen));
    if (isObject(value)) {
      const object = { pointer: instance.pointer, value: value as { readonly [key: string]: Json } };
      truth.add(truth.failed || objectFaults(this, schema, at, object, seen));
    }
    truth.add(truth.failed || this.#applicators(schema, at, instance, seen));
    if (Array.isArray(value))
      truth.add(truth.failed || this.#unevaluatedItems(schema, at, { ...instance, value }, seen));
    if (isObject(value)) truth.add(truth.failed || this.#unevaluatedProperties(schema, at, instance, seen));
    return truth.value;
  }

  #dynamic(schema: JsonObject, at: Located, instance: Instance, seen: Evaluated): Validity {
    const { dialect } = at.document;
    const dynamic =
      dialect === "draft-07" ? undefined : own(schema, dialect === "2019-09" ? "$recursiveRef" : "$dynamicRef");
    if (typeof dynamic !== "string") return true;
    const target = resolve(at, dynamic);
    const simple =
      dialect === "2019-09"
        ? at.document.starts.size <= 1
        : isStatic(at.document, dynamic.slice(dynamic.indexOf("#") + 1));
    return target === undefined || !simple ? undefined : this.check(target, instance, seen);
  }

  #general(schema: JsonObject, at: Located, instance: Instance): Validity {
    const { value } = instance;
    const type = own(schema, "type");
    if (type !== undefined) {
      const allowed = (Array.isArray(type) ? type : [type]).map(String);
      if (own(schema, "nullable") === true) allowed.push("null");
      if (!allowed.some((name) => isType(value, name))) {
        return this.fault(at, instance, "type", `must be ${allowed.join(" or ")}`);
      }
    }
    const values = own(schema, "enum");
    if (Array.isArray(values)) {
      const text = canonical(value);
      if (!values.some((other) => canonical(other) === text)) {
        return this.fault(
          at,
          instance,
          "enum",
          `must be one of ${values.map((other) => JSON.stringify(other)).join(", ")}`,
        );
      }
    }
    if (Object.hasOwn(schema, "const") && canonical(schema["const"]) !== canonical(value)) {
      return this.fault(at, instance, "const", `must be ${JSON.stringify(schema["const"])}`);
    }
    return true;
  }

  #number(schema: JsonObject, at: Located, instance: Instance, value: number): Validity {
    const exact = rational(value);
    if (exact === undefined) return undefined;
    for (const [keyword, words, allowed] of BOUNDS) {
      const limit = own(schema, keyword);
      if (typeof limit !== "number") continue;
      const other = rational(limit);
      if (other === undefined) return undefined;
      if (!allowed(compare(exact, other))) return this.fault(at, instance, keyword, `must be ${words} ${limit}`);
    }
    const step = own(schema, "multipleOf");
    if (typeof step === "number" && step > 0) {
      const of = rational(step);
      if (of === undefined) return undefined;
      const floats = at.document.reading === "ajv" && !dividesExactly(step);
      if (floats ? !Number.isInteger(value / step) : !isMultiple(exact, of))
        return this.fault(at, instance, "multipleOf", `must be a multiple of ${step}`);
    }
    const format = this.assertsFormats ? own(schema, "format") : undefined;
    const integer = format === "int32" || format === "int64";
    if (integer && (!Number.isInteger(value) || (format === "int32" && (value < -(2 ** 31) || value > 2 ** 31 - 1)))) {
      return this.fault(at, instance, "format", `must be an ${format}`);
    }
    return true;
  }

  #string(schema: JsonObject, at: Located, instance: Instance, value: string): Validity {
    const least = own(schema, "minLength");
    const most = own(schema, "maxLength");
    const length = codePoints(value);
    if (isCount(least) && length < least)
      return this.fault(at, instance, "minLength", `must have ${least} characters or more`);
    if (isCount(most) && length > most)
      return this.fault(at, instance, "maxLength", `must have ${most} characters or fewer`);
    const truth = new Conjunction();
    const pattern = own(schema, "pattern");
    if (typeof pattern === "string") {
      const found = matches(pattern, value);
      truth.add(found === false ? this.fault(at, instance, "pattern", `must match ${pattern}`) : found);
    }
    const format = own(schema, "format");
    if (this.assertsFormats && typeof format === "string" && !truth.failed) {
      const found = hasFormat(format, value);
      truth.add(found === false ? this.fault(at, instance, "format", `must be in the format ${format}`) : found);
    }
    return truth.value;
  }

  #applicators(schema: JsonObject, at: Located, instance: Instance, seen: Evaluated): Validity {
    const truth = new Conjunction();
    for (const [index, item] of list(schema, "allOf").entries()) {
      truth.add(truth.failed || this.check(this.below(at, item, "allOf", index), instance, seen));
    }
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = own(schema, keyword);
      if (!Array.isArray(branches) || truth.failed) continue;
      const results = branches.map((item, index) =>
        this.silently(this.below(at, item, keyword, index), instance, seen),
      );
      const sure = results.filter((result) => result === true).length;
      const possible = results.filter((result) => result !== false).length;
      const enough = keyword === "anyOf" ? sure >= 1 : sure === 1 && possible === 1;
      if (enough) continue;
      const refused = possible === 0 || (keyword === "oneOf" && sure > 1);
      truth.add(
        refused
          ? this.fault(
              at,
              instance,
              keyword,
              `must satisfy ${keyword === "anyOf" ? "an alternative" : `exactly one alternative, not ${sure}`}`,
            )
          : undefined,
      );
    }
    const not = own(schema, "not");
    if (not !== undefined && !truth.failed) {
      const result = this.silently(this.below(at, not, "not"), instance);
      truth.add(
        result === true
          ? this.fault(at, instance, "not", "must not satisfy the schema in `not`")
          : result === undefined
            ? undefined
            : true,
      );
    }
    const condition = own(schema, "if");
    if (condition !== undefined && !truth.failed) {
      const holds = this.silently(this.below(at, condition, "if"), instance, seen);
      const keyword = holds === false ? "else" : "then";
      const consequence = own(schema, keyword);
      if (holds === undefined) truth.add(undefined);
      else if (consequence !== undefined) truth.add(this.check(this.below(at, consequence, keyword), instance, seen));
    }
    return truth.value;
  }

  #unevaluatedItems(
    schema: JsonObject,
    at: Located,
    instance: { value: readonly Json[]; pointer: string },
    seen: Evaluated,
  ): Validity {
    const rest = !at.document.unevaluated ? undefined : own(schema, "unevaluatedItems");
    if (rest === undefined) return true;
    const truth = new Conjunction();
    for (const [index, item] of instance.value.entries()) {
      if (seen.items.has(index)) continue;
      const child = { value: item, pointer: instance.pointer + pointerStep(index) };
      truth.add(truth.failed || this.check(this.below(at, rest, "unevaluatedItems"), child));
      seen.items.add(index);
    }
    return truth.value;
  }

  #unevaluatedProperties(schema: JsonObject, at: Located, instance: Instance, seen: Evaluated): Validity {
    const rest = !at.document.unevaluated ? undefined : own(schema, "unevaluatedProperties");
    if (rest === undefined) return true;
    const truth = new Conjunction();
    const object = instance.value as { readonly [key: string]: Json };
    for (const name of Object.keys(object)) {
      if (seen.names.has(name)) continue;
      const child = { value: object[name] as Json, pointer: instance.pointer + pointerStep(name) };
      truth.add(truth.failed || this.check(this.below(at, rest, "unevaluatedProperties"), child));
      seen.names.add(name);
    }
    return truth.value;
  }
}

const BOUNDS = [
  ["minimum", "at least", (order: number) => order >= 0],
  ["exclusiveMinimum", "more than", (order: number) => order > 0],
  ["maximum", "at most", (order: number) => order <= 0],
  ["exclusiveMaximum", "less than", (order: number) => order < 0],
] as const;

function isType(value: Json, name: string): boolean {
  if (name === "integer") return Number.isInteger(value);
  if (name === "null") return value === null;
  if (name === "array") return Array.isArray(value);
  return name === "object" ? isObject(value) : typeof value === name;
}
