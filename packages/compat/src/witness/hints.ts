import { below, resolve } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { FORMAT_SAMPLES } from "../strings/formats.ts";
import type { Json } from "../types.ts";

export type Path = readonly (string | number)[];

const MAX_PLACES = 200;
const MAX_EXAMPLES = 8;

/** Values a schema itself shows for the place: parts of its examples, its default, its listed values. */
export function shown(root: Place, path: Path): readonly Json[] {
  let places = inPlace([root]);
  let carried = examplesOf(places);
  for (const step of path) {
    places = inPlace(places.flatMap((place) => stepInto(place, step)));
    carried = [...carried.flatMap((value) => partOf(value, step)), ...examplesOf(places)];
  }
  const values = [...carried];
  for (const { schema } of places) {
    if (!isObject(schema)) continue;
    const listed = own(schema, "enum");
    if (Array.isArray(listed)) values.push(...(listed.slice(0, 8) as Json[]));
    const format = own(schema, "format");
    if (typeof format === "string") values.push(...(FORMAT_SAMPLES[format]?.slice(0, 1) ?? []));
  }
  return values;
}

function examplesOf(places: readonly Place[]): Json[] {
  const values: Json[] = [];
  for (const { schema } of places) {
    if (!isObject(schema)) continue;
    const examples = own(schema, "examples");
    if (Array.isArray(examples)) values.push(...(examples as Json[]));
    for (const keyword of ["example", "default", "const"]) {
      if (Object.hasOwn(schema, keyword)) values.push(schema[keyword] as Json);
    }
  }
  return values.slice(0, MAX_EXAMPLES);
}

function partOf(value: Json, step: string | number): Json[] {
  if (Array.isArray(value)) {
    const item = (value as readonly Json[])[Number(step)] ?? (value as readonly Json[])[0];
    return typeof step === "number" && item !== undefined ? [item] : [];
  }
  const part = isObject(value) && typeof step === "string" ? own(value, step) : undefined;
  return part === undefined ? [] : [part as Json];
}

/** The places and all that describe the same values. */
function inPlace(places: readonly Place[]): Place[] {
  const found: Place[] = [];
  const seen = new Set<unknown>();
  const queue = [...places].reverse();
  for (let place = queue.pop(); place !== undefined && found.length < MAX_PLACES; place = queue.pop()) {
    const { schema } = place;
    if (!isObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    found.push(place);
    const children: Place[] = [];
    const reference = own(schema, "$ref");
    const target = typeof reference === "string" ? resolve(place, reference) : undefined;
    if (target !== undefined) children.push(target);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) {
      const list = own(schema, keyword);
      if (Array.isArray(list)) for (const item of list) children.push(below(place, item));
    }
    for (const keyword of ["then", "else"]) {
      if (own(schema, keyword) !== undefined) children.push(below(place, own(schema, keyword)));
    }
    queue.push(...children.reverse());
  }
  return found;
}

function stepInto(place: Place, step: string | number): Place[] {
  const schema = place.schema as JsonObject;
  const children: unknown[] = [];
  if (typeof step === "string") {
    const properties = own(schema, "properties");
    if (isObject(properties) && Object.hasOwn(properties, step)) children.push(properties[step]);
    else children.push(own(schema, "additionalProperties"));
  } else {
    for (const keyword of ["prefixItems", "items"]) {
      const items = own(schema, keyword);
      children.push(Array.isArray(items) ? items[step] : items);
    }
  }
  return children.filter((child) => isObject(child)).map((child) => below(place, child));
}

const BY_NAME: readonly (readonly [RegExp, readonly Json[]])[] = [
  [/e-?mail/i, ["ada@example.com"]],
  [/currency/i, ["EUR"]],
  [/country/i, ["DE"]],
  [/city|town/i, ["Berlin"]],
  [/street|address/i, ["Main Street 1"]],
  [/(zip|postal)_?-?(code)?/i, ["10115"]],
  [/phone|mobile/i, ["+4930123456"]],
  [/ur[il]$|link|href/i, ["https://example.com/"]],
  [/(At|_at|time|timestamp)$/, ["2026-01-15T09:30:00Z"]],
  [/date|day$/i, ["2026-01-15"]],
  [/quantity|count|number|sequence|version|attempt/i, [1, 2, "1"]],
  [/price|amount|total|sum|cost|fee|tax/i, [1999, 19.9, "19.90"]],
  [/sku|product/i, ["SKU-1"]],
  [/status|state/i, ["active"]],
  [/(^|_|-|first|last|full|user|display)name$/i, ["Ada"]],
  [/reason|message|note|comment|description|text/i, ["out of stock"]],
  [/uuid|guid/i, ["7b3c1d7e-4f7a-4c3e-9a51-0d6f2b8c9e10"]],
];

/** Values that read like real ones for a property of this name. */
export function plausible(path: Path): readonly Json[] {
  const name = path.findLast((step) => typeof step === "string") ?? "";
  const identifier = /^(.+?)_?-?id$/i.exec(name)?.[1];
  const values: Json[] = identifier === undefined ? [] : [`${identifier.toLowerCase()}-1`, 1];
  for (const [pattern, samples] of BY_NAME) if (pattern.test(name)) values.push(...samples);
  return [...values, "text", 1, true];
}
