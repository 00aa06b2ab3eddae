import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import type { PolicyName } from "@eventpact/compat";
import { emit } from "../../src/emit/emit.ts";
import type { EmitEvent, EmitInput, Emitted } from "../../src/emit/input.ts";
import type { JsonSchema } from "../../src/model/types.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** What a generated index.js exports, as a test calls it. */
export interface GeneratedModule {
  readonly decode: (bytes: Uint8Array) => Record<string, unknown> & { ok: boolean };
  readonly decodeAs: (event: string, bytes: Uint8Array) => Record<string, unknown> & { ok: boolean };
  readonly read: (event: string, value: unknown) => Record<string, unknown> & { ok: boolean };
  readonly validate: (event: string, value: unknown) => { ok: boolean; message?: string; path?: string };
  readonly catalog: {
    events: Record<string, unknown>;
    topics: Record<string, unknown>;
    services: Record<string, unknown>;
    leftOut?: Record<string, string>;
  };
  readonly [constructor: string]: unknown;
}

const options = { packageName: "events", maxBytes: 1_048_576, maxDepth: 64 };

/** An event with a bare payload, or with what is given. */
export function eventWith(schema: JsonSchema, more: Partial<EmitEvent> = {}): EmitEvent {
  return {
    key: "SomethingHappened.v1",
    eventType: "SomethingHappened",
    version: 1,
    enveloped: false,
    lifecycle: "active",
    topic: "things",
    file: "asyncapi/events/something-happened.v1.yaml",
    hash: "0",
    schema,
    dialect: "draft-07",
    ...more,
  };
}

/** A payload schema with the envelope's two constants and `data`. */
export function enveloped(
  eventType: string,
  version: number,
  data: JsonSchema,
): Pick<EmitEvent, "key" | "eventType" | "version" | "enveloped" | "schema"> {
  const schema = {
    type: "object",
    required: ["eventId", "eventType", "version", "data"],
    properties: { eventId: { type: "string" }, eventType: { const: eventType }, version: { const: version }, data },
  };
  return { key: `${eventType}.v${version}`, eventType, version, enveloped: true, schema };
}

export function emitEvents(
  events: readonly EmitEvent[],
  more: Partial<EmitInput> & { readonly policy?: PolicyName } = {},
): Promise<Emitted> {
  const { policy = "tolerant", ...input } = more;
  return emit({ events, topics: [], services: [], ...input }, { ...options, policy });
}

/** Writes a package below the system's folder for temporary files and answers its path. */
export async function writePackage({ files }: Emitted): Promise<string> {
  const folder = await temporaryFolder();
  for (const [path, text] of [...files, ["package.json", '{ "type": "module" }'] as const]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

export async function importPackage(folder: string): Promise<GeneratedModule> {
  return (await import(pathToFileURL(join(folder, "index.js")).href)) as GeneratedModule;
}

/** The compiler's complaints about a package used by `program`, with strict settings and declarations checked; '' for none. */
export async function typeCheck(folder: string, program: string, compilerOptions: object = {}): Promise<string> {
  await writeFile(join(folder, "program.ts"), program);
  const strict = {
    target: "es2024",
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
  };
  const settings = { ...strict, noEmit: true, skipLibCheck: false, types: [], ...compilerOptions };
  await writeFile(
    join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions: settings, include: ["program.ts", "**/*.d.ts"] }),
  );
  try {
    await promisify(execFile)("tsc", ["-p", folder, "--pretty", "false"]);
    return "";
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}

export function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}
