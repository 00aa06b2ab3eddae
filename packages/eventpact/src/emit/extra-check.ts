import { join } from "node:path";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import type { ExtraCheck } from "../check/extra-checks.ts";
import { sourceOfPackage } from "./package-files.ts";
import { generateSettings } from "./settings.ts";

/**
 * Generated code is what the documents say. Applies where a package has been generated from this very folder; says nothing
 * while the documents have faults of their own that keep the generator from running.
 */
export const extraCheck: ExtraCheck = {
  async run({ root, folder, config }) {
    const settings = generateSettings(root, folder, config.sections["generate"]);
    if ((await sourceOfPackage(join(root, settings.out))) !== folder) return [];
    const { generate } = await import("./generate.ts");
    const cache = cacheFolder(root, config.file !== undefined);
    const options = { ...settings, root, dir: folder, check: true, store: cache ? folderStore(cache) : noStore };
    const { status, diagnostics } = await generate(options);
    return status === "stale" ? diagnostics.filter(({ code }) => code === "generated-stale") : [];
  },
};
