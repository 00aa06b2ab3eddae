import type { JsonSchema } from "./pairs.ts";

type SchemaObject = { readonly [keyword: string]: unknown };

const inPlace = ["allOf", "anyOf", "oneOf", "$ref", "if", "dependentSchemas"];
const closing = ["additionalProperties", "unevaluatedProperties"];

function isObject(value: unknown): value is SchemaObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const data = new Set(["const", "enum", "default", "examples", "example"]);
const namedSchemas = new Set(["properties", "patternProperties", "$defs", "definitions", "dependentSchemas"]);

function mapChildren(schema: SchemaObject, visit: (schema: unknown) => unknown): SchemaObject {
  const entries = Object.entries(schema).map(([keyword, value]): [string, unknown] => {
    if (data.has(keyword)) return [keyword, value];
    if (namedSchemas.has(keyword) && isObject(value))
      return [keyword, Object.fromEntries(Object.entries(value).map(([name, child]) => [name, visit(child)]))];
    if (Array.isArray(value)) return [keyword, value.map((child: unknown) => (isObject(child) ? visit(child) : child))];
    return [keyword, isObject(value) ? visit(value) : value];
  });
  return Object.fromEntries(entries);
}

/**
 * What the writer of a schema can have written when only declared keys are ever written: every object with declared
 * properties is closed, unless it says what others are like; that they are allowed says no more than silence. Serves schemas whose properties stand beside no in-place applicator;
 * where they do, it closes with `unevaluatedProperties`, which only 2019-09 and later know.
 */
export function closeDeclared(schema: JsonSchema): JsonSchema {
  const visit = (node: unknown, inside: boolean): unknown => {
    if (!isObject(node)) return node;
    const composed = inPlace.some((keyword) => keyword in node);
    const copy: { [keyword: string]: unknown } = { ...mapChildren(node, (child) => visit(child, false)) };
    for (const keyword of closing) if (node[keyword] === true) delete copy[keyword];
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const branches = node[keyword];
      if (Array.isArray(branches)) copy[keyword] = branches.map((branch: unknown) => visit(branch, true));
    }
    const declares = "properties" in node || (composed && !inside && "allOf" in node);
    if (declares && !inside && !closing.some((keyword) => keyword in copy))
      copy[composed ? "unevaluatedProperties" : "additionalProperties"] = false;
    return copy;
  };
  return visit(schema, false) as JsonSchema;
}

/** The reader that ignores keys it does not know: nothing is refused for being undeclared. */
export function ignoreUnknown(schema: JsonSchema): JsonSchema {
  const visit = (node: unknown): unknown => {
    if (!isObject(node)) return node;
    const copy = mapChildren(node, visit);
    return Object.fromEntries(
      Object.entries(copy).filter(([keyword, value]) => !(closing.includes(keyword) && value === false)),
    );
  };
  return visit(schema) as JsonSchema;
}
