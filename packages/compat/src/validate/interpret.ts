import { entriesOf, equals, isAmong, runsOf } from "../large/questions.ts";
import { isList, isObjectValue, isText, NumberFamily } from "../large/value.ts";
import type { ListValue, ObjectValue, Value } from "../large/value.ts";
import { below, dynamicKeyword, resolve, resolveDynamic } from "../schema/document.ts";
import type { Located, Place, SchemaDocument } from "../schema/document.ts";
import { isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Rejection } from "../types.ts";
import { Conjunction, list, REPEATED } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import { arrayFaults, isRepeated } from "./interpret-array.ts";
import { objectFaults, shownName } from "./interpret-object.ts";
import { numberFaults, stringFaults } from "./interpret-scalar.ts";

const MAX_STEPS = 100_000;
const MAX_DEPTH = 400;

class TooMuch extends Error {}

/**
 * Validates as the specification says, in counted work. It knows nothing of formulas, so it checks the solver
 * independently.
 */
export function validate(document: SchemaDocument, value: Value, assertsFormats: boolean): Result {
  return validateAt(document.root, value, assertsFormats);
}

export interface Result {
  readonly valid: Validity;
  /** Subschemas and values that were brought together; the check gives up after 100,000. */
  readonly steps: number;
  /** With `valid: false`: the first place that refuses the value. */
  readonly rejection?: Rejection;
}

/** The same for a subschema. */
export function validateAt(place: Place, value: Value, assertsFormats: boolean): Result {
  const interpreter = new Interpreter(assertsFormats);
  try {
    const valid = interpreter.check({ pointer: "", ...place }, { value, pointer: "" });
    const { first, steps } = interpreter;
    return first === undefined || valid !== false ? { valid, steps } : { valid, steps, rejection: first };
  } catch (error) {
    if (error instanceof TooMuch || error instanceof RangeError) return { valid: undefined, steps: interpreter.steps };
    throw error;
  }
}

/** Why a value is refused, and the alternatives of which none accepted it. */
export interface Fault {
  readonly rejection: Rejection;
  readonly instance: Instance;
  readonly alternatives: readonly Located[] | undefined;
}

/** The first place where a schema refuses a value; `undefined` where it does not, or where that is not known. */
export function firstFault(place: Located, instance: Instance, assertsFormats: boolean): Fault | undefined {
  const interpreter = new Interpreter(assertsFormats);
  try {
    const valid = interpreter.check(place, instance);
    const { first } = interpreter;
    return valid === false && first !== undefined ? { rejection: first, ...interpreter.at(instance) } : undefined;
  } catch (error) {
    if (error instanceof TooMuch || error instanceof RangeError) return undefined;
    throw error;
  }
}

export class Interpreter {
  readonly assertsFormats: boolean;
  first: Rejection | undefined;
  #where: Omit<Fault, "rejection"> | undefined;
  steps = 0;
  #depth = 0;
  /** Inside `not`, `anyOf` and the like a failure is no reason yet. */
  #muted = 0;

  constructor(assertsFormats: boolean) {
    this.assertsFormats = assertsFormats;
  }

