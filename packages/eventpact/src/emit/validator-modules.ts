import type { LateMemo } from "../cache/parted-memo.ts";
import { circlesIn } from "../model/circles.ts";
import { childPointer } from "../read/pointer.ts";
import { bareSchema } from "./bare-schema.ts";
import type { EmitEvent, EmitInput, EmitTrouble } from "./input.ts";
import { modulePaths } from "./names.ts";
import type { NamedSchema, SchemaGraph } from "./schema-graph.ts";
import { schemaGraph } from "./schema-graph.ts";
import type { SchemaModule } from "./schema-module.ts";
import { importPath, isSmall, reachable, schemaModule } from "./schema-module.ts";
import { stringLiteral } from "./source-text.ts";
import type { ValidatorSource } from "./validators.ts";

export interface ValidatorModules {
  /** Path inside the package, without extension → code. */
  readonly modules: ReadonlyMap<string, string>;
  readonly troubles: readonly EmitTrouble[];
}

/**
 * The validators of events: a module for each event, and one for each named schema that any of them reaches. The events
 * come sorted; `stems` are the names of their files.
 */
export async function validatorModules(
  { events, folder }: Pick<EmitInput, "events" | "folder">,
  stems: ReadonlyMap<string, string>,
  memo: LateMemo,
): Promise<ValidatorModules> {
  const graph = schemaGraph(events);
  const shared = [...graph.named.values()].filter(({ id }) => !isSmall(graph, id));
  const paths = modulePaths(shared, folder);
  const pathOf = (id: string): string => paths.get(id) ?? "";
  const modules = new Map<string, string>();
  const faults = new Map<string, string>();
  const add = async (schema: Omit<NamedSchema, "name" | "place">, path: string, at: string): Promise<void> => {
    const source = await validatorCode(schemaModule(graph, schema, path, pathOf), memo);
    if (source.ok) modules.set(path, source.code);
    else faults.set(at, source.message);
  };
  for (const named of shared) await add(named, pathOf(named.id), named.id);
  for (const { key } of events) {
    const payload = graph.payloads.get(key);
    const path = `events/${stems.get(key)}`;
    if (!payload) continue;
    const module = paths.get(payload.id);
    if (module === undefined) await add(payload, path, key);
    else modules.set(path, `export { validate } from ${stringLiteral(importPath(path, module))};\n`);
  }
  return { modules, troubles: [...compileTroubles(events, graph, faults), ...formatTroubles(events, graph)] };
}

/** The code of a module, made or remembered; the order of keywords and properties is that of its statements. */
export function validatorCode(module: SchemaModule, memo: LateMemo): Promise<ValidatorSource> {
  const { path, dialect, schema, imports } = module;
  return memo("validator", JSON.stringify([path, dialect, schema, [...imports]]), async () => {
    // Loaded here: a run that finds everything fresh needs no ajv.
    const { validatorSource } = await import("./validators.ts");
    return validatorSource(module);
  });
}

function compileTroubles(
  events: readonly EmitEvent[],
  graph: SchemaGraph,
  faults: ReadonlyMap<string, string>,
): readonly EmitTrouble[] {
  if (faults.size === 0) return [];
  return events.flatMap(({ key }) => {
    const payload = graph.payloads.get(key);
    const ids = payload ? [key, payload.id, ...reachable(graph, payload.schema)] : [key];
    const fault = ids.map((id) => faults.get(id)).find((message) => message !== undefined);
    if (fault === undefined) return [];
    const leavesOut = "no validator can be made of its payload schema";
    const message = `${shown(key)} is left out: its payload schema cannot be compiled: ${fault}.`;
    return [{ code: "schema-compiles", severity: "error", event: key, message, leavesOut }];
  });
}

/** Events that no value can ever be judged by: a schema of theirs comes back to itself without passing a property or item. */
export function circleTroubles(events: readonly EmitEvent[]): readonly EmitTrouble[] {
  const graph = schemaGraph(events);
  const starts = events.map(({ key }) => ({
    within: `payload ${key}`,
    schema: graph.payloads.get(key)?.schema ?? true,
  }));
  const circles = new Map(
    circlesIn(starts, (id) => graph.named.get(id)?.schema).map((circle) => [circle.within, circle]),
  );
  if (circles.size === 0) return [];
  return events.flatMap(({ key }) => {
    const payload = graph.payloads.get(key);
    const ids = payload ? [`payload ${key}`, payload.id, ...reachable(graph, payload.schema)] : [];
    const circle = ids.map((id) => circles.get(id)).find((one) => one !== undefined);
    if (!circle) return [];
    const base = graph.named.get(circle.within)?.place ?? payload?.place;
    const place = base && { file: base.file, pointer: childPointer(base.pointer + circle.pointer, "$ref") };
    const leavesOut = "its payload schema comes back to itself without passing a property or an item";
    const message = `${shown(key)} is left out: ${leavesOut}, by this reference.`;
    return [
      { code: "schema-compiles", severity: "error", event: key, message, ...(place ? { place } : {}), leavesOut },
    ];
  });
}

function formatTroubles(events: readonly EmitEvent[], graph: SchemaGraph): readonly EmitTrouble[] {
  return events.flatMap(({ key }) => {
    const payload = graph.payloads.get(key);
    if (!payload) return [];
    const schemas = [
      payload.schema,
      ...[...reachable(graph, payload.schema)].map((id) => graph.named.get(id)?.schema ?? true),
    ];
    const unknown = new Set(schemas.flatMap((schema) => bareSchema(schema).unknownFormats));
    if (unknown.size === 0) return [];
    const names = [...unknown].toSorted().map((name) => JSON.stringify(name));
    const message = `${shown(key)}: unknown format ${names.join(", ")}; validators accept anything there.`;
    const hint = "Use a format that JSON Schema knows, or say what you mean by `pattern`.";
    return [{ code: "format-known", severity: "warning", event: key, message, hint }];
  });
}

function shown(key: string): string {
  return /^[\w.-]+$/.test(key) ? key : JSON.stringify(key);
}
