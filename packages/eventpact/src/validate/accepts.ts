import { hasSiblings } from "@eventpact/compat/reading";
import { formats } from "@eventpact/compat/runtime/formats.js";
import type { BundledSchema } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { evaluate } from "../specification/evaluate.ts";
import { schemaText } from "./schema-text.ts";

/**
 * Whether a value certainly fits a bundled draft-07 schema, found by interpreting it: a twentieth of what compiling a
 * validator costs, and nearly every example fits. `false` means "not sure": ask the validator, which has the words too.
 */
export function surelyAccepts({ schema, dialect }: Pick<BundledSchema, "schema" | "dialect">, value: Json): boolean {
  if (dialect !== "draft-07" || !isObject(schema) || goesBeyond(schema)) return false;
  const evaluation = { specification: { root: schema, definitions: {} }, checkFormat, memo: new Map() };
  try {
    return evaluate(evaluation, { schema, base: schema }, value, "", "value").length === 0;
  } catch {
    return false;
  }
}

/** Keywords that the interpreter does not know and the validator does. */
const beyond = /"(?:dependencies|dependentRequired|dependentSchemas|unevaluated\w+|minContains|maxContains)":/;

const known = new WeakMap<JsonObject, boolean>();

/** Does a schema say something that the interpreter leaves out: a keyword it does not know, or one beside a `$ref`? */
function goesBeyond(schema: JsonObject): boolean {
  let answer = known.get(schema);
  if (answer === undefined) {
    answer = beyond.test(schemaText(schema)) || refersWithSiblings(schema);
    known.set(schema, answer);
  }
  return answer;
}

function refersWithSiblings(value: Json): boolean {
  if (Array.isArray(value)) return value.some((item) => refersWithSiblings(item as Json));
  return isObject(value) && (hasSiblings(value) || Object.values(value).some(refersWithSiblings));
}

function checkFormat(value: Json, name: string): string | undefined {
  const check = Object.hasOwn(formats, name) ? formats[name] : undefined;
  const fits =
    (typeof check !== "function" || typeof value !== "string" || check(value)) &&
    (typeof check !== "object" || typeof value !== "number" || check.validate(value));
  return fits ? undefined : "has another format";
}
