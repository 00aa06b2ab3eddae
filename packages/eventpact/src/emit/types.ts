import type { PolicyName } from "@eventpact/compat";
import type { JsonSchema } from "../model/types.ts";
import { isObject, own } from "../read/json.ts";
import type { EmitEvent } from "./input.ts";
import type { Folding } from "./merge-schemas.ts";
import { folding } from "./merge-schemas.ts";
import { schemaClasses } from "./schema-classes.ts";
import type { SchemaGraph } from "./schema-graph.ts";
import { schemaGraph } from "./schema-graph.ts";
import type { Paragraph } from "./source-text.ts";
import type { EventTypeNames, SchemaTypeName } from "./type-names.ts";
import { namesOfEvents, namesOfSchemas } from "./type-names.ts";
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
  readonly folding: Folding;
}

/**
 * Plans the types of all events. A named schema that a type mentions becomes one type, in a declaration that events share
 * where two or more of them mention it.
 */
export function planTypes(
  events: readonly EmitEvent[],
  policy: PolicyName,
  graph: SchemaGraph = schemaGraph(events),
): Types {
  const roots = namesOfEvents(events);
  const classes = schemaClasses(graph);
  const mentioned = new Set<string>();
  const typeOf = (id: string): string | undefined => {
    const first = classes.get(id);
    if (first !== undefined) mentioned.add(first);
    return first === undefined ? undefined : markOf(first);
  };
  const planning: Planning = {
    graph,
    folding: folding((id) => graph.named.get(id)?.schema, policy === "lenient"),
    typeOf,
  };
  const planned = events.map((event) => planEvent(event, roots, planning));
  const definitions = new Map<string, TypePlan>();
  // Grows while it is gone through: a plan mentions further schemas.
  for (const id of mentioned) {
    const schema = graph.named.get(id)?.schema ?? true;
    definitions.set(id, plan(markOf(id), describe(schema, false), typeSkeletonOf(schema, planning)));
  }
  const users = new Map<string, Set<string>>();
  for (const { key, own } of planned)
    for (const id of mentionedBy(own, definitions)) users.set(id, (users.get(id) ?? new Set()).add(key));
  const names = namesOfSchemas(
    [...definitions.keys()],
    events,
    graph,
    classes,
    roots,
    (id) => users.get(id) ?? new Set(),
  );
  const shared: TypePlan[] = [];
  const local = new Map<string, TypePlan[]>(planned.map(({ key }) => [key, []]));
  for (const [id, definition] of definitions) {
    const [user, ...more] = users.get(id) ?? [];
    const place = user !== undefined && more.length === 0 ? local.get(user) : shared;
    if (names.get(id)?.isEvent === false) place?.push(withNames(definition, names));
  }
  const withOwn = planned.map(({ key, own, ...types }): [string, EventTypes] => {
    return [
      key,
      { ...types, own: [...own.map((one) => withNames(one, names)), ...(local.get(key) ?? []).toSorted(byName)] },
    ];
  });
  return { events: new Map(withOwn), shared: shared.toSorted(byName), folding: planning.folding };
}

interface Planning {
  readonly graph: SchemaGraph;
  readonly folding: Folding;
  /** The mark of the type of a `$ref`, replaced by its name when all are known. */
  readonly typeOf: (id: string) => string | undefined;
}

const MARK = "\0";

/** Stands for a type's name until it has one. No word of an author reaches code as it is, so none can be mistaken for it. */
function markOf(id: string): string {
  return MARK + id;
}

/** Ids of the schemas whose types these plans mention, and those mention. */
function mentionedBy(plans: readonly TypePlan[], definitions: ReadonlyMap<string, TypePlan>): ReadonlySet<string> {
  const idsOf = ({ uses }: TypePlan): readonly string[] =>
    uses.filter((use) => use.startsWith(MARK)).map((use) => use.slice(MARK.length));
  const ids = new Set(plans.flatMap(idsOf));
  for (const id of ids) {
    const definition = definitions.get(id);
    if (definition) for (const use of idsOf(definition)) ids.add(use);
  }
  return ids;
}

function withNames(type: TypePlan, names: ReadonlyMap<string, SchemaTypeName>): TypePlan {
  const named = (text: string): string =>
    text.startsWith(MARK) ? (names.get(text.slice(MARK.length))?.name ?? "unknown") : text;
  const words = type.skeleton.words.map((word) => ("source" in word ? { source: named(word.source) } : word));
  const name = named(type.name);
  const uses = [...new Set(type.uses.map(named))].filter((used) => used !== name);
  return { ...type, name, skeleton: { ...type.skeleton, words }, uses };
}

function planEvent(event: EmitEvent, roots: EventTypeNames, planning: Planning): EventTypes & { readonly key: string } {
  const { key } = event;
  const schema = planning.graph.payloads.get(key)?.schema ?? true;
  const name = roots.whole.get(key) ?? "";
  const plain = planning.folding.foldThrough(schema);
  const data = own(own(plain, "properties"), "data");
  const dataName = roots.data.get(key);
  const deprecated: readonly Paragraph[] = event.lifecycle === "active" ? [] : [{ tag: "@deprecated" }];
  const words = [...describeEvent(event), ...deprecated];
  if (dataName === undefined || data === undefined || !isObject(plain) || plain.oneOf || plain.anyOf) {
    const root = plan(name, words, typeSkeletonOf(schema, planning));
    if (dataName === undefined) return { key, name, dataName: name, dataSchema: plain, own: [root] };
    const source = `${name} extends { data: infer Data } ? Data : unknown`;
    const body = plan(dataName, [], { skeleton: { schema: { tsType: "__0__" }, words: [{ source }] }, uses: [] });
    return { key, name, dataName, dataSchema: data === undefined ? true : (data as JsonSchema), own: [root, body] };
  }
  const root = plan(name, words, typeSkeletonOf(plain, planning, new Map([["data", dataName]])));
  const dataSchema = data as JsonSchema;
  const body = plan(dataName, describe(data, false), typeSkeletonOf(dataSchema, planning));
  return { key, name, dataName, dataSchema, own: [root, body] };
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
  { folding, typeOf }: Planning,
  named?: ReadonlyMap<string, string>,
): WithUses {
  const uses = new Set<string>(named?.values());
  const skeleton = typeSkeleton(
    schema,
    folding,
    (ref) => {
      const used = typeOf(ref);
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

function byName(left: TypePlan, right: TypePlan): number {
  return left.name < right.name ? -1 : 1;
}
