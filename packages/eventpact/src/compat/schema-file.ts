import { statSync } from "node:fs";
import { posix, relative, resolve, sep } from "node:path";
import type { Dialect, Schema } from "@eventpact/compat";
import { isSelfContained } from "@eventpact/compat/reading";
import { UsageError } from "../command-line/command.ts";
import { findProject } from "../config/find-project.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { bundleSchema, originOf } from "../model/bundle.ts";
import { schemaLanguage } from "../model/dialect.ts";
import { loadDocuments } from "../read/load.ts";
import { limits } from "../read/limits.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { spanAt } from "../read/sources.ts";

/** A schema in a file, with the places of its nodes. */
export interface SchemaFile {
  readonly schema: Schema;
  /** What AsyncAPI says about the schema's dialect, where the file is a part of an AsyncAPI document. */
  readonly dialect?: Dialect;
  /** Where the node at a pointer into the schema was written, seen from where the command was started. */
  readonly locate: (pointer: string) => Span & { readonly file: string };
}

/**
 * Reads a JSON or YAML file as a schema; `event.yaml#/payload` names a schema inside of it, and `$ref`s to other files of
 * the project are followed. Throws `UsageError` with the place when it is not there, cannot be parsed or is no schema.
 */
export async function readSchemaFile(cwd: string, argument: string): Promise<SchemaFile> {
  const hash = argument.indexOf("#");
  const path = hash < 0 ? argument : argument.slice(0, hash);
  const asked = hash < 0 ? "" : decoded(argument.slice(hash + 1), argument);
  refuseWhatIsNoFile(resolve(cwd, path), path);
  const { root, askedDocuments } = findProject(cwd, undefined, [path]);
  const file = askedDocuments[0] ?? path;
  const loaded = await loadWithParts(root, file);
  const shown = (name: string): string => relative(cwd, resolve(root, name)).split(sep).join("/");
  const whole = { file, pointer: "" };
  const place = asked === "" ? whole : resolvePlace(loaded, { file, pointer: asked });
  refuseFaults(loaded, shown);
  const schema = place && valueOf(loaded, place);
  if (!place || schema === undefined) throw new UsageError(`${path} has nothing at "${asked}".`);
  refuseWhatIsNoSchema(schema, argument, asked);
  const at =
    (originOfPointer: (pointer: string) => Place): SchemaFile["locate"] =>
    (pointer) => {
      const origin = originOfPointer(pointer);
      return { file: shown(origin.file), ...spanAt(loaded, origin) };
    };
  const alone = {
    schema: schema as Schema,
    locate: at((pointer) => ({ file: place.file, pointer: place.pointer + pointer })),
  };
  const language = schemaLanguage(undefined, schema);
  if (language.kind !== "json-schema") return alone;
  // A whole file may name its parts by identifiers, which a bundle does not keep.
  if (asked === "" && isSelfContained(alone.schema, language.draft)) return alone;
  const bundled = bundleSchema(loaded, place, language);
  // What was not read stays a reference that leads nowhere, so that no verdict rests on it.
  if (bundled.unread.length > 0) return alone;
  return {
    schema: bundled.schema as Schema,
    dialect: bundled.dialect,
    locate: at((pointer) => originOf(bundled, pointer)),
  };
}

/** Only AsyncAPI documents are loaded by themselves, other files because something refers to them: here a document made up. */
async function loadWithParts(root: string, file: string): Promise<Sources> {
  const disk = nodeFileSystem(root);
  const door = posix.join(posix.dirname(file), ".eventpact-door.json");
  const text = JSON.stringify({ asyncapi: "3.0.0", door: { $ref: encodeURIComponent(posix.basename(file)) } });
  const read = async (path: string): Promise<Uint8Array | undefined> =>
    path === door ? new TextEncoder().encode(text) : disk.read(path);
  return (await loadDocuments({ list: disk.list, read }, [door])).sources;
}

function refuseFaults(sources: Sources, shown: (file: string) => string): void {
  for (const { path, faults } of sources.files.values()) {
    const [fault] = faults;
    if (!fault) continue;
    const { line, column } = fault.span;
    throw new UsageError(`${shown(path)}:${line}:${column}: ${fault.message}`, fault.hint);
  }
}

function refuseWhatIsNoFile(path: string, shown: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new UsageError(`There is no file ${shown}.`);
  if (stat.isDirectory())
    throw new UsageError(`${shown} is a folder.`, "Folders of AsyncAPI documents are compared by eventpact diff.");
  if (stat.size > limits.fileBytes)
    throw new UsageError(
      `${shown} has ${stat.size.toLocaleString("en")} bytes; the limit is ${limits.fileBytes.toLocaleString("en")}.`,
    );
}

function refuseWhatIsNoSchema(value: Json, argument: string, pointer: string): void {
  if (typeof value !== "boolean" && !isObject(value))
    throw new UsageError(
      `${argument} is no JSON Schema: it must be a map of keywords, true or false.`,
      pointer === "" ? "A schema inside of a file is named like event.yaml#/payload." : undefined,
    );
  if (own(value, "asyncapi") !== undefined)
    throw new UsageError(`${argument} is an AsyncAPI document.`, "Documents are compared by eventpact diff.");
  const isMessage = own(value, "payload") !== undefined && own(value, "type") === undefined;
  if (isMessage)
    throw new UsageError(
      `${argument} looks like a message, not a schema.`,
      `Compare its payload: ${argument}#/payload`,
    );
}

function decoded(fragment: string, argument: string): string {
  if (fragment !== "" && !fragment.startsWith("/"))
    throw new UsageError(`What follows "#" in ${argument} must be a JSON pointer such as #/payload.`);
  try {
    return decodeURIComponent(fragment);
  } catch {
    throw new UsageError(`The percent-encoding in ${argument} is broken.`);
  }
}
