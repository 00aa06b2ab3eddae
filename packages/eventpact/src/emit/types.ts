import type { JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import type { EmitEvent } from "./input.ts";
import { refTarget, simplify } from "./merge-schemas.ts";
import type { Names } from "./names.ts";
import { pascalCase, typeNames } from "./names.ts";
import type { Paragraph } from "./source-text.ts";
import type { Skeleton } from "./type-skeleton.ts";
import { describe, typeSkeleton } from "./type-skeleton.ts";

/** One exported type to be. */
export interface TypePlan {
  readonly name: string;
  readonly skeleton: Skeleton;
  readonly comment: readonly Paragraph[];
  /** Names of other planned types that it mentions. */
  readonly uses: readonly string[];
}

/** The types of one event version. */
export interface EventTypes {
  /** `OrderCreatedV2`: the whole value of the message. */
  readonly name: string;
  /** `OrderCreatedV2Data`: what a sender fills in; the whole value where there is no envelope. */
  readonly dataName: string;
  /** The schema behind `dataName`, folded. */
  readonly dataSchema: JsonSchema;
  /** Declared in the event's own file. */
  readonly own: readonly TypePlan[];
}

export interface Types {
  readonly events: ReadonlyMap<string, EventTypes>;
  /** Types that two or more events mention; one declaration each. */
  readonly shared: readonly TypePlan[];
}

interface Definition {
  readonly name: string;
  /** Absent while it is being planned, so that recursion finds its name. */
  plan?: TypePlan;
  /** Keys of the events that mention it. */
  readonly users: Set<string>;
}

/**
 * Plans the types of all events. A definition becomes one shared type when it has the same name and the same content
 * (with all it refers to) in every event that uses it; else each event gets its own, named after the event.
 */
export function planTypes(events: readonly EmitEvent[]): Types {
  const names = typeNames();
  const roots = new Map(events.map((event) => [event.key, names.take(pascalCase(event.key))]));
  const dataNames = new Map<string, string>();
  for (const event of events) {
    if (event.enveloped) dataNames.set(event.key, names.take(`${roots.get(event.key) ?? ""}Data`));
  }
  const planning: Planning = { roots, dataNames, names, definitions: new Map(), byName: new Map(), hints: new Set() };
  const planned = events.map((event) => ({ key: event.key, types: planEvent(event, planning) }));
  const shared: TypePlan[] = [];
  const local = new Map<string, TypePlan[]>(events.map((event) => [event.key, []]));
  for (const { plan: type, users } of planning.definitions.values()) {
    const [user] = users;
    if (type) (users.size > 1 || user === undefined ? shared : local.get(user))?.push(type);
  }
  const withLocal = planned.map(({ key, types }): [string, EventTypes] => {
    const more = (local.get(key) ?? []).toSorted(byName);
    return [key, { ...types, own: [...types.own, ...more] }];
  });
  return { events: new Map(withLocal), shared: shared.toSorted(byName) };
}

interface Planning {
  readonly roots: ReadonlyMap<string, string>;
  readonly dataNames: ReadonlyMap<string, string>;
  readonly names: Names;
  /** `name` + content → its type. */
  readonly definitions: Map<string, Definition>;
  readonly byName: Map<string, Definition>;
  readonly hints: Set<string>;
}

function planEvent(event: EmitEvent, planning: Planning): EventTypes {
  const { schema } = event;
  const name = planning.roots.get(event.key) ?? "";
  const typeOfRef = (ref: string): string | undefined => nameOfRef(ref, event, planning);
  const plain = simplify(schema, schema);
  const data = own(own(plain, "properties"), "data");
  const dataName = planning.dataNames.get(event.key);
  const deprecated: readonly Paragraph[] = event.lifecycle === "active" ? [] : [{ tag: "@deprecated" }];
  const words = [...describeEvent(event), ...deprecated];
  if (dataName === undefined || data === undefined || !isObject(plain) || plain.oneOf || plain.anyOf) {
    const root = plan(name, words, typeSkeletonOf(schema, schema, typeOfRef));
    if (dataName === undefined) return { name, dataName: name, dataSchema: plain, own: [root] };
    const source = `${name} extends { data: infer Data } ? Data : unknown`;
    const body = plan(dataName, [], { skeleton: { schema: { tsType: "__0__" }, words: [{ source }] }, uses: [] });
    return { name, dataName, dataSchema: data === undefined ? true : (data as JsonSchema), own: [root, body] };
  }
  const root = plan(name, words, typeSkeletonOf(schema, schema, typeOfRef, new Map([["data", dataName]])));
  const dataSchema = data as JsonSchema;
  const body = plan(dataName, describe(data, false), typeSkeletonOf(dataSchema, schema, typeOfRef));
  return { name, dataName, dataSchema, own: [root, body] };
}

interface WithUses {
  readonly skeleton: Skeleton;
  readonly uses: readonly string[];
}

function plan(name: string, comment: readonly Paragraph[], { skeleton, uses }: WithUses): TypePlan {
  return { name, skeleton, comment, uses: uses.filter((used) => used !== name) };
}

/** A skeleton together with the type names that were asked for. */
function typeSkeletonOf(
  schema: JsonSchema,
  root: JsonSchema,
  typeOfRef: (ref: string) => string | undefined,
  named?: ReadonlyMap<string, string>,
): WithUses {
  const uses = new Set<string>(named?.values());
  const skeleton = typeSkeleton(
    schema,
    root,
    (ref) => {
      const used = typeOfRef(ref);
      if (used !== undefined) uses.add(used);
      return used;
    },
    named,
  );
  return { skeleton, uses: [...uses] };
}

function describeEvent(event: EmitEvent): readonly Paragraph[] {
  return [event.title, event.description].filter((text) => text !== undefined);
}

/** The type of a local `$ref` in an event's schema; planned, with what it refers to, when it is new. */
function nameOfRef(ref: string, event: EmitEvent, planning: Planning): string | undefined {
  if (ref === "#") return planning.roots.get(event.key);
  const target = refTarget(event.schema, ref);
  if (target === undefined) return undefined;
  const hint = pascalCase(pointerTokens(decodeURIComponent(ref.slice(1))).at(-1) ?? "");
  const id = `${hint}\n${closure(ref, event.schema)}`;
  const known = planning.definitions.get(id);
  if (known) {
    markUsed(known, event.key, planning);
    return known.name;
  }
  const name = planning.names.take(planning.hints.has(hint) ? `${planning.roots.get(event.key) ?? ""}${hint}` : hint);
  planning.hints.add(hint);
  const definition: Definition = { name, users: new Set([event.key]) };
  planning.definitions.set(id, definition);
  planning.byName.set(name, definition);
  const typeOfRef = (inner: string): string | undefined => nameOfRef(inner, event, planning);
  definition.plan = plan(name, describe(target, false), typeSkeletonOf(target, event.schema, typeOfRef));
  return name;
}

function markUsed(definition: Definition, key: string, planning: Planning): void {
  if (definition.users.has(key)) return;
  definition.users.add(key);
  for (const name of definition.plan?.uses ?? []) {
    const used = planning.byName.get(name);
    if (used) markUsed(used, key, planning);
  }
}

/** The text of a definition and of everything it refers to. */
function closure(ref: string, root: JsonSchema): string {
  const seen = new Map<string, string>();
  const visit = (here: string): void => {
    if (seen.has(here)) return;
    const target = refTarget(root, here) ?? true;
    seen.set(here, canonicalJson(target as Json));
    for (const inner of refsIn(target)) visit(inner);
  };
  visit(ref);
  return JSON.stringify([...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function refsIn(value: Json | JsonSchema): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(refsIn);
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner] : refsIn(inner),
  );
}

function byName(left: TypePlan, right: TypePlan): number {
  return left.name < right.name ? -1 : 1;
}
