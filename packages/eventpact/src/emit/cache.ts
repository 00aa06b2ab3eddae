import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Memo } from "./emit.ts";
import { readText, writeWhole } from "./package-files.ts";

/** What a run left behind, so that the next one can see that nothing has changed, or make only what has. */
export interface Remembered {
  /** Of the generator itself and its options: nothing made by another one counts. */
  readonly generator: string;
  /** File below the documents' folder or reached from it → SHA-256; '' for one that is listed but was not read. */
  readonly sources: Readonly<Record<string, string>>;
  /** Generated file → SHA-256. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly events: number;
  /** Content of the input → text made for it. */
  readonly made: Readonly<Record<string, string>>;
}

export function sha256(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Where caches of a project go: inside node_modules when there is one, so that no ignore file is needed. */
export function cacheFolder(root: string): string {
  const modules = join(root, "node_modules");
  return existsSync(modules) ? join(modules, ".cache", "eventpact") : join(root, ".cache", "eventpact");
}

/** `undefined` when there is no memory, or one that cannot be read. */
export async function recall(path: string): Promise<Remembered | undefined> {
  try {
    return JSON.parse((await readText(path)) ?? "") as Remembered;
  } catch {
    return undefined;
  }
}

/** Failing to remember costs time only. */
export async function remember(path: string, remembered: Remembered): Promise<void> {
  await writeWhole(path, JSON.stringify(remembered)).catch(() => undefined);
}

/** A memo over what an earlier run made; `made` collects what this run used, and only that. */
export function memoOver(earlier: Readonly<Record<string, string>>): { memo: Memo; made: Record<string, string> } {
  const made: Record<string, string> = {};
  const memo: Memo = async (kind, input, make) => {
    const id = sha256(`${kind}\n${input}`);
    const text = made[id] ?? (Object.hasOwn(earlier, id) ? earlier[id] : undefined) ?? (await make());
    made[id] = text;
    return text;
  };
  return { memo, made };
}

/** Changes whenever the generator's own code or the libraries that write code for it do. */
export async function generatorFingerprint(): Promise<string> {
  const hash = createHash("sha256");
  for (const part of ["emit", "emit/runtime", "model", "read"]) {
    const folder = fileURLToPath(new URL(`../${part}/`, import.meta.url));
    for (const name of (await readdir(folder)).toSorted()) {
      if (/\.[jt]s$/.test(name)) hash.update(`${part}/${name}\n`).update(await readFile(join(folder, name)));
    }
  }
  const require = createRequire(import.meta.url);
  for (const library of ["ajv", "json-schema-to-typescript", "yaml"]) {
    hash.update(await readFile(require.resolve(`${library}/package.json`)));
  }
  return hash.digest("hex");
}
