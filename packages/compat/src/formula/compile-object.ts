import { below } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { isCount, isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Json } from "../types.ts";
import type { Compiler } from "./compile.ts";
import { OBJECT } from "./node.ts";
import type { Node } from "./node.ts";

/** The names a schema's own `properties` and `patternProperties` speak about, as a formula over strings. */
export function declaredNames(compiler: Compiler, schema: JsonObject): Node {
  const { store } = compiler;
  const properties = own(schema, "properties");
  const patterns = own(schema, "patternProperties");
  return store.or([
    store.enumeration(isObject(properties) ? Object.keys(properties) : []),
    ...(isObject(patterns) ? Object.keys(patterns).map((pattern) => store.pattern(pattern)) : []),
  ]);
}

/** Adds what a schema's keywords for objects say. */
export function objectKeywords(compiler: Compiler, schema: JsonObject, place: Place, parts: Node[]): void {
  const { store } = compiler;
  const say = (node: Node): void => void parts.push(compiler.when(OBJECT, node));
  const named = (name: string): Node => store.enumeration([name]);
  const properties = own(schema, "properties");
  if (isObject(properties)) {
    const each = Object.keys(properties).map((name) =>
      store.allNames(named(name), compiler.child(place, properties[name])),
    );
    if (each.length > 0) say(store.and(each));
  }
  const patterns = own(schema, "patternProperties");
  if (isObject(patterns)) {
    for (const pattern of Object.keys(patterns)) {
      say(store.allNames(store.pattern(pattern), compiler.child(place, patterns[pattern])));
    }
  }
  const others = own(schema, "additionalProperties");
  if (others !== undefined) {
    say(store.allNames(store.not(declaredNames(compiler, schema)), compiler.child(place, others)));
  }
  const names = own(schema, "propertyNames");
  if (names !== undefined) say(store.allNames(store.not(compiler.child(place, names)), store.never));
  const required = own(schema, "required");
  if (Array.isArray(required)) {
    const each = required.filter((name) => typeof name === "string").map((name) => has(compiler, name));
    if (each.length > 0) say(store.and(each));
  }
  const least = own(schema, "minProperties");
  const most = own(schema, "maxProperties");
  if (isCount(least)) say(store.size("ge", least));
  if (isCount(most)) say(store.size("le", most));
  dependencies(compiler, schema, place, say);
}

function dependencies(compiler: Compiler, schema: JsonObject, place: Place, say: (node: Node) => void): void {
  const { store } = compiler;
  const keywords =
    place.document.dialect === "draft-07"
      ? ["dependencies"]
      : ["dependentRequired", "dependentSchemas", "dependencies"];
  for (const keyword of keywords) {
    const byName = own(schema, keyword);
    if (!isObject(byName)) continue;
    for (const name of Object.keys(byName)) {
      const need = byName[name];
      if (Array.isArray(need) && keyword === "dependentSchemas") continue;
      if (!Array.isArray(need) && keyword === "dependentRequired") continue;
      const needed = Array.isArray(need)
        ? store.and(need.filter((key) => typeof key === "string").map((key) => has(compiler, key)))
        : compiler.compile(below(place, need));
      say(store.or([store.allNames(store.enumeration([name]), store.never), needed]));
    }
  }
}

/** "The object has this property." */
export function has(compiler: Compiler, name: string): Node {
  return compiler.store.someName(compiler.store.enumeration([name as Json]), compiler.store.always);
}
