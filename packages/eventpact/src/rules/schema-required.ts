import { nearest } from "../diagnostics/suggest.ts";
import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { refTarget, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { Rule } from "./rule.ts";

export const schemaRequired: Rule = {
  code: "schema-required",
  category: "schema",
  severity: "error",
  title: "Every required property is declared.",
  why: "A name under `required` that no `properties` declares is a misspelling, or the rest of a property that was taken away. Either way every event is refused, or carries a field that nobody described.",
  check(model, report) {
    for (const node of schemaNodes(model)) {
      const required = own(node.schema, "required");
      if (!Array.isArray(required)) continue;
      const declared = declaredFor(model.sources, node);
      if (declared.size === 0) continue;
      for (const [index, name] of required.entries()) {
        if (typeof name !== "string" || declared.has(name)) continue;
        const found = nearest(name, declared);
        report({
          place: { file: node.place.file, pointer: childPointer(childPointer(node.place.pointer, "required"), index) },
          message: `"${name}" is required, but not declared under "properties".`,
          hint: found ? `Did you mean "${found}"?` : "Declare it, with a description, or take it out of the list.",
        });
      }
    }
  },
};

/** The properties that any schema applying to the same value declares: its own, its parts', and those it is a part of. */
function declaredFor(sources: Sources, node: SchemaNode): ReadonlySet<string> {
  const names = new Set<string>();
  const seen = new Set<Json>();
  let top: SchemaNode = node;
  while (top.parent && sameValue.has(top.keyword ?? "")) top = top.parent;
  collect(sources, top.place, top.schema, names, seen);
  return names;
}

const sameValue: ReadonlySet<string> = new Set([
  "allOf",
  "anyOf",
  "oneOf",
  "not",
  "if",
  "then",
  "else",
  "dependentSchemas",
  "dependencies",
]);

function collect(sources: Sources, place: Place, schema: JsonObject, names: Set<string>, seen: Set<Json>): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const properties = own(schema, "properties");
  if (isObject(properties)) for (const name of Object.keys(properties)) names.add(name);
  const ref = own(schema, "$ref");
  const target = typeof ref === "string" ? refTarget(place.file, ref) : undefined;
  const resolved = target?.kind === "local" ? resolvePlace(sources, target.place) : undefined;
  const value = resolved && valueOf(sources, resolved);
  if (resolved && isObject(value)) collect(sources, resolved, value, names, seen);
  for (const keyword of sameValue) {
    const part = own(schema, keyword);
    const parts = Array.isArray(part) ? (part as readonly Json[]) : [part];
    for (const [index, item] of parts.entries()) {
      const pointer = childPointer(place.pointer, keyword) + (Array.isArray(part) ? `/${index}` : "");
      if (isObject(item)) collect(sources, { file: place.file, pointer }, item, names, seen);
    }
  }
}
