import { compare, isMultiple, rational } from "../numbers/rational.ts";
import { dividesExactly } from "../schema/deviations.ts";
import type { Located } from "../schema/document.ts";
import { codePoints, isCount, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { hasFormat } from "../strings/formats.ts";
import { matches } from "../strings/matching.ts";
import { Conjunction } from "./conjunction.ts";
import type { Instance, Validity } from "./conjunction.ts";
import type { Interpreter } from "./interpret.ts";

export function numberFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: Instance,
  value: number,
): Validity {
  const exact = rational(value);
  if (exact === undefined) return undefined;
  for (const [keyword, words, allowed] of BOUNDS) {
    const limit = own(schema, keyword);
    if (typeof limit !== "number") continue;
    const other = rational(limit);
    if (other === undefined) return undefined;
    if (!allowed(compare(exact, other))) return interpreter.fault(at, instance, keyword, `must be ${words} ${limit}`);
  }
  const step = own(schema, "multipleOf");
  if (typeof step === "number" && step > 0) {
    const of = rational(step);
    if (of === undefined) return undefined;
    const floats = at.document.reading === "ajv" && !dividesExactly(step);
    if (floats ? !Number.isInteger(value / step) : !isMultiple(exact, of))
      return interpreter.fault(at, instance, "multipleOf", `must be a multiple of ${step}`);
  }
  const format = interpreter.assertsFormats ? own(schema, "format") : undefined;
  const integer = format === "int32" || format === "int64";
  if (integer && (!Number.isInteger(value) || (format === "int32" && (value < -(2 ** 31) || value > 2 ** 31 - 1)))) {
    return interpreter.fault(at, instance, "format", `must be an ${format}`);
  }
  return true;
}

export function stringFaults(
  interpreter: Interpreter,
  schema: JsonObject,
  at: Located,
  instance: Instance,
  value: string,
): Validity {
  const least = own(schema, "minLength");
  const most = own(schema, "maxLength");
  const length = codePoints(value);
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
  ["minimum", "at least", (order: number) => order >= 0],
  ["exclusiveMinimum", "more than", (order: number) => order > 0],
  ["maximum", "at most", (order: number) => order <= 0],
  ["exclusiveMaximum", "less than", (order: number) => order < 0],
] as const;
