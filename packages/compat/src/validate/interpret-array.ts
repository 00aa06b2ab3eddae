import { itemKeywords } from "../formula/compile-array.ts";
import type { Located } from "../schema/document.ts";
import { canonical, isCount, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { Conjunction } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

type ArrayInstance = Instance & { readonly value: readonly Json[] };

export function arrayFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ArrayInstance,
  seen: Evaluated,
): Validity {
  const { value } = instance;
  const least = own(schema, "minItems");
  const most = own(schema, "maxItems");
  if (isCount(least) && value.length < least) {
    return interpreter.fault(at, instance, "minItems", `must have ${least} items or more`);
  }
  if (isCount(most) && value.length > most) {
    return interpreter.fault(at, instance, "maxItems", `must have ${most} items or fewer`);
  }
  if (own(schema, "uniqueItems") === true && new Set(value.map((item) => canonical(item))).size < value.length) {
    return interpreter.fault(at, instance, "uniqueItems", "must not have equal items");
  }
  const truth = new Conjunction();
  const { tuple, rest } = itemKeywords(schema, at);
  const modern = at.document.dialect === "2020-12";
  const tupleKeyword = modern ? "prefixItems" : "items";
  const restKeyword = modern || tuple.length === 0 ? "items" : "additionalItems";
  for (const [index, item] of value.entries()) {
    const inTuple = index < tuple.length;
    if (truth.failed || (!inTuple && rest === undefined)) break;
    const place = inTuple
      ? interpreter.below(at, tuple[index], tupleKeyword, index)
      : interpreter.below(at, rest, restKeyword);
    truth.add(interpreter.check(place, { value: item, pointer: instance.pointer + pointerStep(index) }));
    seen.items.add(index);
  }
  if (!truth.failed) truth.add(contained(interpreter, schema, at, instance, seen));
  return truth.value;
}

function contained(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ArrayInstance,
  seen: Evaluated,
): Validity {
  const contains = own(schema, "contains");
  if (contains === undefined) return true;
  const place = interpreter.below(at, contains, "contains");
  const results = instance.value.map((item) => interpreter.silently(place, { value: item, pointer: instance.pointer }));
  const counted = at.document.dialect !== "draft-07";
  const minimum = counted ? own(schema, "minContains") : undefined;
  const maximum = counted ? own(schema, "maxContains") : undefined;
  const least = isCount(minimum) ? minimum : 1;
  const most = isCount(maximum) ? maximum : Infinity;
  const sure = results.filter((result) => result === true).length;
  const possible = results.filter((result) => result !== false).length;
  if (at.document.dialect === "2020-12") {
    for (const [index, result] of results.entries()) if (result === true) seen.items.add(index);
  }
  if (possible < least)
    return interpreter.fault(at, instance, "contains", `must contain ${least} matching items or more`);
  if (sure > most)
    return interpreter.fault(at, instance, "maxContains", `must contain ${most} matching items or fewer`);
  return sure >= least && possible <= most ? true : undefined;
}
