import { OBJECT } from "./node.ts";
import type { Node } from "./node.ts";

/** What is known at a glance about the objects of a formula. */
export interface ObjectFacts {
  readonly required: ReadonlySet<string>;
  /** By name, values it is limited to. */
  readonly listed: ReadonlyMap<string, ReadonlySet<string>>;
  /** By name, types that it can have. */
  readonly types: ReadonlyMap<string, number>;
  /** For each closing: all names that it leaves. */
  readonly closed: readonly ReadonlySet<string>[];
}

/** `undefined` when the formula has values other than objects. */
export function objectFacts(node: Node): ObjectFacts | undefined {
  if (node.mask !== OBJECT) return undefined;
  const required = new Set<string>();
  const listed = new Map<string, ReadonlySet<string>>();
  const types = new Map<string, number>();
  const closed: ReadonlySet<string>[] = [];
  const queue = [node];
  for (let part = queue.pop(); part !== undefined; part = queue.pop()) {
    if (part.kind === "and") queue.push(...part.parts);
    else if (part.kind === "or") {
      const [only, ...others] = part.parts.filter(({ mask }) => (mask & OBJECT) !== 0);
      if (only !== undefined && others.length === 0) queue.push(only);
    } else if (part.kind === "someName" || part.kind === "allNames") {
      if (part.kind === "allNames" && part.inner.mask === 0) {
        const left = namesOutside(part.names);
        if (left !== undefined) closed.push(left);
      }
      const name = part.names.kind === "enum" ? [...part.names.values.values()] : [];
      if (name.length !== 1) continue;
      const key = String(name[0]);
      if (part.kind === "someName") required.add(key);
      else {
        const values = listedValues(part.inner);
        if (values !== undefined) listed.set(key, values);
        types.set(key, part.inner.mask & (types.get(key) ?? part.inner.mask));
      }
    }
  }
  return { required, listed, types, closed };
}

/** The names that a set of names leaves out, where they are listed. */
function namesOutside(names: Node): ReadonlySet<string> | undefined {
  const parts = names.kind === "and" ? names.parts : [names];
  const excluded = parts.flatMap((part) => (part.kind === "notEnum" ? [...part.values.values()] : []));
  const isListed = parts.every((part) => part.kind === "notEnum" || part.kind === "types");
  return isListed ? new Set(excluded.map(String)) : undefined;
}

function listedValues(node: Node): ReadonlySet<string> | undefined {
  const parts = node.kind === "and" ? node.parts : [node];
  for (const part of parts) if (part.kind === "enum") return new Set(part.values.keys());
  return undefined;
}

/** Does a property that must be there tell the two apart? */
export function excludeEachOther(a: ObjectFacts | undefined, b: ObjectFacts | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  if (isForbidden(a, b) || isForbidden(b, a)) return true;
  for (const name of new Set([...a.required, ...b.required])) {
    const [values, others] = [a.listed.get(name), b.listed.get(name)];
    if (values !== undefined && others !== undefined && ![...values].some((value) => others.has(value))) return true;
    if (((a.types.get(name) ?? -1) & (b.types.get(name) ?? -1)) === 0) return true;
  }
  return false;
}

/** Does one demand a name that the other is closed to? */
function isForbidden({ required }: ObjectFacts, { closed }: ObjectFacts): boolean {
  return closed.some((names) => [...required].some((name) => !names.has(name)));
}