  /** Checks a value; on success `evaluated` gains what was looked at. */
  check(at: Located, instance: Instance, evaluated?: Evaluated): Validity {
    const { schema } = at;
    if (++this.steps > MAX_STEPS || this.#depth > MAX_DEPTH) throw new TooMuch();
    if (typeof schema === "boolean") return schema ? true : this.fault(at, instance, "", "is not allowed here");
    if (!isObject(schema)) return undefined;
    this.#depth++;
    const seen: Evaluated = { names: new Set(), items: new Set(), unsure: false };
    const valid = this.#keywords(schema, at, instance, seen);
    this.#depth--;
    if (valid !== false && evaluated !== undefined) {
      for (const name of seen.names) evaluated.names.add(name);
      for (const index of seen.items) evaluated.items.add(index);
      evaluated.unsure ||= seen.unsure || (valid === undefined && seen.names.size + seen.items.size > 0);
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

  /** Remembers the first reason; `alternatives` are those of which none accepted the value. */
  fault(
    at: Located,
    instance: Instance,
    keyword: string,
    message: string,
    alternatives: readonly Located[] | undefined = undefined,
  ): false {
    if (this.#muted > 0 || this.first !== undefined) return false;
    const parent = at.pointer.slice(at.pointer.lastIndexOf("/") + 1);
    this.first = {
      instance: instance.pointer,
      schema: keyword === "" ? at.pointer : at.pointer + pointerStep(keyword),
      keyword: keyword !== "" ? keyword : CLOSING.has(parent) ? parent : "false schema",
      message,
    };
    this.#where = { instance, alternatives };
    return false;
  }

  /** Where the first reason was found. */
  at(instance: Instance): Omit<Fault, "rejection"> {
    return this.#where ?? { instance, alternatives: undefined };
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
    }
    const { value } = instance;
    truth.add(this.#dynamic(schema, at, instance, seen));
    truth.add(truth.failed || this.#general(schema, at, instance));
    if (isNumeric(value)) truth.add(truth.failed || numberFaults(this, schema, at, instance, value));
    else if (isText(value)) truth.add(truth.failed || stringFaults(this, schema, at, instance, value));
    else if (isList(value)) truth.add(truth.failed || arrayFaults(this, schema, at, { ...instance, value }, seen));
    else if (isObjectValue(value))
      truth.add(truth.failed || objectFaults(this, schema, at, { ...instance, value }, seen));
    truth.add(truth.failed || this.#applicators(schema, at, instance, seen));
    if (isList(value)) truth.add(truth.failed || this.#unevaluatedItems(schema, at, { ...instance, value }, seen));
    else if (isObjectValue(value))
      truth.add(truth.failed || this.#unevaluatedProperties(schema, at, { ...instance, value }, seen));
    return truth.value;
  }

  #dynamic(schema: JsonObject, at: Located, instance: Instance, seen: Evaluated): Validity {
    const { dialect } = at.document;
    const dynamic = dialect === "draft-07" ? undefined : own(schema, dynamicKeyword(dialect));
    if (typeof dynamic !== "string") return true;
    const target = resolveDynamic(at, dynamic);
    return target === undefined ? undefined : this.check(target, instance, seen);
  }

  #general(schema: JsonObject, at: Located, instance: Instance): Validity {
    const { value } = instance;
    const truth = new Conjunction();
    const type = own(schema, "type");
    if (type !== undefined) {
      const allowed = (Array.isArray(type) ? type : [type]).map(String);
      if (!allowed.some((name) => isType(value, name))) {
        return this.fault(at, instance, "type", `must be ${allowed.join(" or ")}`);
      }
    }
    const values = own(schema, "enum");
    if (Array.isArray(values)) {
      const listed = isAmong(value, values);
      if (listed === undefined) truth.add(undefined);
      else if (!listed) {
        return this.fault(
          at,
          instance,
          "enum",
          `must be one of ${values.map((other) => JSON.stringify(other)).join(", ")}`,
        );
      }
    }
    if (Object.hasOwn(schema, "const")) {
      const same = equals(value, schema["const"]);
      if (same === false) return this.fault(at, instance, "const", `must be ${JSON.stringify(schema["const"])}`);
      truth.add(same);
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
      const places = branches.map((item, index) => this.below(at, item, keyword, index));
      const results = places.map((place) => this.silently(place, instance, seen));
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
              possible === 0 ? "must satisfy an alternative" : `must satisfy exactly one alternative, not ${sure}`,
              possible === 0 ? places : undefined,
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
    instance: { value: ListValue; pointer: string },
    seen: Evaluated,
  ): Validity {
    const rest = !at.document.unevaluated ? undefined : own(schema, "unevaluatedItems");
    if (rest === undefined) return true;
    const truth = new Conjunction();
    if (seen.unsure) truth.add(undefined);
    for (const { from, item } of runsOf(instance.value)) {
      const index = isRepeated(instance.value, from) ? REPEATED : from;
      if (seen.items.has(index)) continue;
      const child = { value: item, pointer: instance.pointer + pointerStep(from) };
      truth.add(truth.failed || this.check(this.below(at, rest, "unevaluatedItems"), child));
      seen.items.add(index);
    }
    return truth.value;
  }

  #unevaluatedProperties(
    schema: JsonObject,
    at: Located,
    instance: { value: ObjectValue; pointer: string },
    seen: Evaluated,
  ): Validity {
    const rest = !at.document.unevaluated ? undefined : own(schema, "unevaluatedProperties");
    if (rest === undefined) return true;
    const truth = new Conjunction();
    if (seen.unsure) truth.add(undefined);
    for (const [name, value] of entriesOf(instance.value)) {
      if (seen.names.has(name)) continue;
      const child = { value, pointer: instance.pointer + pointerStep(shownName(name)) };
      truth.add(truth.failed || this.check(this.below(at, rest, "unevaluatedProperties"), child));
      seen.names.add(name);
    }
    return truth.value;
  }
}

/** Where `false` is written to allow nothing more. */
const CLOSING: ReadonlySet<string> = new Set(
  "additionalProperties unevaluatedProperties additionalItems unevaluatedItems items propertyNames".split(" "),
);

function isNumeric(value: Value): value is number | NumberFamily {
  return typeof value === "number" || value instanceof NumberFamily;
}

function isType(value: Value, name: string): boolean {
  if (name === "integer") return Number.isInteger(value) || value instanceof NumberFamily;
  if (name === "number") return isNumeric(value);
  if (name === "string") return isText(value);
  if (name === "null") return value === null;
  if (name === "array") return isList(value);
  return name === "object" ? isObjectValue(value) : typeof value === name;
}
