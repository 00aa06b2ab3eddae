import { join } from "node:path";
import type { ExtraCheck } from "../check/extra-checks.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
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
    return status === "stale"
      ? asOne(
          wanted.out,
          diagnostics.filter(({ code }) => code === "generated-stale"),
        )
      : [];
  },
};

/** One cause, one way out, one finding: what the documents lack stands among others here. `generate --check` names each file. */
function asOne(out: string, stale: readonly Diagnostic[]): readonly Diagnostic[] {
  const [first] = stale;
  if (first === undefined || stale.length === 1) return stale;
  const paths = stale.map(({ file }) => file.slice(out.length + 1));
  const shown = paths.length > 4 ? [...paths.slice(0, 3), `${paths.length - 3} more`] : paths;
  const names = `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}`;
  const message = `${paths.length} files of ${out}/ are not what the documents say: ${names}.`;
  return [{ ...(stale.find(({ file }) => file === `${out}/index.js`) ?? first), message }];
}
