import { posix } from "node:path";
import type { EmitEvent } from "./input.ts";
import { assignNames, isTakenType, pascalCase } from "./names.ts";
import type { NamedSchema, SchemaGraph } from "./schema-graph.ts";

/** The type names of events, by key: of the whole value, and of its `data` where there is an envelope. */
export interface EventTypeNames {
  readonly whole: ReadonlyMap<string, string>;
  readonly data: ReadonlyMap<string, string>;
}

export function namesOfEvents(events: readonly EmitEvent[]): EventTypeNames {
  const whole = assignNames(
    events.map(({ key }) => ({ id: key, wanted: [pascalCase(key)] })),
    { isTaken: isTakenType, prefix: "Event", suffix: "Type" },
  );
  const taken = new Set(whole.values());
  const data = assignNames(
    events
      .filter(({ enveloped }) => enveloped)
      .map(({ key }) => ({ id: key, wanted: [`${whole.get(key) ?? ""}Data`] })),
    { isTaken: (name) => isTakenType(name) || taken.has(name), prefix: "Event", suffix: "Type" },
  );
  return { whole, data };
}

export interface SchemaTypeName {
  readonly name: string;
  /** It is an event's own type, declared there. */
  readonly isEvent: boolean;
}

/**
 * The type names of named schemas, by id. What is the payload of the one event that mentions it has that event's type. Others are called as their
 * authors call them; where that name is not unique, all who bear it are told apart by the file they stand in, so that no
 * name depends on who comes first.
 */
export function namesOfSchemas(
  ids: readonly string[],
  events: readonly EmitEvent[],
  graph: SchemaGraph,
  classes: ReadonlyMap<string, string>,
  roots: EventTypeNames,
  usersOf: (id: string) => ReadonlySet<string>,
): ReadonlyMap<string, SchemaTypeName> {
  const payloads = Map.groupBy(events, ({ key }) => {
    const id = graph.payloads.get(key)?.id ?? "";
    return classes.get(id) ?? id;
  });
  const result = new Map<string, SchemaTypeName>();
  for (const id of ids) {
    const [event, ...more] = payloads.get(id) ?? [];
    const isOnlyUser = [...usersOf(id)].every((key) => key === event?.key);
    const name = event && more.length === 0 && isOnlyUser ? roots.whole.get(event.key) : undefined;
    if (name !== undefined) result.set(id, { name, isEvent: true });
  }
  const taken = new Set([...roots.whole.values(), ...roots.data.values()]);
  const others = ids.filter((id) => !result.has(id)).map((id) => ({ id, wanted: wantedNames(graph.named.get(id)) }));
  const names = assignNames(others, {
    isTaken: (name) => isTakenType(name) || taken.has(name),
    prefix: "Schema",
    suffix: "Schema",
  });
  for (const [id, name] of names) result.set(id, { name, isEvent: false });
  return result;
}

function wantedNames(schema: NamedSchema | undefined): readonly string[] {
  if (!schema) return [""];
  const name = pascalCase(schema.name);
  const file = posix.basename(schema.place.file).replace(/\.(?:ya?ml|json)$/i, "");
  return [name, `${pascalCase(file)}${name}`];
}
