import type { Completion, PolicyName, Schema } from "@eventpact/compat";
import type { LateMemo } from "../cache/parted-memo.ts";
import { originOf } from "../model/bundle.ts";
import type { JsonSchema } from "../model/types.ts";
import { isObject } from "../read/json.ts";
import type { Json, JsonObject } from "../read/json.ts";
import type { Place } from "../read/sources.ts";
import type { EmitEvent, EmitInput, EmitTrouble } from "./input.ts";
import { modulePaths } from "./names.ts";
import { contentDigests, schemaNode } from "./schema-classes.ts";
import type { NamedSchema, SchemaGraph } from "./schema-graph.ts";
import { withIds } from "./schema-graph.ts";
import { importPath, isSmall, reachable, schemaModule } from "./schema-module.ts";
import { stringLiteral, valueLiteral } from "./source-text.ts";
import { validatorCode } from "./validator-modules.ts";

/** How an event is read that is not simply validated by its own schema. */
export interface ReaderModule {
  /** The code of a module that exports `validate` and, where something is filled in or skipped, `complete`. */
  readonly code: string;
  readonly completes: boolean;
}

export interface ReaderModules {
  /** By event; none for an event whose reader accepts what its schema accepts. */
  readonly readers: ReadonlyMap<string, ReaderModule>;
  /** What readers share: path inside the package, without extension → code. */
  readonly modules: ReadonlyMap<string, string>;
  readonly troubles: readonly EmitTrouble[];
}

/** Without any of these words a schema's reader is the schema, under any policy; saves loading the engine. */
const RELAXABLE = /"(?:oneOf|enum|default)":|"(?:additional|unevaluated)Properties":false/;

/**
 * The readers of events under a policy, by event: exactly what `diff` and `check` judge by. What a policy makes of a named
 * schema depends on what else is said about the value, so it is shared where it has come out the same, and as often as not.
 */
export async function readerModules(
  { events, folder }: Pick<EmitInput, "events" | "folder">,
  stems: ReadonlyMap<string, string>,
  policy: PolicyName,
  memo: LateMemo,
): Promise<ReaderModules> {
  const made: { readonly event: EmitEvent; readonly reader: Made }[] = [];
  for (const event of events) {
    const reader = await readerOfEvent(event, policy, memo);
    if (reader !== null) made.push({ event, reader });
  }
  const { graph, idOf } = readerGraph(made);
  const checks = new Set(
    made.flatMap(({ event, reader }) => (reader.completion?.checks ?? []).map((name) => idOf(event.key, name))),
  );
  const shared = [...graph.named.values()].filter(({ id }) => checks.has(id) || !isSmall(graph, id));
  const paths = modulePaths(shared, folder, ".reader");
  const pathOf = (id: string): string => paths.get(id) ?? "";
  const modules = new Map<string, string>();
  const faults = new Map<string, string>();
  for (const named of shared) {
    const source = await validatorCode(schemaModule(graph, named, pathOf(named.id), pathOf), memo);
    if (source.ok) modules.set(pathOf(named.id), source.code);
    else faults.set(named.id, source.message);
  }
  const readers = new Map<string, ReaderModule>();
  const troubles: EmitTrouble[] = [];
  for (const { event, reader } of made) {
    const path = `events/${stems.get(event.key)}.reader`;
    const root = { id: idOf(event.key, ""), schema: reader.root, dialect: event.dialect };
    const own = graph.payloads.get(event.key) ?? { ...root, isParent: false };
    const source = await validatorCode(schemaModule(graph, own, path, pathOf), memo);
    const used = [...reachable(graph, own.schema)];
    const fault = source.ok ? used.map((id) => faults.get(id)).find((one) => one !== undefined) : source.message;
    if (source.ok && fault === undefined) {
      const checkPath = (name: string): string => pathOf(idOf(event.key, name));
      const code = withCompletion(source.code, reader.completion, path, checkPath);
      readers.set(event.key, { code, completes: reader.completion !== undefined });
    } else troubles.push(left(event.key, fault ?? ""));
  }
  return { readers, modules, troubles };
}

/** A reader as it is remembered. */
interface Made {
  readonly root: JsonSchema;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** Name of a definition → pointer in the event's schema of what it was made of. */
  readonly origins: Readonly<Record<string, string>>;
  readonly completion?: Completion;
}

