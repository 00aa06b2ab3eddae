import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkModel } from "../check/check-model.ts";
import { buildModel } from "../model/read-model.ts";
import { loadFolder } from "../read/load.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { rules } from "../rules/index.ts";
import type { Specimen } from "./diagnostics-page.ts";

/** The first finding of each rule in its own `bad` fixture, without the fixture's marks. */
export async function readSpecimens(fixtures: string): Promise<ReadonlyMap<string, Specimen>> {
  const specimens = new Map<string, Specimen>();
  for (const rule of rules) {
    const folder = join(fixtures, rule.code, "bad");
    const names = await readdir(folder).catch(() => []);
    if (names.length === 0) continue;
    const loaded = await loadFolder(nodeFileSystem(folder), ".");
    const found = checkModel(buildModel(".", loaded), { events: "on", severities: {} }, [rule]);
    const diagnostic = found[0];
    if (!diagnostic) continue;
    const text = readFileSync(join(folder, diagnostic.file), "utf8");
    specimens.set(rule.code, { diagnostic, lines: text.split("\n").map((line) => line.replace(/\s*# <-.*$/, "")) });
  }
  return specimens;
}
