import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

export const GENERATOR = "quicktype-core@26.0.0";

/** What is used of quicktype. */
export interface Quicktype {
  readonly InputData: new () => { addInput(input: unknown): void };
  readonly JSONSchemaInput: new (store: unknown) => {
    addSource(source: { name: string; uris: readonly string[]; schema: string }): Promise<void>;
  };
  readonly FetchingJSONSchemaStore: new () => unknown;
  quicktype(options: {
    inputData: unknown;
    lang: string;
    rendererOptions: Readonly<Record<string, string>>;
  }): Promise<{ readonly lines: readonly string[] }>;
}

/** Fetches the generator into a folder of its own, once, and loads it. Rejects with npm's own words. */
export async function loadGenerator(folder: string, tell: (line: string) => void): Promise<Quicktype> {
  const stamp = join(folder, "installed");
  if (!existsSync(stamp)) {
    tell(`Fetching ${GENERATOR} into ${folder} (once, some 20 MB) …`);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, "package.json"), '{ "private": true }\n');
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const words = [
      "install",
      "--save-exact",
      GENERATOR,
      ..."--ignore-scripts --no-audit --no-fund --loglevel=error".split(" "),
    ];
    await promisify(execFile)(npm, words, { cwd: folder, shell: process.platform === "win32" });
    await writeFile(stamp, `${GENERATOR}\n`);
  }
  const entry = join(folder, "node_modules", "quicktype-core", "dist", "index.js");
  const module = (await import(pathToFileURL(entry).href)) as Quicktype & { readonly default?: Quicktype };
  return module.default ?? module;
}
