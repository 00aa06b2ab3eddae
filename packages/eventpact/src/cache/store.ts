import { createHash, randomUUID } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Values kept between runs. A cache is never needed: whatever goes wrong with it means "not there". */
export interface Store {
  get(key: string): unknown;
  put(key: string, value: unknown): void;
}

/**
 * A folder of small files, each with a checksum in its first line: a half-written or damaged entry is not there. Entries
 * appear by rename, so that runs side by side see the old one or the new one and never a mixture.
 */
export function folderStore(folder: string): Store {
  const pathOf = (key: string): string =>
    join(folder, `${createHash("sha256").update(key).digest("hex").slice(0, 40)}.json`);
  return {
    get(key) {
      try {
        const text = readFileSync(pathOf(key), "utf8");
        const end = text.indexOf("\n");
        const body = text.slice(end + 1);
        return text.slice(0, end) === checksum(key, body) ? JSON.parse(body) : undefined;
      } catch {
        return undefined;
      }
    },
    put(key, value) {
      const path = pathOf(key);
      const temporary = `${path}.${process.pid}.${randomUUID()}.tmp`;
      try {
        mkdirSync(folder, { recursive: true });
        const body = JSON.stringify(value);
        writeFileSync(temporary, `${checksum(key, body)}\n${body}`);
        renameSync(temporary, path);
      } catch {
        rmSync(temporary, { force: true });
      }
    },
  };
}

export const noStore: Store = { get: () => undefined, put: () => undefined };

/**
 * The cache folder of a project: in the nearest `node_modules` at or above the root, else `.cache` beside eventpact.yaml.
 * Undefined for a folder with neither: nothing is left behind in somebody else's files.
 */
export function cacheFolder(root: string, hasConfig: boolean): string | undefined {
  for (let folder = root; ; folder = dirname(folder)) {
    const modules = join(folder, "node_modules");
    if (existsSync(modules) && isWritable(modules)) return join(modules, ".cache", "eventpact");
    if (dirname(folder) === folder) break;
  }
  return hasConfig && isWritable(root) ? join(root, ".cache", "eventpact") : undefined;
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function checksum(key: string, body: string): string {
  return createHash("sha256").update(key).update("\0").update(body).digest("hex");
}
