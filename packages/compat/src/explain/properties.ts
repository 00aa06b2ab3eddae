import { acceptsAll } from "../schema/dialect.ts";
import { canonical, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Composed } from "./composed.ts";
import { show } from "./difference.ts";
import type { Differences, Effect } from "./difference.ts";
import { pathTo, subject } from "./scalar-keywords.ts";
import type { Pair } from "./scalar-keywords.ts";

/** What matters of a policy for judging a property that comes or goes. */
export interface PolicyView {
  /** Undeclared keys may be in the data. */
  readonly anyKeys: boolean;
  readonly ignoresUnknown: boolean;
  readonly fillsDefaults: boolean;
}

interface Side {
  readonly properties: JsonObject;
  /** Required by the schema itself, and by it or what it is composed of. */
  readonly own: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  readonly closed: boolean;
}

/** What both schemas say elsewhere, through `allOf` and references. */
export interface Elsewhere {
  readonly older: Composed;
  readonly newer: Composed;
}

/**
 * Compares which properties two schemas declare and require. Returns the names that both declare. What one of them
 * declares elsewhere has neither come nor gone.
 */
export function propertyChanges(
  pair: Pair,
  elsewhere: Elsewhere,
  view: PolicyView,
  differences: Differences,
): string[] {
  const before = side(pair.before, elsewhere.older);
  const after = side(pair.after, elsewhere.newer);
  const missing = (name: string, other: Side, rest: Composed): boolean =>
    !Object.hasOwn(other.properties, name) && !rest.properties.has(name);
  const removed = Object.keys(before.properties).filter((name) => missing(name, after, elsewhere.newer));
  const added = Object.keys(after.properties).filter((name) => missing(name, before, elsewhere.older));
  const handled = new Set([...removed, ...added]);
  for (const [from, to] of renames(before, after, removed, added)) {
    differences.add(
      {
        code: "property-renamed",
        older: `${pair.older}/properties${pointerStep(from)}`,
        newer: `${pair.newer}/properties${pointerStep(to)}`,
        keyword: "properties",
        effect: before.required.has(from) || after.required.has(to) ? "both" : strictEffect("both", view),
        notable: true,
        message: `${name(pair, from)} is gone and ${name(pair, to)} with an equal schema came: probably a rename.`,
        hint: `Keep ${show(from)} beside ${show(to)} until every reader has moved.`,
      },
      from,
      to,
    );
    removed.splice(removed.indexOf(from), 1);
    added.splice(added.indexOf(to), 1);
  }
  for (const key of removed) removal(pair, before, after, key, view, differences);
  for (const key of added) addition(pair, before, after, key, view, differences);
  requirements(pair, before, after, handled, view, differences);
  return Object.keys(before.properties).filter((key) => Object.hasOwn(after.properties, key));
}

function side(schema: JsonObject, elsewhere: Composed): Side {
  const properties = own(schema, "properties");
  const required = own(schema, "required");
  return {
    properties: isObject(properties) ? properties : {},
    own: new Set(Array.isArray(required) ? required.map(String) : []),
    required: new Set([...(Array.isArray(required) ? required.map(String) : []), ...elsewhere.required]),
    closed: own(schema, "additionalProperties") === false || own(schema, "unevaluatedProperties") === false,
  };
}

function name(pair: Pair, key: string): string {
  return `\`${pathTo(pair.path, key)}\``;
}

/** An effect that only undeclared keys or closed objects can have. */
function strictEffect(effect: Effect, { anyKeys, ignoresUnknown }: PolicyView): Effect {
  return anyKeys || !ignoresUnknown ? effect : "none";
}

/** One property gone and one come with the same, not trivial, schema; only where the pairing is unique. */
function renames(before: Side, after: Side, removed: readonly string[], added: readonly string[]): [string, string][] {
  if (removed.length === 0 || added.length === 0 || removed.length > 200 || added.length > 200) return [];
  const text = ({ properties, required }: Side, key: string): string =>
    `${required.has(key)}${canonical(properties[key])}`;
  const found: [string, string][] = [];
  for (const key of removed) {
    const same = added.filter((other) => text(after, other) === text(before, key));
    const rivals = removed.filter((other) => text(before, other) === text(before, key));
    const [only] = same;
    if (only !== undefined && same.length === 1 && rivals.length === 1) found.push([key, only]);
  }
  return found;
}

