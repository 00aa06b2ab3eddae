import { below } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { canonical, isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { entriesOf, listOf, meant, membersOf } from "./members.ts";

/** The alternatives that may hold for a value beside another one, as far as their types and constants tell. */
export function overlapping(alternatives: readonly Place[]): readonly Place[] {
  const outlines = alternatives.map(outlineOf);
  return alternatives.filter((_, at) =>
    outlines.some((other, index) => index !== at && !excludes(outlines[at] as Outline, other)),
  );
}

/** What is said of a value whichever alternatives of it hold. */
interface Outline {
  readonly types: readonly ReadonlySet<unknown>[];
  readonly required: ReadonlySet<unknown>;
  /** The values, as text, that a property is confined to. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
}

function outlineOf(place: Place): Outline {
  const members = membersOf([place]).all.filter(({ choices }) => choices.size === 0);
  const required = new Set(members.flatMap(({ schema }) => listOf(schema, "required")));
  const types = members.flatMap(({ schema }) => {
    const type = own(schema, "type");
    return type === undefined ? [] : [new Set([type].flat().map((name) => (name === "integer" ? "number" : name)))];
  });
  const values = new Map<string, ReadonlySet<string>>();
  for (const member of members) {
    for (const [name, property] of entriesOf(member.schema, "properties")) {
      const { schema } = meant(below(member.place, property));
      const listed = isObject(schema) ? valuesOf(schema) : undefined;
      if (listed !== undefined) values.set(name, new Set(listed.map((value) => canonical(value))));
    }
  }
  return { types, required, values };
}

function valuesOf(schema: JsonObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  const values = own(schema, "enum");
  return Array.isArray(values) ? values : undefined;
}

function excludes(one: Outline, other: Outline): boolean {
  if (one.types.some((types) => other.types.some((others) => isApart(types, others)))) return true;
  return [...one.values].some(([name, values]) => {
    const others = other.values.get(name);
    const isThere = one.required.has(name) || other.required.has(name);
    return isThere && others !== undefined && isApart(values, others);
  });
}

const isApart = <T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean => ![...one].some((item) => other.has(item));
