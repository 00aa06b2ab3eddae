import { join } from "node:path";
import type { ExtraCheck } from "../check/extra-checks.ts";
import { sourceOfPackage } from "./package-files.ts";
import { generateSettings } from "./settings.ts";

/**
 * Generated code is what the documents say. Applies where a package has been generated from this very folder; says nothing
 * while the documents have faults of their own that keep the generator from running.
 */
export const extraCheck: ExtraCheck = {
  async run({ project: { root, folder, settings, store } }) {
    const wanted = generateSettings(root, folder, settings.generate);
    if ((await sourceOfPackage(join(root, wanted.out))) !== folder) return [];
    const { generate } = await import("./generate.ts");
    const { policy } = settings.compatibility;
    const { status, diagnostics } = await generate({ ...wanted, policy, root, dir: folder, check: true, store });
    return status === "stale" ? diagnostics.filter(({ code }) => code === "generated-stale") : [];
  },
};
