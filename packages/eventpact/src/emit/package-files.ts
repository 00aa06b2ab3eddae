import { mkdir, readFile, rename, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { HEADER } from "./header.ts";

/** The list of what the generator made, so that it can take it away again. Not a fingerprint: it merges without conflicts. */
const MANIFEST = "manifest.json";

/** What would have to happen to a folder so that it holds these files. */
export interface PackagePlan {
  readonly folder: string;
  /** Paths to write (new or different), sorted. */
  readonly writes: readonly (readonly [path: string, text: string])[];
  /** Files of ours that are no longer made. */
  readonly removes: readonly string[];
  readonly unchanged: number;
  /** Files in the way that somebody else made. Nothing may be written while there are any. */
  readonly foreign: readonly string[];
}

/**
 * Compares a folder with what it should hold, manifest included. `package.json` is only ever created: its fields belong to its owner.
 */
export async function planPackage(
  folder: string,
  wanted: ReadonlyMap<string, string>,
  packageJson: string,
): Promise<PackagePlan> {
  const known = await manifestFiles(folder);
  const writes: [string, string][] = [];
  const foreign: string[] = [];
  let unchanged = 0;
  await inBatches([...wanted], async ([path, text]) => {
    const present = await readText(join(folder, path));
    if (present === text) unchanged++;
    else if (present === undefined || isOurs(path, present)) writes.push([path, text]);
    else if (path !== "README.md") foreign.push(path);
  });
  if ((await readText(join(folder, "package.json"))) === undefined) writes.push(["package.json", packageJson]);
  else unchanged++;
  const removes: string[] = [];
  for (const path of known) {
    const present = wanted.has(path) ? undefined : await readText(join(folder, path));
    if (present !== undefined && isOurs(path, present)) removes.push(path);
  }
  return {
    folder,
    writes: writes.toSorted(([a], [b]) => (a < b ? -1 : 1)),
    removes: removes.toSorted(),
    unchanged,
    foreign: foreign.toSorted(),
  };
}

/** Carries out a plan; each file appears whole or not at all. */
export async function applyPackage({ folder, writes, removes }: PackagePlan): Promise<void> {
  // Many at a time: modules first, what imports them after, the manifest last.
  for (const rank of [0, 1, 2]) {
    const files = writes.filter(([path]) => rankOf(path) === rank);
    await inBatches(files, ([path, text]) => writeWhole(join(folder, path), text));
  }
  for (const path of removes) await rm(join(folder, path), { force: true });
  for (const parent of new Set(removes.map(dirname))) if (parent !== ".") await removeEmpty(join(folder, parent));
}

/** Writes beside the file and renames: a reader or a crash never meets half a file. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(draft, text);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw error;
  }
}

/** The files and the list of them, with the folder of documents that they were made of. */
export function withManifest(files: ReadonlyMap<string, string>, source: string): ReadonlyMap<string, string> {
  const about = "Files made by `eventpact generate`; it removes those that it no longer makes.";
  const manifest = { about, source, files: [...files.keys()].toSorted() };
  return new Map(files).set(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** The folder of documents that a package says it was made of; undefined when it is no package of ours. */
export async function sourceOfPackage(folder: string): Promise<string | undefined> {
  const manifest = await readManifest(folder);
  return typeof manifest?.["source"] === "string" ? manifest["source"] : undefined;
}

async function readManifest(folder: string): Promise<Readonly<Record<string, unknown>> | undefined> {
  const text = await readText(join(folder, MANIFEST));
  try {
    const parsed: unknown = text === undefined ? undefined : JSON.parse(text);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : undefined;
  } catch {
    // A merge may have left conflict marks in it.
    return undefined;
  }
}

/** Paths of the manifest on disk that lie inside the folder; whoever edits it cannot have other files removed. */
async function manifestFiles(folder: string): Promise<readonly string[]> {
  const files = (await readManifest(folder))?.["files"];
  return Array.isArray(files) ? files.filter((path): path is string => typeof path === "string" && isInside(path)) : [];
}

function isInside(path: string): boolean {
  return /^[\w.-]+(\/[\w.-]+)*$/.test(path) && !path.split("/").includes("..");
}

function isOurs(path: string, text: string): boolean {
  if (path === MANIFEST) return text.includes("eventpact generate");
  if (path === "README.md") return text.startsWith("<!-- Generated by eventpact.");
  return text.startsWith(HEADER.slice(0, HEADER.indexOf(" from")));
}

function rankOf(path: string): number {
  if (path === MANIFEST) return 2;
  return path.includes("/") ? 0 : 1;
}

/** Enough at once to keep the disk busy, few enough for any limit on open files. */
async function inBatches<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += 64) await Promise.all(items.slice(start, start + 64).map(work));
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder);
  } catch {
    // Not empty: it holds files that are not ours.
  }
}

/** The place of a diagnostic about a whole file. */
export function wholeFile(file: string): Pick<Diagnostic, "file" | "line" | "column" | "endLine" | "endColumn"> {
  return { file, line: 1, column: 1, endLine: 1, endColumn: 1 };
}
