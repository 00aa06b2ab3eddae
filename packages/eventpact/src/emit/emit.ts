import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { LateMemo } from "../cache/parted-memo.ts";
import { noLateMemo } from "../cache/parted-memo.ts";
import { catalogSource } from "./catalog.ts";
import { constructorSources } from "./constructors.ts";
import { HEADER } from "./header.ts";
import { indexCode, indexDeclarations } from "./index-module.ts";
import type { EmitEvent, Emitted, EmitInput, EmitOptions, EmitTrouble } from "./input.ts";
import { fileStems } from "./names.ts";
import { readmeSource } from "./readme.ts";
import type { ReaderModule } from "./readers.ts";
import { readerModules } from "./readers.ts";
import { typeSource } from "./type-source.ts";
import type { TypePlan, Types } from "./types.ts";
import { planTypes } from "./types.ts";
import { circleTroubles, validatorModules } from "./validator-modules.ts";

const RUNTIME_FILES = ["codec.js", "formats.js", "json.js", "values.js"];

const require = createRequire(import.meta.url);

/**
 * All files of the generated package but package.json, which belongs to its users. The same input always gives the
 * same text, whatever the order of events. An event of which no code can be made is left out and reported as an error.
 */
export async function emit(input: EmitInput, options: EmitOptions, memo: LateMemo = noLateMemo): Promise<Emitted> {
  const sorted = { ...input, events: input.events.toSorted((a, b) => (a.key < b.key ? -1 : 1)) };
  const circular = circleTroubles(sorted.events);
  const made = await modulesOf(without(sorted, circular), options, memo);
  const faults = made.troubles.filter(({ leavesOut }) => leavesOut !== undefined);
  if (faults.length === 0 && circular.length === 0) return withIndex(sorted, made, options, memo);
  // Without those events everything is made again, from what is remembered.
  const rest = without(sorted, [...circular, ...faults]);
  const emitted = await withIndex(rest, await modulesOf(rest, options, memo), options, memo);
  return { ...emitted, troubles: [...circular, ...faults, ...emitted.troubles] };
}

function without(input: EmitInput, troubles: readonly EmitTrouble[]): EmitInput {
  if (troubles.length === 0) return input;
  const leftOut = new Map(input.leftOut);
  for (const { event, leavesOut } of troubles) if (leavesOut !== undefined) leftOut.set(event, leavesOut);
  const isKept = (key: string): boolean => !leftOut.has(key);
  const kept = <T extends { readonly event: string }>(list: readonly T[]): readonly T[] =>
    list.filter(({ event }) => isKept(event));
  return {
    ...input,
    leftOut,
    events: input.events.filter(({ key }) => isKept(key)),
    topics: input.topics.map((topic) => ({ ...topic, events: topic.events.filter(isKept) })),
    services: input.services.map((service) => ({
      ...service,
      sends: kept(service.sends),
      receives: kept(service.receives),
    })),
  };
}

/** What validates and reads events, before anything is made that names them all. */
interface Modules {
  readonly stems: ReadonlyMap<string, string>;
  readonly validators: ReadonlyMap<string, string>;
  readonly readers: ReadonlyMap<string, ReaderModule>;
  readonly troubles: readonly EmitTrouble[];
}

async function modulesOf(input: EmitInput, options: EmitOptions, memo: LateMemo): Promise<Modules> {
  const stems = fileStems(input.events.map(({ key }) => key));
  const { modules: validators, troubles } = await validatorModules(input, stems, memo);
  const read = await readerModules(input, stems, options.policy, memo);
  const modules = new Map([...validators, ...read.modules]);
  return { stems, validators: modules, readers: read.readers, troubles: [...troubles, ...read.troubles] };
}

async function withIndex(input: EmitInput, made: Modules, options: EmitOptions, memo: LateMemo): Promise<Emitted> {
  const { events } = input;
  const { stems, validators, readers, troubles } = made;
  const types = planTypes(events, options.policy);
  const constructors = constructorSources(events, types);
  const files = new Map<string, string>();
  for (const [path, code] of validators) files.set(`${path}.js`, `${HEADER}\n${code}\n`);
  for (const event of events) {
    files.set(`events/${stems.get(event.key)}.d.ts`, await eventDeclarations(event, types, memo));
  }
  for (const [key, { code }] of readers) files.set(`events/${stems.get(key)}.reader.js`, `${HEADER}\n${code}\n`);
  if (types.shared.length > 0) files.set("shared.d.ts", HEADER + (await declarations(types.shared, memo)));
  files.set("index.js", `${HEADER}\n${indexCode(events, stems, types, constructors, readers, options)}`);
  files.set("index.d.ts", `${HEADER}\n${indexDeclarations(input, stems, types, constructors)}`);
  files.set("catalog.js", `${HEADER}\nexport const catalog = ${catalogSource(input)};\n`);
  files.set("README.md", readmeSource(input, types, constructors, options));
  const completes = [...readers.values()].some((reader) => reader.completes);
  for (const name of completes ? [...RUNTIME_FILES, "complete.js"] : RUNTIME_FILES)
    files.set(`runtime/${name}`, `${HEADER}\n${await runtimeFile(name)}`);
  const sorted = new Map([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return { files: sorted, troubles, events: events.length };
}

async function eventDeclarations(event: EmitEvent, types: Types, memo: LateMemo): Promise<string> {
  const own = types.events.get(event.key)?.own ?? [];
  const shared = new Set(types.shared.map(({ name }) => name));
  const used = [...new Set(own.flatMap(({ uses }) => uses))].filter((name) => shared.has(name)).toSorted();
  const imports = used.length > 0 ? `\nimport type { ${used.join(", ")} } from '../shared.js';\n` : "";
  return HEADER + imports + (await declarations(own, memo));
}

async function declarations(plans: readonly TypePlan[], memo: LateMemo): Promise<string> {
  const parts: string[] = [];
  for (const { name, skeleton, comment } of plans) parts.push(await typeSource(name, skeleton, comment, memo));
  return parts.map((part) => `\n${part}`).join("");
}

/** What judges schemas elsewhere in the toolchain ships as it is. */
const SHARED_FILES: ReadonlySet<string> = new Set(["complete.js", "formats.js", "values.js"]);

/** Copied as they are, which is why these are JavaScript: generated packages run where nothing strips types. */
function runtimeFile(name: string): Promise<string> {
  const shared = SHARED_FILES.has(name);
  const place = shared
    ? require.resolve(`@eventpact/compat/runtime/${name}`)
    : new URL(`./runtime/${name}`, import.meta.url);
  return readFile(place, "utf8");
}
