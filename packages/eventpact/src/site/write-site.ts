import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { UsageError } from "../command-line/command.ts";

/** What is in the site's folder because we wrote it, so that nothing else is ever removed. */
const MANIFEST = ".eventpact-docs.json";

export interface Written {
  readonly written: number;
  readonly unchanged: number;
  readonly removed: number;
  /** Of all files together. */
  readonly bytes: number;
}

/**
 * Makes the folder hold these files: equal ones are not touched, ours of before that are no longer made are removed,
 * others stay. Throws `UsageError` for a folder that holds something else and no site of ours.
 */
export async function writeSite(folder: string, files: ReadonlyMap<string, string>): Promise<Written> {
  const before = await readManifest(folder);
  if (!before && !(await isEmpty(folder)))
    throw new UsageError(`${folder} holds other files and no site of ours.`, "Name an empty or new folder with --out.");
  let written = 0;
  let bytes = 0;
  const folders = new Set<string>();
  for (const [path, text] of files) {
    const target = join(folder, path);
    const content = Buffer.from(text);
    bytes += content.length;
    const known = await readFile(target).catch(() => undefined);
    if (known?.equals(content)) continue;
    if (!folders.has(dirname(target))) await mkdir(dirname(target), { recursive: true });
    folders.add(dirname(target));
    await writeFile(`${target}.tmp`, content);
    await rename(`${target}.tmp`, target);
    written += 1;
  }
  const gone = (before ?? []).filter((path) => !files.has(path) && isInside(path));
  for (const path of gone) await rm(join(folder, path), { force: true });
  const manifest = `${JSON.stringify({ files: [...files.keys()].toSorted() })}\n`;
  if ((await readFile(join(folder, MANIFEST), "utf8").catch(() => "")) !== manifest) {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, MANIFEST), manifest);
  }
  return { written, unchanged: files.size - written, removed: gone.length, bytes };
}

/** Sizes of files by path, or undefined as soon as one is missing. */
export async function sizesOf(
  folder: string,
  paths: readonly string[],
): Promise<Readonly<Record<string, number>> | undefined> {
  try {
    const sizes = await Promise.all(paths.map(async (path) => [path, (await stat(join(folder, path))).size] as const));
    return Object.fromEntries(sizes);
  } catch {
    return undefined;
  }
}

async function readManifest(folder: string): Promise<readonly string[] | undefined> {
  try {
    const { files } = JSON.parse(await readFile(join(folder, MANIFEST), "utf8")) as { files?: unknown };
    return Array.isArray(files) ? files.filter((path) => typeof path === "string") : undefined;
  } catch {
    return undefined;
  }
}

async function isEmpty(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).length === 0;
}

function isInside(path: string): boolean {
  return !path.startsWith("/") && !path.split("/").includes("..");
}
