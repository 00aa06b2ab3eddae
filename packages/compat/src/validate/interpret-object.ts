import type { Located } from "../schema/document.ts";
import { isCount, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";
import type { Json } from "../types.ts";
import { Conjunction, list } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

type ObjectInstance = Instance & { readonly value: { readonly [key: string]: Json } };

export function objectFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ObjectInstance,
  seen: Evaluated,
): Validity {
  const { value } = instance;
  const names = Object.keys(value);
  const least = own(schema, "minProperties");
  const most = own(schema, "maxProperties");
  for (const name of list(schema, "required")) {
    if (typeof name === "string" && !Object.hasOwn(value, name)) {
      return interpreter.fault(at, instance, "required", `must have the property ${JSON.stringify(name)}`);
    }
  }
  if (isCount(least) && names.length < least) {
    return interpreter.fault(at, instance, "minProperties", `must have ${least} properties or more`);
  }
  if (isCount(most) && names.length > most) {
    return interpreter.fault(at, instance, "maxProperties", `must have ${most} properties or fewer`);
  }
  const truth = new Conjunction();
  for (const name of names) {
    if (truth.failed) break;
    truth.add(property(interpreter, schema, at, instance, name, seen));
  }
  const allowed = own(schema, "propertyNames");
  if (allowed !== undefined) {
    for (const name of names) {
      if (truth.failed) break;
      const child = { value: name, pointer: instance.pointer + pointerStep(name) };
      truth.add(interpreter.check(interpreter.below(at, allowed, "propertyNames"), child));
    }
  }
  if (!truth.failed) truth.add(dependent(interpreter, schema, at, instance, seen));
  return truth.value;
}

function property(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ObjectInstance,
  name: string,
  seen: Evaluated,
): Validity {
  const truth = new Conjunction();
  const child = { value: instance.value[name] as Json, pointer: instance.pointer + pointerStep(name) };
  let declared: Validity = false;
  const properties = own(schema, "properties");
  if (isObject(properties) && Object.hasOwn(properties, name)) {
    declared = true;
    truth.add(interpreter.check(interpreter.below(at, properties[name], "properties", name), child));
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
      if (truth.failed || !Object.hasOwn(instance.value, name)) continue;
      if (Array.isArray(need)) {
        const missing =
          keyword === "dependentSchemas"
            ? undefined
            : need.find((key) => typeof key === "string" && !Object.hasOwn(instance.value, key));
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
