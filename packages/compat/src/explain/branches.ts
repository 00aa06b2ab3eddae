import { canonical, isObject, own } from "../schema/json.ts";

/** Which alternatives of two lists are the same one, by index, and which left or came. */
export interface Alignment {
  readonly same: readonly (readonly [number, number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/** Pairs equal branches first, then branches of one name (`$ref`, `title`, discriminating constant), then by order. */
export function alignBranches(before: readonly unknown[], after: readonly unknown[]): Alignment {
  const same: [number, number][] = [];
  let left = [...before.keys()];
  let right = [...after.keys()];
  for (const name of [canonical, identity]) {
    const byName = new Map<string, number[]>();
    for (const index of right) {
      const key = name(after[index]);
      if (key !== undefined) byName.set(key, [...(byName.get(key) ?? []), index]);
    }
    left = left.filter((index) => {
      const key = name(before[index]);
      const partner = key === undefined ? undefined : byName.get(key)?.shift();
      if (partner === undefined) return true;
      same.push([index, partner]);
      return false;
    });
    const taken = new Set(same.map(([, to]) => to));
    right = right.filter((index) => !taken.has(index));
  }
  if (left.length === right.length) {
    for (const [position, index] of left.entries()) same.push([index, right[position] ?? 0]);
    return { same, removed: [], added: [] };
  }
  return { same, removed: left, added: right };
}

/** What a person would call the branch. */
function identity(schema: unknown): string | undefined {
  if (!isObject(schema)) return undefined;
  for (const keyword of ["$ref", "title"]) {
    const value = own(schema, keyword);
    if (typeof value === "string") return `${keyword}:${value}`;
  }
  const properties = own(schema, "properties");
  if (isObject(properties)) {
    for (const name of Object.keys(properties)) {
      const property = properties[name];
      if (isObject(property) && Object.hasOwn(property, "const")) return `${name}=${canonical(property["const"])}`;
    }
  }
  const type = own(schema, "type");
  return type === undefined ? undefined : `type:${canonical(type)}`;
}
