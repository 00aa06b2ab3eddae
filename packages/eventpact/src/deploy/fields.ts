import { jsonPath } from "../contracts/projection.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { valueAt } from "../read/pointer.ts";
import type { Transfer } from "./contents.ts";
import type { StoredPayload } from "./objects.ts";
import type { World } from "./world.ts";
import { named } from "./world.ts";

/**
 * How far a field is: optional in the schema, filled by every producer (its schema requires it), used by consumers (their
 * contracts name it), on its way out (deprecated or gone, while somebody still uses it).
 */
export interface FieldUse {
  /** `$.data.email`. */
  readonly field: string;
  readonly change: "added" | "required" | "optional" | "deprecated" | "removed";
  /** Deployed versions that promise it in what they send, and those that send the event without that promise. */
  readonly filledBy: readonly string[];
  readonly notFilledBy: readonly string[];
  /** Deployed versions whose contracts name it, and those that hear the event without naming it. */
  readonly usedBy: readonly string[];
  readonly notUsedBy: readonly string[];
}

interface Field {
  readonly required: boolean;
  readonly deprecated: boolean;
}

/** The fields of an event that differ between what is deployed and what is described. */
export function fieldMoves(changed: Transfer, before: readonly Transfer[], world: World): readonly FieldUse[] {
  const target = fieldsOf(changed.message.payload);
  const older = before.map(({ message }) => fieldsOf(message.payload));
  const names = [...new Set([target, ...older].flatMap((fields) => [...fields.keys()]))].toSorted();
  return names.flatMap((field) => {
    const is = target.get(field);
    const was = older.map((fields) => fields.get(field));
    const change = changeOf(is, was);
    return change === undefined ? [] : [{ field, change, ...usesOf(field, changed, world) }];
  });
}

function changeOf(is: Field | undefined, was: readonly (Field | undefined)[]): FieldUse["change"] | undefined {
  if (is === undefined) return "removed";
  if (is.deprecated && was.some((one) => one?.deprecated !== true)) return "deprecated";
  if (was.includes(undefined)) return "added";
  if (was.some((one) => one?.required !== is.required)) return is.required ? "required" : "optional";
  return undefined;
}

function usesOf(field: string, { event, topic }: Transfer, { present }: World): Omit<FieldUse, "field" | "change"> {
  const senders = present.flatMap((placed) =>
    placed.contents.sends
      .filter((one) => one.event === event && one.topic === topic)
      .map(({ message }) => ({ who: named(placed), fills: fieldsOf(message.payload).get(field)?.required === true })),
  );
  const readers = present
    .filter(({ contents }) => contents.receives.some((one) => one.event === event && one.topic === topic))
    .map((placed) => {
      const mine = placed.contents.pacts.flatMap(({ interactions }) =>
        interactions.filter((one) => one.event === event),
      );
      const uses = mine.some((one) => one.uses.includes(field) || names(one.contents, field));
      return { who: named(placed), uses };
    });
  return {
    filledBy: senders.filter(({ fills }) => fills).map(({ who }) => who),
    notFilledBy: senders.filter(({ fills }) => !fills).map(({ who }) => who),
    usedBy: readers.filter(({ uses }) => uses).map(({ who }) => who),
    notUsedBy: readers.filter(({ uses }) => !uses).map(({ who }) => who),
  };
}

/** Whether a contract's contents have the field. */
function names(contents: Json, field: string, path: readonly string[] = []): boolean {
  if (jsonPath(path) === field) return true;
  if (Array.isArray(contents)) return (contents as readonly Json[]).some((item) => names(item, field, [...path, "0"]));
  return isObject(contents) && Object.entries(contents).some(([name, inner]) => names(inner, field, [...path, name]));
}

const MAX_DEPTH = 12;

/** Every property that the schema declares, through `$ref`, `allOf` and items. */
export function fieldsOf(payload: StoredPayload): ReadonlyMap<string, Field> {
  const found = new Map<string, Field>();
  if (payload.kind === "json-schema") collect(payload.schema, payload.schema, [], found, MAX_DEPTH);
  return found;
}

function collect(root: Json, schema: Json, path: readonly string[], found: Map<string, Field>, depth: number): void {
  if (depth === 0 || !isObject(schema)) return;
  const ref = own(schema, "$ref");
  if (typeof ref === "string" && ref.startsWith("#")) {
    const target = valueAt(root, decodeURIComponent(ref.slice(1)));
    if (target !== undefined) collect(root, target, path, found, depth - 1);
  }
  const parts = own(schema, "allOf");
  if (Array.isArray(parts)) for (const part of parts as readonly Json[]) collect(root, part, path, found, depth - 1);
  const required = own(schema, "required");
  const properties = own(schema, "properties");
  for (const [name, inner] of Object.entries(isObject(properties) ? properties : {})) {
    const here = [...path, name];
    const known = found.get(jsonPath(here));
    const isRequired = Array.isArray(required) && required.includes(name);
    found.set(jsonPath(here), {
      required: isRequired || known?.required === true,
      deprecated: own(inner, "deprecated") === true || known?.deprecated === true,
    });
    collect(root, inner, here, found, depth - 1);
  }
  const items = own(schema, "items");
  if (isObject(items)) collect(root, items, [...path, "0"], found, depth - 1);
}
