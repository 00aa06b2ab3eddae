import { itemKeywords } from "../formula/compile-array.ts";
import type { Located } from "../schema/document.ts";
import { countOf, isDistinct, runsOf } from "../large/questions.ts";
import { LargeList } from "../large/value.ts";
import type { ListValue } from "../large/value.ts";
import { isCount, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { Conjunction, REPEATED } from "./conjunction.ts";
import type { Evaluated, Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

type ArrayInstance = Instance & { readonly value: ListValue };

export function arrayFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: ArrayInstance,
  seen: Evaluated,
): Validity {
  const { value } = instance;
  const length = countOf(value);
  const least = own(schema, "minItems");
  const most = own(schema, "maxItems");
  if (isCount(least) && length < least) {
    return interpreter.fault(at, instance, "minItems", `must have ${least} items or more`);
  }
  if (isCount(most) && length > most) {
    return interpreter.fault(at, instance, "maxItems", `must have ${most} items or fewer`);
  }
  const truth = new Conjunction();
  const distinct = own(schema, "uniqueItems") === true ? isDistinct(value) : true;
  if (distinct === false) return interpreter.fault(at, instance, "uniqueItems", "must not have equal items");
  truth.add(distinct);
  const { tuple, rest } = itemKeywords(schema, at);
  const modern = at.document.dialect === "2020-12";
  const tupleKeyword = modern ? "prefixItems" : "items";
  const restKeyword = modern || tuple.length === 0 ? "items" : "additionalItems";
  for (const { from, count, item } of runsOf(value)) {
    // Items of a large list that are alike stand at several places of the tuple and behind it.
    for (let index = from; index < Math.min(from + count, Math.max(from + 1, tuple.length + 1)); index++) {
      const inTuple = index < tuple.length;
      if (truth.failed || (!inTuple && rest === undefined)) break;
      const place = inTuple
        ? interpreter.below(at, tuple[index], tupleKeyword, index)
        : interpreter.below(at, rest, restKeyword);
      truth.add(interpreter.check(place, { value: item, pointer: instance.pointer + pointerStep(index) }));
      seen.items.add(index);
      if (!inTuple && isRepeated(value, from)) seen.items.add(REPEATED);
    }
  }
  if (!truth.failed) truth.add(contained(interpreter, schema, at, instance, seen));
  return truth.value;
}

export function isRepeated(value: ListValue, index: number): boolean {
  return value instanceof LargeList && index >= value.items.length;
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
  const counted = at.document.dialect !== "draft-07";
  const minimum = counted ? own(schema, "minContains") : undefined;
  const maximum = counted ? own(schema, "maxContains") : undefined;
  const least = isCount(minimum) ? minimum : 1;
  const most = isCount(maximum) ? maximum : Infinity;
  let sure = 0;
  let possible = 0;
  for (const { from, count, item } of runsOf(instance.value)) {
    const result = interpreter.silently(place, { value: item, pointer: instance.pointer });
    if (result === true) sure += count;
    if (result !== false) possible += count;
    if (result !== true || at.document.dialect !== "2020-12") continue;
    seen.items.add(isRepeated(instance.value, from) ? REPEATED : from);
  }
  if (possible < least)
    return interpreter.fault(at, instance, "contains", `must contain ${least} matching items or more`);
  if (sure > most)
    return interpreter.fault(at, instance, "maxContains", `must contain ${most} matching items or fewer`);
  return sure >= least && possible <= most ? true : undefined;
}
