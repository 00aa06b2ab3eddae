import { below, isStatic, resolve } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { ANNOTATIONS } from "../schema/dialect.ts";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";

/** Where a schema leads that says nothing but `$ref`: many say it, and what it leads to is looked at once. */
export function meant(place: Place): Place {
  let here = place;
  for (let steps = 0; steps < 50 && isObject(here.schema); steps++) {
    const { schema } = here;
    const reference = own(schema, "$ref");
    if (typeof reference !== "string" || !Object.keys(schema).every((key) => key === "$ref" || ANNOTATIONS.has(key)))
      break;
    const target = resolve(here, reference);
    if (target === undefined) break;
    here = target;
  }
  return here;
}

/** A step from a value into it: a property by its name, one of those not declared by name, or an item of a list. */
export type Step =
  | { readonly kind: "property"; readonly name: string }
  | { readonly kind: "others" }
  | { readonly kind: "items" };

/** Which alternative of which combinator (its list, or the schema that has the `if`) was gone into. */
export type Choices = ReadonlyMap<object, number>;

/** A schema that may hold for a value, found without stepping into the value. */
export interface Member {
  readonly place: Place;
  readonly schema: JsonObject;
  readonly choices: Choices;
  /** The members through which this one was reached. */
  readonly within: ReadonlySet<Member>;
}

/** All schemas that may hold for one value, and those whose opinion of it decides something else (`not`, `if`). */
export interface Members {
  readonly all: readonly Member[];
  readonly observers: readonly Place[];
  /** Alternatives to choose from. */
  readonly chooses: boolean;
  /** Not everything could be found: a dynamic reference, or too many schemas. */
  readonly partial: boolean;
}

const MOST = 300;

/** Everything that is said about a value by these schemas, together. */
export function membersOf(roots: readonly Place[]): Members {
  const all: Member[] = [];
  const observers: Place[] = [];
  const seen = new Map<JsonObject, Choices[]>();
  let chooses = false;
  let partial = false;
  const visit = (place: Place, choices: Choices, within: ReadonlySet<Member>): void => {
    const { schema } = place;
    if (!isObject(schema) || partial) return;
    const before = seen.get(schema) ?? [];
    if (before.some((other) => isSame(other, choices))) return;
    seen.set(schema, [...before, choices]);
    const member = { place, schema, choices, within };
    const inside = new Set([...within, member]);
    const reference = own(schema, "$ref");
    const target = typeof reference === "string" ? resolve(place, reference) : undefined;
    if (target !== undefined) visit(target, choices, inside);
    if (all.push(member) > MOST) partial = true;
    const dynamic = dynamicTarget(place);
    if (dynamic === "unknown") partial = true;
    else if (dynamic !== undefined) visit(dynamic, choices, inside);
    for (const part of listOf(schema, "allOf")) visit(below(place, part), choices, inside);
    for (const keyword of ["anyOf", "oneOf"]) {
      const branches = listOf(schema, keyword);
      if (branches.length > 1) chooses = true;
      for (const [index, branch] of branches.entries()) {
        visit(below(place, branch), new Map([...choices, [branches, index]]), inside);
      }
    }
    for (const keyword of ["not", "if"]) {
      const value = own(schema, keyword);
      if (value !== undefined) observers.push(below(place, value));
    }
    if (own(schema, "if") !== undefined) {
      for (const [index, keyword] of ["then", "else"].entries()) {
        const value = own(schema, keyword);
        if (value !== undefined) visit(below(place, value), new Map([...choices, [schema, index]]), inside);
      }
    }
    for (const keyword of ["dependentSchemas", "dependencies"]) {
      for (const [, value] of entriesOf(schema, keyword)) visit(below(place, value), choices, inside);
    }
  };
  for (const root of roots) visit(root, new Map(), new Set());
  return { all, observers, chooses, partial };
}

/** Where a dynamic reference leads, if that is known without the dynamic scope. */
function dynamicTarget(place: Place): Place | "unknown" | undefined {
  const schema = place.schema as JsonObject;
  if (place.document.dialect === "draft-07") return undefined;
  if (own(schema, "$recursiveRef") !== undefined) return "unknown";
  const dynamic = own(schema, "$dynamicRef");
  if (typeof dynamic !== "string") return undefined;
  if (!isStatic(place.document, dynamic.slice(dynamic.indexOf("#") + 1))) return "unknown";
  return resolve(place, dynamic);
}

function isSame(one: Choices, other: Choices): boolean {
  return one.size === other.size && [...one].every(([list, index]) => other.get(list) === index);
}

