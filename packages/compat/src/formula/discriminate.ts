import { OBJECT } from "./node.ts";
import type { Node } from "./node.ts";

/** What is known at a glance about the objects of a formula: required names, and names with listed values. */
export interface ObjectFacts {
  readonly required: ReadonlySet<string>;
  readonly listed: ReadonlyMap<string, ReadonlySet<string>>;
}

/** `undefined` when the formula has values other than objects. */
export function objectFacts(node: Node): ObjectFacts | undefined {
  if (node.mask !== OBJECT) return undefined;
  const required = new Set<string>();
  const listed = new Map<string, ReadonlySet<string>>();
  const queue = [node];
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    if (part.kind === "and") queue.push(...part.parts);
    else if (part.kind === "or") {
      const [only, ...others] = part.parts.filter(({ mask }) => (mask & OBJECT) !== 0);
      if (only !== undefined && others.length === 0) queue.push(only);
    } else if (part.kind === "someName" || part.kind === "allNames") {
      const name = part.names.kind === "enum" ? [...part.names.values.values()] : [];
      if (name.length !== 1) continue;
      if (part.kind === "someName") required.add(String(name[0]));
      else {
        const values = listedValues(part.inner);
        if (values !== undefined) listed.set(String(name[0]), values);
      }
    }
  }
  return { required, listed };
}

function listedValues(node: Node): ReadonlySet<string> | undefined {
  const parts = node.kind === "and" ? node.parts : [node];
  for (const part of parts) if (part.kind === "enum") return new Set(part.values.keys());
  return undefined;
}

/** Does a property that must be there tell the two apart? */
export function excludeEachOther(a: ObjectFacts | undefined, b: ObjectFacts | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  for (const [name, values] of a.listed) {
    const others = b.listed.get(name);
    if (others === undefined || !(a.required.has(name) || b.required.has(name))) continue;
    if (![...values].some((value) => others.has(value))) return true;
  }
  return false;
}
