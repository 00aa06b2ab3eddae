import { entriesOf, hasName, mayBeIn, sizeOf } from "../large/questions.ts";
import type { ObjectValue, TextFamily } from "../large/value.ts";
import type { Located } from "../schema/document.ts";
import { isCount, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";
import { Conjunction, list } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

type ObjectInstance = Instance & { readonly value: ObjectValue };

export function objectFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ObjectInstance,
  seen: Evaluated,
): Validity {
  const { value } = instance;
  const entries = entriesOf(value);
  const size = sizeOf(value);
  const truth = new Conjunction();
  const least = own(schema, "minProperties");
  const most = own(schema, "maxProperties");
  for (const name of list(schema, "required")) {
    if (typeof name !== "string") continue;
    const there = hasName(value, name);
    if (there === false)
      return interpreter.fault(at, instance, "required", `must have the property ${JSON.stringify(name)}`);
    truth.add(there);
  }
  if (isCount(least) && size < least) {
    return interpreter.fault(at, instance, "minProperties", `must have ${least} properties or more`);
  }
  if (isCount(most) && size > most) {
    return interpreter.fault(at, instance, "maxProperties", `must have ${most} properties or fewer`);
  }
  for (const [name, each] of entries) {
    if (truth.failed) break;
    const child = { value: each, pointer: instance.pointer + pointerStep(shownName(name)) };
    truth.add(property(interpreter, schema, at, child, name, seen));
  }
  const allowed = own(schema, "propertyNames");
  if (allowed !== undefined) {
    for (const [name] of entries) {
      if (truth.failed) break;
      const child = { value: name, pointer: instance.pointer + pointerStep(shownName(name)) };
      truth.add(interpreter.check(interpreter.below(at, allowed, "propertyNames"), child));
    }
  }
  if (!truth.failed) truth.add(dependent(interpreter, schema, at, instance, seen));
  return truth.value;
}

/** One of the names, to point at. */
export function shownName(name: string | TextFamily): string {
  if (typeof name === "string") return name;
  return name.before + (name.alphabet[0] ?? "").repeat(name.width) + name.after;
}

function property(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  child: Instance,
  name: string | TextFamily,
  seen: Evaluated,
): Validity {
  const truth = new Conjunction();
  let declared: Validity = false;
  const properties = own(schema, "properties");
  if (isObject(properties) && typeof name !== "string") {
    if (Object.keys(properties).some((each) => mayBeIn(name, each))) return undefined;
  } else if (isObject(properties) && Object.hasOwn(properties, String(name))) {
    declared = true;
    truth.add(interpreter.check(interpreter.below(at, properties[String(name)], "properties", String(name)), child));
  }
  const patterns = own(schema, "patternProperties");
  for (const pattern of isObject(patterns) ? Object.keys(patterns) : []) {
    const found = matches(pattern, name);
    if (found === undefined) truth.add(undefined);
    if (declared !== true) declared = found === false ? declared : found;
    if (found !== true || truth.failed) continue;
    const place = interpreter.below(at, (patterns as JsonObject)[pattern], "patternProperties", pattern);
    truth.add(interpreter.check(place, child));
  }
  const others = own(schema, "additionalProperties");
  if (declared === false && others !== undefined && !truth.failed) {
    truth.add(interpreter.check(interpreter.below(at, others, "additionalProperties"), child));
  }
  if (declared !== false || others !== undefined) seen.names.add(name);
  return truth.value;
}

function dependent(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ObjectInstance,
  seen: Evaluated,
): Validity {
  const truth = new Conjunction();
  const keywords =
    at.document.dialect === "draft-07" ? ["dependencies"] : ["dependentRequired", "dependentSchemas", "dependencies"];
  for (const keyword of keywords) {
    const byName = own(schema, keyword);
    if (!isObject(byName)) continue;
    for (const name of Object.keys(byName)) {
      const need = byName[name];
      const there = hasName(instance.value, name);
      if (truth.failed || there === false) continue;
      if (there === undefined) {
        truth.add(undefined);
        continue;
      }
      if (Array.isArray(need)) {
        const missing =
          keyword === "dependentSchemas"
            ? undefined
            : need.find((key) => typeof key === "string" && hasName(instance.value, key) === false);
        if (keyword !== "dependentSchemas" && need.some((key) => hasName(instance.value, String(key)) === undefined))
          truth.add(undefined);
        if (missing !== undefined) {
          truth.add(
            interpreter.fault(
              at,
              instance,
              keyword,
              `must have ${JSON.stringify(missing)} beside ${JSON.stringify(name)}`,
            ),
          );
        }
      } else if (keyword !== "dependentRequired") {
        truth.add(interpreter.check(interpreter.below(at, need, keyword, name), instance, seen));
      }
    }
  }
  return truth.value;
}
