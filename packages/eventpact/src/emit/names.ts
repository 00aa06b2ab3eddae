import { createHash } from "node:crypto";
import { pointerTokens } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";
import type { NamedSchema } from "./schema-graph.ts";

/** Words that cannot name a function or a type, and names that the generated modules declare themselves. */
const TAKEN_VALUES = new Set(
  (
    "arguments await break case catch class const continue debugger default delete do else enum eval export extends " +
    "false finally for function if implements import in instanceof interface let new null package private protected " +
    "public return static super switch this throw true try typeof undefined var void while with yield " +
    "catalog decode decodeAs read validate"
  ).split(" "),
);
const TAKEN_TYPES = new Set(
  (
    "any bigint boolean never null number object string symbol undefined unknown void Array ArrayBuffer Date Map " +
    "Object Partial Promise Readonly Record Set String Number Boolean Symbol Uint8Array " +
    "Catalog DecodeError Decoded DecodedAs EventData EventKey Events NewEvent Receives Sends Validation"
  ).split(" "),
);

/** `order created` → `OrderCreated`; '' when nothing of the text can stand in an identifier. */
export function pascalCase(text: string): string {
  return words(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `OrderCreated` → `orderCreated`, `SMSSent` → `smsSent`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text);
  return pascal.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?=$|\d)|^[A-Z]/, (start) => start.toLowerCase());
}

/** `OrderCreated.v2` → `order-created.v2`: letters, digits, `-` and inner dots only, so never a path. */
export function fileStem(key: string): string {
  const stem = key
    .replaceAll(/([a-z\d])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replaceAll(/[^a-z\d.]+/g, "-")
    .replaceAll(/\.{2,}/g, ".")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return stem === "" ? "event" : stem.slice(0, 120);
}

/** Hands out names, each once, without regard to case for files (some disks have none). */
export interface Names {
  take(wanted: string): string;
}

/** Type names: never a built-in type's. */
export function typeNames(): Names {
  return uniqueNames((name) => TAKEN_TYPES.has(name), "Type", "Event");
}

/** Function names: never a reserved word or an export of the package. */
export function functionNames(): Names {
  return uniqueNames((name) => TAKEN_VALUES.has(name), "Event", "event");
}

export function fileNames(): Names {
  return uniqueNames(() => false, "", "event-");
}

function uniqueNames(isTaken: (name: string) => boolean, suffix: string, prefix: string): Names {
  const used = new Set<string>();
  return {
    take(wanted) {
      const base = wanted === "" || /^\d/.test(wanted) ? `${prefix}${wanted}` : wanted;
      const free = isTaken(base) ? `${base}${suffix}` : base;
      let name = free;
      for (let count = 2; used.has(name.toLowerCase()); count++) name = `${free}_${count}`;
      used.add(name.toLowerCase());
      return name;
    },
  };
}

function words(text: string): readonly string[] {
  return text.split(/[^A-Za-z\d]+/).filter((word) => word !== "");
}

/**
 * Where each named schema has its module: after the file and the pointer at which it was written, so that a schema keeps
 * its path whatever comes beside it. What a path cannot show, or two would share, is told apart by a digest of the place.
 */
export function modulePaths(
  schemas: readonly Pick<NamedSchema, "id" | "place" | "isParent">[],
  folder = ".",
): ReadonlyMap<string, string> {
  const wanted = schemas.map(({ id, place, isParent }) => {
    const { path, isExact } = readablePath(place, folder);
    return { id, path: isParent ? `${path}.own` : path, isExact };
  });
  const count = new Map<string, number>();
  for (const { path } of wanted) count.set(path, (count.get(path) ?? 0) + 1);
  return new Map(
    wanted.map(({ id, path, isExact }) => [id, isExact && count.get(path) === 1 ? path : `${path}-${digest(id)}`]),
  );
}

function readablePath(
  { file: full, pointer }: Place,
  folder: string,
): { readonly path: string; readonly isExact: boolean } {
  const file = full.startsWith(`${folder}/`) ? full.slice(folder.length + 1) : full;
  const tokens = pointerTokens(pointer);
  const isComponent = tokens[0] === "components" && tokens[1] === "schemas";
  const inside = (isComponent ? tokens.slice(2) : tokens).map(fileStem).join(".");
  const folders = file
    .replace(/\.(?:ya?ml|json)$/i, "")
    .split("/")
    .map(fileStem);
  const path = ["schemas", ...folders, ...(inside === "" ? [] : [inside.slice(0, 120)])].join("/");
  return { path, isExact: inside.length <= 120 && /^[\w./~-]*$/.test(file + pointer) };
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
