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

/** `order created` → `OrderCreated`, `注文済み` → `注文済み`; '' when the text is empty. */
export function pascalCase(text: string): string {
  return words(text)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `OrderCreated` → `orderCreated`, `SMSSent` → `smsSent`. */
export function camelCase(text: string): string {
  const pascal = pascalCase(text);
  return pascal.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+(?=$|\d)|^\p{Lu}/u, (start) => start.toLowerCase());
}

/** The words of which an identifier can consist; where there is none, the signs that stand there, by their numbers. */
function words(text: string): readonly string[] {
  const found = text
    .normalize("NFC")
    .split(/[^\p{ID_Continue}]+|_+/u)
    .filter((word) => word !== "");
  if (found.length > 0) return found;
  return [...text.trim()].map((sign) => `U${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase()}`);
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

/** File names of events, by key. A name that says too little of the key to tell it from others ends in a digest of it. */
export function fileStems(keys: readonly string[]): ReadonlyMap<string, string> {
  const isExact = (key: string): boolean => key.length <= 120 && /^[\w. -]+$/.test(key);
  const count = countBy(keys, fileStem);
  return new Map(
    keys.map((key) => {
      const stem = fileStem(key);
      return [key, isExact(key) && count.get(stem) === 1 ? stem : `${stem}-${digest(key).slice(0, 8)}`];
    }),
  );
}

export function isTakenType(name: string): boolean {
  return TAKEN_TYPES.has(name);
}

/** A reserved word, or an export of the package. */
export function isTakenValue(name: string): boolean {
  return TAKEN_VALUES.has(name);
}

/** Something to be named: the names it would like to have, the simplest first. */
export interface Unnamed {
  readonly id: string;
  readonly wanted: readonly string[];
}

/**
 * Gives each an identifier of its own. Of those that want one name, none has it: all take the next that they want, and
 * at the end the first with a digest of what they are. So a name depends on who else wants it, and never on who comes first.
 */
export function assignNames(
  all: readonly Unnamed[],
  style: { readonly isTaken: (name: string) => boolean; readonly prefix: string; readonly suffix: string },
): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  let open = all;
  for (let round = 0; open.length > 0; round++) {
    const nameOf = ({ id, wanted }: Unnamed): string =>
      round < wanted.length
        ? identifier(wanted[round] ?? "", style)
        : `${identifier(wanted[0] ?? "", style)}_${digest(id).slice(0, 4 + 2 * (round - wanted.length))}`;
    const count = countBy(open, (one) => nameOf(one).toLowerCase());
    const used = new Set([...names.values()].map((name) => name.toLowerCase()));
    const isFree = (name: string): boolean =>
      count.get(name.toLowerCase()) === 1 && !used.has(name.toLowerCase()) && !style.isTaken(name);
    const free = open.filter((one) => isFree(nameOf(one)));
    for (const one of free) names.set(one.id, nameOf(one));
    open = open.filter((one) => !names.has(one.id));
  }
  return names;
}

function identifier(
  wanted: string,
  { isTaken, prefix, suffix }: { isTaken: (name: string) => boolean; prefix: string; suffix: string },
): string {
  const base = /^[\p{ID_Start}$]/u.test(wanted) ? wanted : `${prefix}${wanted}`;
  return isTaken(base) ? `${base}${suffix}` : base;
}

function countBy<T>(items: readonly T[], of: (item: T) => string): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const item of items) count.set(of(item), (count.get(of(item)) ?? 0) + 1);
  return count;
}

/**
 * Where each named schema has its module: after the file and the pointer at which it was written, so that a schema keeps
 * its path whatever comes beside it. What a path cannot show, or two would share, is told apart by a digest of the place.
 */
export function modulePaths(
  schemas: readonly Pick<NamedSchema, "id" | "place" | "isParent">[],
  folder = ".",
  ending = "",
): ReadonlyMap<string, string> {
  const wanted = schemas.map(({ id, place, isParent }) => {
    const { path, isExact } = readablePath(place, folder);
    return { id, path: `${path}${isParent ? ".own" : ""}${ending}`, isExact };
  });
  const count = countBy(wanted, ({ path }) => path);
  return new Map(
    wanted.map(({ id, path, isExact }) => [
      id,
      isExact && count.get(path) === 1 ? path : `${path}-${digest(id).slice(0, 8)}`,
    ]),
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
  return createHash("sha256").update(text).digest("hex");
}