async function readerOfEvent(event: EmitEvent, policy: PolicyName, memo: LateMemo): Promise<Made | null> {
  const text = JSON.stringify([policy, event.dialect, event.schema]);
  if (policy === "strict" || !RELAXABLE.test(text)) return null;
  return memo("reader", text, async (): Promise<Made | null> => {
    const { readerOf } = await import("@eventpact/compat/reader");
    const reader = readerOf(event.schema as Schema, { dialect: event.dialect, policy });
    if (reader === undefined) return null;
    const { schema, completion, original } = reader;
    const { $defs = {}, ...root } = (isObject(schema) ? schema : {}) as JsonObject & { $defs?: JsonObject };
    const origins = Object.keys($defs).flatMap((name) => {
      const pointer = original(name);
      return pointer === undefined ? [] : [[name, pointer]];
    });
    const kept = { root: isObject(schema) ? root : schema, definitions: $defs, origins: Object.fromEntries(origins) };
    // As it will be remembered, so that what is made of it is the same the first time and later.
    return JSON.parse(JSON.stringify({ ...kept, ...(completion === undefined ? {} : { completion }) })) as Made;
  });
}

const PREFIX = "#/$defs/";

/** The definitions of all readers, equal ones once; `idOf` gives the id of an event's definition. */
function readerGraph(made: readonly { readonly event: EmitEvent; readonly reader: Made }[]): {
  readonly graph: SchemaGraph;
  readonly idOf: (key: string, name: string) => string;
} {
  const first = (key: string, ref: string): string =>
    ref.startsWith(PREFIX) ? JSON.stringify([key, ref.slice(PREFIX.length)]) : ref;
  const all = made.flatMap(({ event, reader }) =>
    Object.entries(reader.definitions).map(([name, schema]) => ({
      event,
      pointer: reader.origins[name],
      id: first(event.key, PREFIX + name),
      schema: withIds(schema as Json, (ref) => first(event.key, ref)),
    })),
  );
  const digests = contentDigests(all.map(({ id, event, schema }) => schemaNode(id, schema, event.dialect)));
  const last = (id: string): string => digests.get(id) ?? id;
  const named = new Map<string, NamedSchema>();
  for (const { id, event, pointer, schema } of all) {
    if (named.has(last(id))) continue;
    const place = pointer === undefined ? undefined : placeOf(event, pointer);
    const name = place?.name ?? "part";
    const base = { id: last(id), name, dialect: event.dialect, isParent: false };
    named.set(last(id), {
      ...base,
      place: place ?? { file: "parts", pointer: "" },
      schema: withIds(schema as Json, last),
    });
  }
  const payloads = new Map(
    made.map(({ event, reader }) => {
      const schema = withIds(reader.root as Json, (ref) => last(first(event.key, ref)));
      const place = { file: event.file, pointer: "" };
      return [event.key, { id: first(event.key, PREFIX), place, isParent: false, schema, dialect: event.dialect }];
    }),
  );
  return { graph: { named, payloads }, idOf: (key, name) => last(first(key, PREFIX + name)) };
}

function placeOf(event: EmitEvent, pointer: string): Place & { readonly name: string } {
  const place = event.bundled ? originOf(event.bundled, pointer) : { file: `${event.file}#${event.key}`, pointer };
  return { ...place, name: "read" };
}

function withCompletion(
  code: string,
  completion: Completion | undefined,
  path: string,
  checkPath: (name: string) => string,
): string {
  if (completion === undefined) return code;
  const { plan, plans, known, checks } = completion;
  const made = `createCompletion(${valueLiteral({ plan, plans, known })}, { ${checks.join(", ")} })`;
  const imports = [
    `import { createCompletion } from ${stringLiteral(importPath(path, "runtime/complete"))};`,
    ...checks.map((name) => `import { validate as ${name} } from ${stringLiteral(importPath(path, checkPath(name)))};`),
  ];
  return [...imports, code, `export const complete = ${made};`, ""].join("\n");
}

function left(event: string, fault: string): EmitTrouble {
  const leavesOut = "no reader can be made of its payload schema";
  const message = `${JSON.stringify(event)} is left out: its reader cannot be compiled: ${fault}.`;
  return { code: "schema-compiles", severity: "error", event, message, leavesOut };
}
