import { canonical, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { ChangeCode } from "../types.ts";
import type { Composed } from "./composed.ts";
import { show } from "./difference.ts";
import type { DifferenceInput, Differences, Effect } from "./difference.ts";

/** Both schemas at one place and how to speak of it. */
export interface Pair {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly older: string;
  readonly newer: string;
  /** The place within an event, for example `data.items[].price`; empty for the event itself. */
  readonly path: string;
}

/** Upper limits tighten when they fall, lower limits when they rise. */
const UPPER = ["maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"];
const LOWER = ["minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"];
const OTHERS = ["multipleOf", "pattern", "format", "uniqueItems", "dependentRequired"];
const DOCUMENTATION = [
  "title",
  "description",
  "$comment",
  "examples",
  "example",
  "deprecated",
  "readOnly",
  "writeOnly",
];

/** The path of a property of what is at `path`; `undefined` stands for any name. */
export function pathTo(path: string, name: string | undefined): string {
  if (name !== undefined && !/^[\w$@-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? (name ?? "*") : `${path}.${name ?? "*"}`;
}

export function subject({ path }: Pair): string {
  return path === "" ? "The event" : `\`${path}\``;
}

/**
 * Compares the keywords whose values are no schemas. Returns whether the types have nothing in common, so that no other
 * difference matters.
 */
export function scalarKeywords(
  pair: Pair,
  elsewhere: { readonly older: Composed; readonly newer: Composed },
  differences: Differences,
): boolean {
  if (types(pair, elsewhere, differences)) return true;
  values(pair, differences);
  for (const keyword of UPPER) limit(pair, keyword, -1, differences);
  for (const keyword of LOWER) limit(pair, keyword, 1, differences);
  for (const keyword of OTHERS) other(pair, keyword, differences);
  annotation(pair, "default", "default-changed", differences);
  for (const keyword of DOCUMENTATION) annotation(pair, keyword, "annotation-changed", differences);
  return false;
}

function at(pair: Pair, keyword: string): Pick<DifferenceInput, "older" | "newer" | "keyword"> {
  return {
    older: Object.hasOwn(pair.before, keyword) ? `${pair.older}/${keyword}` : pair.older,
    newer: Object.hasOwn(pair.after, keyword) ? `${pair.newer}/${keyword}` : pair.newer,
    keyword,
  };
}

/** The types a schema allows by `type` or, without it, by the values it lists; `undefined` for any. */
function declaredType(schema: JsonObject, elsewhere: Composed): unknown {
  const type = own(schema, "type") ?? elsewhere.type;
  if (type !== undefined) return type;
  const listed = listedValues(schema);
  if (listed === undefined || listed.length === 0) return undefined;
  const names = [...new Set(listed.map(typeName))];
  return names.length === 1 ? names[0] : names;
}

function typeName(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "number";
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function typesOf(type: unknown): Set<string> {
  const list = type === undefined ? [] : Array.isArray(type) ? type.map(String) : [String(type)];
  const names = new Set(list.length === 0 ? ["null", "boolean", "number", "string", "array", "object"] : list);
  if (names.has("number")) names.add("integer");
  return names;
}

/** Returns whether no type is allowed by both. */
function types(
  pair: Pair,
  elsewhere: { readonly older: Composed; readonly newer: Composed },
  differences: Differences,
): boolean {
  const { before, after } = pair;
  const [was, is] = [declaredType(before, elsewhere.older), declaredType(after, elsewhere.newer)];
  const old = typesOf(was);
  const next = typesOf(is);
  const gone = [...old].some((name) => !next.has(name));
  const come = [...next].some((name) => !old.has(name));
  if (!gone && !come) return false;
  // Where the types are those of listed values, the change of the list says it better.
  const listed = (schema: JsonObject): boolean =>
    own(schema, "type") === undefined && listedValues(schema) !== undefined;
  if (gone !== come && listed(gone ? after : before)) return false;
  const kind = gone && come ? "changed" : gone ? "narrowed" : "widened";
  const text = (type: unknown): string => (type === undefined ? "any type" : show(type));
  differences.add(
    {
      ...at(pair, "type"),
      code: `type-${kind}`,
      effect: gone && come ? "both" : gone ? "narrows" : "widens",
      message: `${subject(pair)} was ${text(was)} and is ${text(is)} now.`,
      ...(gone && come
        ? { hint: "Add a property with the new type and keep the old one, or publish a new version." }
        : {}),
    },
    before["type"],
    after["type"],
  );
  return ![...old].some((name) => next.has(name));
}

function listedValues(schema: JsonObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, "const")) return [schema["const"]];
  const list = own(schema, "enum");
  return Array.isArray(list) ? list : undefined;
}

function values(pair: Pair, differences: Differences): void {
  const old = listedValues(pair.before);
  const next = listedValues(pair.after);
  if (old === undefined && next === undefined) return;
  const keyword = Object.hasOwn(pair.after, "enum") || Object.hasOwn(pair.before, "enum") ? "enum" : "const";
  const oldTexts = new Set(old?.map((value) => canonical(value)));
  const nextTexts = new Set(next?.map((value) => canonical(value)));
  const gone =
    next === undefined ? [] : old === undefined ? undefined : old.filter((value) => !nextTexts.has(canonical(value)));
  const come =
    old === undefined ? [] : next === undefined ? undefined : next.filter((value) => !oldTexts.has(canonical(value)));
  const narrows = gone === undefined || gone.length > 0;
  const widens = come === undefined || come.length > 0;
  if (!narrows && !widens) return;
  const said = [
    gone === undefined
      ? `is now only one of ${show(next)}`
      : gone.length > 0
        ? `can no longer be ${gone.map(show).join(", ")}`
        : "",
    come === undefined
      ? "is no longer limited to listed values"
      : come.length > 0
        ? `can now also be ${come.map(show).join(", ")}`
        : "",
  ];
  const kind = narrows && widens ? "changed" : narrows ? "narrowed" : "widened";
  differences.add(
    {
      ...at(pair, keyword),
      code: `enum-${kind}`,
      effect: narrows && widens ? "both" : narrows ? "narrows" : "widens",
      message: `${subject(pair)} ${said.filter((part) => part !== "").join(" and ")}.`,
    },
    old,
    next,
  );
}

function limit(pair: Pair, keyword: string, sign: 1 | -1, differences: Differences): void {
  const old = own(pair.before, keyword);
  const next = own(pair.after, keyword);
  if (old === next || (typeof old !== "number" && typeof next !== "number")) return;
  const tightened = typeof old !== "number" || (typeof next === "number" && (next - old) * sign > 0);
  report(pair, keyword, tightened ? "tightened" : "loosened", differences);
}

function other(pair: Pair, keyword: string, differences: Differences): void {
  const old = own(pair.before, keyword);
  const next = own(pair.after, keyword);
  if (canonical(old) === canonical(next)) return;
  const absent = (value: unknown): boolean => value === undefined || value === false;
  if (absent(old) && absent(next)) return;
  report(pair, keyword, absent(old) ? "tightened" : absent(next) ? "loosened" : "changed", differences);
}

function report(
  pair: Pair,
  keyword: string,
  kind: "tightened" | "loosened" | "changed",
  differences: Differences,
): void {
  const old = own(pair.before, keyword);
  const next = own(pair.after, keyword);
  const effects: Readonly<Record<typeof kind, Effect>> = { tightened: "narrows", loosened: "widens", changed: "both" };
  const was = old === undefined ? "had none" : `was ${show(old)}`;
  const is = next === undefined ? "is gone" : `is ${show(next)} now`;
  differences.add(
    {
      ...at(pair, keyword),
      code: `constraint-${kind}`,
      effect: effects[kind],
      message:
        old === undefined
          ? `${subject(pair)} now has ${keyword} ${show(next)}.`
          : `The ${keyword} of ${subject(pair).replace("The", "the")} ${was} and ${is}.`,
    },
    old,
    next,
  );
}

function annotation(pair: Pair, keyword: string, code: ChangeCode, differences: Differences): void {
  const old = own(pair.before, keyword);
  const next = own(pair.after, keyword);
  if (canonical(old) === canonical(next)) return;
  differences.add(
    {
      ...at(pair, keyword),
      code,
      effect: "none",
      message: `The ${keyword} of ${subject(pair).replace("The", "the")} changed.`,
    },
    old,
    next,
  );
}
