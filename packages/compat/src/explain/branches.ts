import { canonical, isObject, own } from "../schema/json.ts";
import type { Branch } from "./unions.ts";

/** Which alternatives of two lists are the same one, by index, and which left or came. */
export interface Alignment {
  readonly same: readonly (readonly [number, number])[];
  readonly removed: readonly number[];
  readonly added: readonly number[];
}

/**
 * Pairs equal branches first, wherever they stand, then branches of one name (reference, title, discriminating constant),
 * then of one type, then by order; never two that a constant tells apart.
 */
export function alignBranches(before: readonly Branch[], after: readonly Branch[]): Alignment {
  const same: [number, number][] = [];
  let left = [...before.keys()];
  let right = [...after.keys()];
  const pair = (from: number, to: number): void => {
    same.push([from, to]);
    left = left.filter((index) => index !== from);
    right = right.filter((index) => index !== to);
  };
  for (const name of NAMES) {
    for (const from of left) {
      const key = name(before[from]);
      if (key === undefined) continue;
      const to = right.find((index) => name(after[index]) === key && !toldApart(before[from], after[index]));
      if (to !== undefined) pair(from, to);
    }
  }
  if (left.length !== right.length) return { same, removed: left, added: right };
  for (const from of left) {
    const to = right.find((index) => !toldApart(before[from], after[index]));
    if (to !== undefined) pair(from, to);
  }
  return { same, removed: left, added: right };
}

const NAMES: readonly ((branch: Branch | undefined) => string | undefined)[] = [
  (branch) => canonical(branch?.written),
  (branch) => canonical(branch?.place.schema),
  (branch) => {
    const [first] = constantsOf(branch);
    return first === undefined ? undefined : first.join("=");
  },
  (branch) => text(branch?.written, "$ref"),
  (branch) => text(branch?.place.schema, "title"),
  (branch) => {
    const type = isObject(branch?.place.schema) ? own(branch.place.schema, "type") : undefined;
    return type === undefined ? undefined : canonical(type);
  },
];

function text(schema: unknown, keyword: string): string | undefined {
  const value = isObject(schema) ? own(schema, keyword) : undefined;
  return typeof value === "string" ? value : undefined;
}

/** The properties with one value each, which name the kind of thing. */
function constantsOf(branch: Branch | undefined): (readonly [string, string])[] {
  const properties = isObject(branch?.place.schema) ? own(branch.place.schema, "properties") : undefined;
  if (!isObject(properties)) return [];
  return Object.keys(properties).flatMap((name) => {
    const property = properties[name];
    if (!isObject(property)) return [];
    const listed = Object.hasOwn(property, "const") ? [property["const"]] : own(property, "enum");
    return Array.isArray(listed) && listed.length === 1 ? [[name, canonical(listed[0])] as const] : [];
  });
}

function toldApart(one: Branch | undefined, other: Branch | undefined): boolean {
  const theirs = new Map(constantsOf(other));
  return constantsOf(one).some(([name, value]) => theirs.has(name) && theirs.get(name) !== value);
}