/** Can both hold for one value? Not where they are different alternatives. */
export function isTogether(one: Choices, other: Choices): boolean {
  for (const [list, index] of one) if ((other.get(list) ?? index) !== index) return false;
  return true;
}

/** The schemas that these ask in place, whatever they make of the answers. */
export function flattened(roots: readonly Place[]): { readonly places: readonly Place[]; readonly partial: boolean } {
  const found = new Map<JsonObject, Place>();
  let partial = false;
  const queue = [...roots];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (!isObject(place.schema) || found.has(place.schema)) continue;
    const members = membersOf([place]);
    partial ||= members.partial;
    for (const member of members.all) found.set(member.schema, member.place);
    found.set(place.schema, place);
    queue.push(...members.observers);
  }
  return { places: [...found.values()], partial };
}

const SENSITIVE =
  "properties patternProperties additionalProperties minProperties maxProperties propertyNames required dependentRequired " +
  "dependentSchemas dependencies unevaluatedProperties unevaluatedItems items prefixItems additionalItems contains uniqueItems";
const SENSITIVE_KEYWORDS = SENSITIVE.split(" ");

/** Does the schema look into objects or lists? If not, nothing that happens inside of a value changes what it says. */
export function looksInside(place: Place): boolean {
  const { places, partial } = flattened([place]);
  return (
    partial ||
    places.some(
      ({ schema }) =>
        isObject(schema) &&
        (SENSITIVE_KEYWORDS.some((keyword) => own(schema, keyword) !== undefined) || hasInnerValue(schema)),
    )
  );
}

/** Is something inside of the value described more than once by what holds together? */
export function describedTwice({ all }: Pick<Members, "all">, looks: (place: Place) => boolean): boolean {
  const items = all.filter(({ place }) => itemPlaces(place).some(looks));
  if (items.some((one) => items.some((other) => one !== other && isTogether(one.choices, other.choices)))) return true;
  const names = new Set(all.flatMap(({ schema }) => entriesOf(schema, "properties").map(([name]) => name)));
  return [...names, undefined].some((name) => {
    const found = all.flatMap(({ place, choices }) =>
      propertyPlaces(place, name)
        .filter(looks)
        .map(({ schema }) => ({ schema, choices })),
    );
    return found.some((one, at) =>
      found.slice(at + 1).some((other) => one.schema !== other.schema && isTogether(one.choices, other.choices)),
    );
  });
}

/** Are values with an inside compared as a whole? */
export function hasInnerValue(schema: JsonObject): boolean {
  const values = [own(schema, "const"), ...listOf(schema, "enum")];
  return values.some((value) => typeof value === "object" && value !== null);
}

/** What a schema says of properties: `undefined` as a name stands for those that are not declared in it by name. */
export function propertyPlaces(place: Place, name: string | undefined): readonly Place[] {
  const schema = place.schema as JsonObject;
  const found: unknown[] = [];
  const properties = own(schema, "properties");
  if (name !== undefined && isObject(properties) && Object.hasOwn(properties, name)) found.push(properties[name]);
  for (const [pattern, value] of entriesOf(schema, "patternProperties")) {
    if (name === undefined || matches(pattern, name) !== false) found.push(value);
  }
  if (name === undefined || found.length === 0) {
    for (const keyword of ["additionalProperties", "unevaluatedProperties"]) found.push(own(schema, keyword));
  } else if (place.document.unevaluated) found.push(own(schema, "unevaluatedProperties"));
  return found.filter(isObject).map((value) => below(place, value));
}

/** What a schema says of the items of a list. */
export function itemPlaces(place: Place): readonly Place[] {
  const schema = place.schema as JsonObject;
  const single = ["items", "additionalItems", "unevaluatedItems", "contains"].map((keyword) => own(schema, keyword));
  return [...single, ...listOf(schema, "items"), ...listOf(schema, "prefixItems")]
    .filter(isObject)
    .map((value) => below(place, value));
}

/** Names that the schema may require. */
export function needed(schema: JsonObject): readonly string[] {
  const dependent = ["dependentRequired", "dependencies"].flatMap((keyword) =>
    entriesOf(schema, keyword).flatMap(([, names]) => (Array.isArray(names) ? names : [])),
  );
  return [...listOf(schema, "required"), ...dependent].map(String);
}

export function listOf(schema: JsonObject, keyword: string): readonly unknown[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : [];
}

export function entriesOf(schema: JsonObject, keyword: string): readonly (readonly [string, unknown])[] {
  const value = own(schema, keyword);
  return isObject(value) ? Object.keys(value).map((key) => [key, value[key]] as const) : [];
}
