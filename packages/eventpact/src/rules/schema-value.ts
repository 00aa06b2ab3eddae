import { bundleSchema } from "../model/bundle.ts";
import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Sources } from "../read/sources.ts";
import type { Validate } from "../validate/compile.ts";
import { compileSchema } from "../validate/compile.ts";
import type { Report, Rule } from "./rule.ts";

export const schemaValue: Rule = {
  code: "schema-value",
  category: "schema",
  severity: "error",
  title: "The values that a schema names fit the schema: default, const, enum and examples.",
  why: "An enum member of the wrong type can never be sent, a default that the schema refuses makes a valid event invalid, and an example that does not fit teaches the wrong thing.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      if (typeof own(node.schema, "$ref") === "string") continue;
      if (["default", "const", "enum", "examples"].every((keyword) => own(node.schema, keyword) === undefined))
        continue;
      checkNode(model.sources, node, report);
    }
  },
};

function checkNode(sources: Sources, node: SchemaNode, report: Report): void {
  const bundled = bundleSchema(sources, node.place, node.language);
  if (!isObject(bundled.schema)) return;
  const { const: constant, enum: members, ...rest } = bundled.schema as JsonObject & { const?: Json; enum?: Json };
  const whole = compileSchema(bundled);
  const others = compileSchema({ schema: rest, dialect: bundled.dialect });
  if (typeof whole !== "function" || typeof others !== "function") return;
  const test = (validate: Validate, value: Json, tokens: readonly (string | number)[], what: string): void => {
    const [first] = validate(value);
    if (!first) return;
    const pointer = tokens.reduce<string>(childPointer, node.place.pointer) + first.pointer;
    const message = `${what} does not fit its own schema: ${first.message}`;
    report({ place: { file: node.place.file, pointer }, message, hint: first.hint });
  };
  if (constant !== undefined) test(others, constant, ["const"], "The constant");
  if (Array.isArray(members))
    for (const [index, member] of (members as readonly Json[]).entries())
      test(others, member, ["enum", index], "A member of the enum");
  const fallback = own(node.schema, "default");
  if (fallback !== undefined) test(whole, fallback, ["default"], "The default");
  const examples = own(node.schema, "examples");
  if (Array.isArray(examples))
    for (const [index, example] of (examples as readonly Json[]).entries())
      test(whole, example, ["examples", index], "The example");
}
