import { nearest } from "../diagnostics/suggest.ts";
import type { SchemaNode } from "../model/schema-nodes.ts";
import { schemaNodes } from "../model/schema-nodes.ts";
import type { Model } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import type { Rule } from "./rule.ts";

export const schemaRequired: Rule = {
  code: "schema-required",
  category: "schema",
  severity: "warning",
  title: "Every required property is declared.",
  why: "A name under `required` that no `properties` declares is mostly a misspelling, or the rest of a property that was taken away: every event is refused, or carries a field that nobody described. Schemas that are combined declare for each other; what a condition or a `not` asks for need not be declared.",
  check(model, report) {
    let referrers: Referrers | undefined;
    for (const node of schemaNodes(model)) {
      const required = own(node.schema, "required");
      if (!Array.isArray(required) || required.length === 0) continue;
      const properties = own(node.schema, "properties");
      if (required.every((name) => typeof name === "string" && own(properties, name) !== undefined)) continue;
      const declared = declaredFor(model.sources, node, (referrers ??= referrersOf(model)));
      if (declared.isOpen || declared.names.size === 0) continue;
      for (const [index, name] of required.entries()) {
        if (typeof name !== "string" || declared.names.has(name)) continue;
        if (declared.patterns.some((pattern) => fits(pattern, name))) continue;
        const found = nearest(name, declared.names);
        report({
          place: { file: node.place.file, pointer: childPointer(childPointer(node.place.pointer, "required"), index) },
          message: `"${name}" is required, but not declared under "properties".`,
          hint: found ? `Did you mean "${found}"?` : "Declare it, with a description, or take it out of the list.",
        });
      }
    }
  },
};

/** The schemas that refer to a place, by `file#pointer`. */
type Referrers = ReadonlyMap<string, readonly SchemaNode[]>;

function referrersOf(model: Model): Referrers {
  const found = new Map<string, SchemaNode[]>();
  for (const node of schemaNodes(model)) {
    if (typeof own(node.schema, "$ref") !== "string") continue;
    const target = resolvePlace(model.sources, node.place);
    if (target) found.set(idOf(target), [...(found.get(idOf(target)) ?? []), node]);
  }
  return found;
}

interface Declared {
  readonly names: Set<string>;
  readonly patterns: string[];
  /** Other properties are described too, or cannot be known: nothing is missing. */
  isOpen: boolean;
}

/** What the schemas that apply to the same value declare: its own, its parts', those it is a part of or is combined into. */
function declaredFor(sources: Sources, node: SchemaNode, referrers: Referrers): Declared {
  const declared: Declared = { names: new Set(), patterns: [], isOpen: false };
  const [climbed, collected] = [new Set<SchemaNode>(), new Set<Json>()];
  const queue = [node];
  for (let top = queue.pop(); top && !declared.isOpen; top = queue.pop()) {
    for (; !climbed.has(top); top = top.parent) {
      climbed.add(top);
      queue.push(...(referrers.get(idOf(top.place)) ?? []));
      if (!top.parent || !sameValue.has(top.keyword ?? "")) break;
      if (top.keyword === "not" || top.keyword === "if") declared.isOpen = true;
    }
    collect(sources, top.place, top.schema, declared, collected);
  }
  return declared;
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

function collect(sources: Sources, place: Place, schema: JsonObject, declared: Declared, seen: Set<Json>): void {
  if (seen.has(schema)) return;
  seen.add(schema);
  const [properties, patterns] = [own(schema, "properties"), own(schema, "patternProperties")];
  if (isObject(properties)) for (const name of Object.keys(properties)) declared.names.add(name);
  if (isObject(patterns)) declared.patterns.push(...Object.keys(patterns));
  const isDynamic = own(schema, "$dynamicRef") !== undefined || own(schema, "$recursiveRef") !== undefined;
  if (isDynamic || isObject(own(schema, "additionalProperties"))) declared.isOpen = true;
  if (typeof own(schema, "$ref") === "string") {
    const target = resolvePlace(sources, place);
    const value = target && valueOf(sources, target);
    if (target && isObject(value)) collect(sources, target, value, declared, seen);
    else declared.isOpen = true;
  }
  for (const keyword of sameValue) {
    const part = own(schema, keyword);
    const at = childPointer(place.pointer, keyword);
    const isMap = keyword === "dependentSchemas" || keyword === "dependencies";
    const parts = isObject(part) && isMap ? Object.entries(part) : Array.isArray(part) ? [...part.entries()] : [];
    for (const [key, item] of parts)
      if (isObject(item)) collect(sources, { file: place.file, pointer: childPointer(at, key) }, item, declared, seen);
    if (isObject(part) && !isMap) collect(sources, { file: place.file, pointer: at }, part, declared, seen);
  }
}

function idOf({ file, pointer }: Place): string {
  return `${file}#${pointer}`;
}

function fits(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern, "u").test(name);
  } catch {
    return true;
  }
}
