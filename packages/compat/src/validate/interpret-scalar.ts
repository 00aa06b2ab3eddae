import { holdsAtEnds, holdsForSteps, lengthOf } from "../large/questions.ts";
import type { NumberFamily, Text } from "../large/value.ts";
import { multipleOf } from "../runtime/values.js";
import type { Located } from "../schema/document.ts";
import { isCount, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { hasFormat, hasNumberFormat } from "../strings/formats.ts";
import { matches } from "../strings/matching.ts";
import { Conjunction } from "./conjunction.ts";
import type { Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

export function numberFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: Instance,
  value: number | NumberFamily,
): Validity {
  const truth = new Conjunction();
  for (const [keyword, words, allowed] of BOUNDS) {
    const limit = own(schema, keyword);
    if (typeof limit !== "number") continue;
    const found = holdsAtEnds(value, (each) => allowed(each, limit));
    if (found === false) return interpreter.fault(at, instance, keyword, `must be ${words} ${limit}`);
    truth.add(found);
  }
  const step = own(schema, "multipleOf");
  if (typeof step === "number" && step > 0) {
    const found = holdsForSteps(value, multipleOf(step));
    if (found === false) return interpreter.fault(at, instance, "multipleOf", `must be a multiple of ${step}`);
    truth.add(found);
  }
  const format = interpreter.assertsFormats ? own(schema, "format") : undefined;
  if (typeof format !== "string") return truth.value;
  const found = holdsAtEnds(value, (each) => hasNumberFormat(format, each));
  if (found === false) return interpreter.fault(at, instance, "format", `must be an ${format}`);
  truth.add(found);
  return truth.value;
}

export function stringFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: Instance,
  value: Text,
): Validity {
  const least = own(schema, "minLength");
  const most = own(schema, "maxLength");
  const length = lengthOf(value);
  if (isCount(least) && length < least)
    return interpreter.fault(at, instance, "minLength", `must have ${least} characters or more`);
  if (isCount(most) && length > most)
    return interpreter.fault(at, instance, "maxLength", `must have ${most} characters or fewer`);
  const truth = new Conjunction();
  const pattern = own(schema, "pattern");
  if (typeof pattern === "string") {
    const found = matches(pattern, value);
    truth.add(found === false ? interpreter.fault(at, instance, "pattern", `must match ${pattern}`) : found);
  }
  const format = own(schema, "format");
  if (interpreter.assertsFormats && typeof format === "string" && !truth.failed) {
    const found = hasFormat(format, value);
    truth.add(found === false ? interpreter.fault(at, instance, "format", `must be in the format ${format}`) : found);
  }
  return truth.value;
}

const BOUNDS = [
  ["minimum", "at least", (value: number, limit: number) => value >= limit],
  ["exclusiveMinimum", "more than", (value: number, limit: number) => value > limit],
  ["maximum", "at most", (value: number, limit: number) => value <= limit],
  ["exclusiveMaximum", "less than", (value: number, limit: number) => value < limit],
] as const;
