import { bundleSchema } from "../model/bundle.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { hasType } from "../specification/keywords.ts";
import type { Dialect } from "../model/types.ts";
import { surelyAccepts } from "../validate/accepts.ts";
import type { Validate } from "../validate/compile.ts";
import { compileSchema } from "../validate/compile.ts";
import type { Rule } from "./rule.ts";

export const schemaValue: Rule = {
  code: "schema-value",
  category: "schema",
  severity: "error",
  title: "The values that a schema names fit the schema: default, const, enum and examples.",
  why: "An enum member of the wrong type can never be sent, a default that the schema refuses makes a valid event invalid, and an example that does not fit teaches the wrong thing.",
  check(model, report, memo) {
    for (const node of schemaNodes(model)) {
      if (typeof own(node.schema, "$ref") === "string") continue;
      if (["default", "const", "enum", "examples"].every((keyword) => own(node.schema, keyword) === undefined))
        continue;
      const { schema, dialect } = bundleSchema(model.sources, node.place, node.language);
      if (!isObject(schema)) continue;
      const misfits = memo.once("schema-value", JSON.stringify([dialect, schema]), () => misfitsOf(schema, dialect));
      for (const { pointer, message, hint } of misfits)
        report({ place: { file: node.place.file, pointer: node.place.pointer + pointer }, message, hint });
    }
  },
};

interface Misfit {
  /** Below the schema: the keyword, and the index in its list. */
  readonly pointer: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

function misfitsOf(schema: JsonObject, dialect: Dialect): readonly Misfit[] {
  const { const: constant, enum: members, ...rest } = schema as JsonObject & { const?: Json; enum?: Json };
  const misfits: Misfit[] = [];
  const test = (validate: Validate, value: Json | undefined, pointer: string, what: string): void => {
    const first = value === undefined ? undefined : validate(value)[0];
    if (!first) return;
    const message = `${what} does not fit its own schema: ${first.message}`;
    misfits.push({ pointer: pointer + first.pointer, message, hint: first.hint });
  };
  const others = validatorOf(rest, dialect);
  test(others, constant, "/const", "The constant");
  for (const [index, member] of listOf(members).entries())
    test(others, member, `/enum/${index}`, "A member of the enum");
  const [fallback, examples] = [own(schema, "default"), listOf(own(schema, "examples"))];
  if (fallback === undefined && examples.length === 0) return misfits;
  const whole = validatorOf(schema, dialect);
  test(whole, fallback, "/default", "The default");
  for (const [index, example] of examples.entries()) test(whole, example, `/examples/${index}`, "The example");
  return misfits;
}

/** Most schemas with an enum or a constant say nothing else than a type, which needs no validator. */
function validatorOf(schema: JsonObject, dialect: Dialect): Validate {
  const { type } = schema;
  if (Object.keys(schema).every((key) => key === "type" || annotations.has(key) || key.startsWith("x-"))) {
    const types = (Array.isArray(type) ? type : [type]) as readonly Json[];
    const message = `The value must be of type ${types.join(" or ")}.`;
    return (value) => (type === undefined || hasType(value, type) ? [] : [{ pointer: "", part: "value", message }]);
  }
  let compiled: ReturnType<typeof compileSchema> | undefined;
  return (value) => {
    if (surelyAccepts({ schema, dialect }, value)) return [];
    compiled ??= compileSchema({ schema, dialect });
    return typeof compiled === "function" ? compiled(value) : [];
  };
}

const annotations: ReadonlySet<string> = new Set([
  "title",
  "description",
  "default",
  "examples",
  "deprecated",
  "definitions",
  "$defs",
  "$comment",
]);

function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