function removal(pair: Pair, before: Side, after: Side, key: string, view: PolicyView, differences: Differences): void {
  const wasRequired = before.required.has(key) && !after.required.has(key);
  const closes = after.closed && !view.ignoresUnknown;
  const widens = wasRequired || (!after.closed && view.anyKeys);
  differences.add(
    {
      code: "property-removed",
      older: `${pair.older}/properties${pointerStep(key)}`,
      newer: pair.newer,
      keyword: "properties",
      effect: widens && closes ? "both" : widens ? "widens" : closes ? "narrows" : "none",
      notable: true,
      message: `${name(pair, key)} ${wasRequired ? "was required and " : ""}is no longer declared.`,
      hint: "Somebody may still read it: deprecate it first, and remove it when nobody does.",
    },
    before.properties[key],
    undefined,
  );
}

function addition(
  pair: Pair,
  before: Side,
  after: Side,
  key: string,
  view: PolicyView,
  differences: Differences,
): void {
  const schema = after.properties[key];
  const required = after.required.has(key) && !before.required.has(key);
  const filled = view.fillsDefaults && isObject(schema) && Object.hasOwn(schema, "default");
  const anyValue = view.anyKeys && !before.closed && !acceptsAll(schema);
  const narrows = (required && !filled) || anyValue;
  const widens = before.closed && !view.ignoresUnknown;
  differences.add(
    {
      code: required ? "required-property-added" : "property-added",
      older: pair.older,
      newer: `${pair.newer}/properties${pointerStep(key)}`,
      keyword: required ? "required" : "properties",
      effect: narrows && widens ? "both" : narrows ? "narrows" : widens ? "widens" : "none",
      message: required
        ? `${name(pair, key)} was added and must be there; older data does not have it.`
        : `${name(pair, key)} was added${anyValue ? `; older data could already carry this key with another kind of value, because ${openly(pair)}` : ""}.`,
      ...(required && !filled
        ? { hint: "Add it as optional first, or give it a default." }
        : anyValue
          ? { hint: OPEN }
          : {}),
    },
    undefined,
    schema,
  );
}

const OPEN = "Where only declared properties are written, judge by the policy tolerant.";

/** Why an undeclared property may have been there. */
function openly({ before }: Pair): string {
  const said = ["additionalProperties", "unevaluatedProperties"].find((keyword) => Object.hasOwn(before, keyword));
  if (said === undefined) return "the older schema does not forbid undeclared ones";
  const value = before[said];
  return value === true ? `${said} is true` : `${said} allows undeclared ones`;
}

function requirements(
  pair: Pair,
  before: Side,
  after: Side,
  handled: ReadonlySet<string>,
  view: PolicyView,
  differences: Differences,
): void {
  const at = { older: `${pair.older}/required`, newer: `${pair.newer}/required`, keyword: "required" };
  if (!Object.hasOwn(pair.before, "required")) at.older = pair.older;
  if (!Object.hasOwn(pair.after, "required")) at.newer = pair.newer;
  for (const key of after.own) {
    if (before.required.has(key) || handled.has(key)) continue;
    const schema = after.properties[key];
    const filled = view.fillsDefaults && isObject(schema) && Object.hasOwn(schema, "default");
    const message = `${name(pair, key)} was optional and is required now.`;
    differences.add({ ...at, code: "property-required", effect: filled ? "none" : "narrows", message }, undefined, key);
  }
  for (const key of before.own) {
    if (after.required.has(key) || handled.has(key)) continue;
    const message = `${name(pair, key)} was required and is optional now.`;
    differences.add({ ...at, code: "property-optional", effect: "widens", message }, key, undefined);
  }
}

/** Undeclared properties forbidden or allowed. Returns whether the two values are schemas to compare further. */
export function openness(pair: Pair, keyword: string, view: PolicyView, differences: Differences): boolean {
  const old = own(pair.before, keyword);
  const next = own(pair.after, keyword);
  const open = (value: unknown): boolean => value === undefined || acceptsAll(value);
  if (canonical(old) === canonical(next) || (open(old) && open(next))) return false;
  if (isObject(old) && isObject(next) && !open(old) && !open(next)) return true;
  const closes = open(old) || (next === false && old !== false);
  const tolerated = view.ignoresUnknown && !view.anyKeys;
  differences.add(
    {
      code: closes ? "object-closed" : "object-opened",
      older: old === undefined ? pair.older : `${pair.older}/${keyword}`,
      newer: next === undefined ? pair.newer : `${pair.newer}/${keyword}`,
      keyword,
      effect: tolerated ? "none" : closes ? "narrows" : "widens",
      message: closes
        ? `${subject(pair)} no longer takes any undeclared property${next === false ? "" : ", only ones that fit a schema"}.`
        : `${subject(pair)} now takes undeclared properties.`,
    },
    old,
    next,
  );
  return false;
}
