import { createRequire } from "node:module";
import type { Format } from "ajv";
import type { BundledSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { evaluate } from "../specification/evaluate.ts";

/**
 * Whether a value certainly fits a bundled draft-07 schema, found by interpreting it: a twentieth of what compiling a
 * validator costs, and nearly every example fits. `false` means "not sure": ask the validator, which has the words too.
 */
export function surelyAccepts({ schema, dialect }: Pick<BundledSchema, "schema" | "dialect">, value: Json): boolean {
  if (dialect !== "draft-07" || !isObject(schema) || beyond.test(JSON.stringify(schema))) return false;
  const evaluation = { specification: { root: schema, definitions: {} }, checkFormat, memo: new Map() };
  try {
    return evaluate(evaluation, { schema, base: schema }, value, "", "value").length === 0;
  } catch {
    return false;
  }
}

/** Keywords that the interpreter does not know and ajv does. */
const beyond = /"(?:dependencies|dependentRequired|dependentSchemas|nullable|unevaluated\w+|minContains|maxContains)":/;

const require = createRequire(import.meta.url);
let formats: Readonly<Record<string, Format>> | undefined;

function checkFormat(value: Json, name: string): string | undefined {
  formats ??= (require("ajv-formats/dist/formats.js") as { fullFormats: Record<string, Format> }).fullFormats;
  const format = Object.hasOwn(formats, name) ? formats[name] : undefined;
  return format === undefined || fits(value, format) ? undefined : "has another format";
}

function fits(value: Json, format: Format): boolean {
  if (typeof value !== "string" && typeof value !== "number") return true;
  if (typeof format === "object" && "type" in format && format.type === "number")
    return typeof value !== "number" || (format.validate as (number: number) => boolean)(value);
  if (typeof value !== "string" || format === true) return true;
  if (typeof format === "string") return false;
  const test = typeof format === "object" && "validate" in format ? format.validate : format;
  if (test instanceof RegExp) return test.test(value);
  return typeof test === "function" && (test as (text: string) => unknown)(value) === true;
}
