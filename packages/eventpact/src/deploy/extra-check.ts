import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isUnchanged, recordingFileSystem } from "../cache/recording-file-system.ts";
import type { Trace } from "../cache/recording-file-system.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { ExtraCheck, ExtraCheckContext } from "../check/extra-checks.ts";
import { UsageError } from "../command-line/command.ts";
import { verifySettings } from "../contracts/settings.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { recordsHash } from "./records-hash.ts";
import type { DeploySettings, SettingsFault } from "./settings.ts";
import { deploySettings } from "./settings.ts";

/** Nothing that an environment is not done with has left the documents. Applies where deployments are recorded. */
export const extraCheck: ExtraCheck = {
  async run(context) {
    const { root, folder, config, today } = context;
    const { settings, faults } = deploySettings(config.sections["deploy"]);
    if (faults.length > 0) return configFaults(context, faults);
    const contracts = verifySettings(config.sections["verify"]).settings.contracts;
    const recorded = recordsHash(join(root, contracts, "environments"));
    if (recorded === undefined || context.diagnostics.some(({ code }) => unreadable.has(code))) return [];
    const cache = cacheFolder(root, config.file !== undefined);
    const store = cache === undefined ? noStore : folderStore(cache);
    const key = JSON.stringify([
      "deploy-check",
      toolFingerprint(),
      root,
      folder,
      recorded,
      today,
      config.sections["deploy"] ?? null,
    ]);
    const known = store.get(key) as { trace: Trace; findings: readonly Diagnostic[] } | undefined;
    const disk = nodeFileSystem(root);
    if (known && (await isUnchanged(disk, known.trace))) return known.findings;
    const recording = recordingFileSystem(disk);
    const findings = await freshFindings(context, settings, contracts, recording);
    store.put(key, { trace: recording.trace(), findings });
    return findings;
  },
};

const unreadable = new Set(["yaml-syntax", "yaml-alias", "yaml-duplicate-key", "file-too-large", "ref-resolves"]);

async function freshFindings(
  { root, folder, today }: ExtraCheckContext,
  settings: DeploySettings,
  contracts: string,
  fileSystem: FileSystem,
): Promise<readonly Diagnostic[]> {
  const [{ readModel }, { contentsOf }, { recordFiles }, { worldFrom }, { tooEarly }, { retiredEarly }] =
    await Promise.all([
      import("../model/read-model.ts"),
      import("./contents.ts"),
      import("./files.ts"),
      import("./session.ts"),
      import("./plan.ts"),
      import("./findings.ts"),
    ]);
  const model = await readModel(folder, { fileSystem });
  const target = model.services.map(({ name }) => contentsOf(model, [], name).contents);
  const files = recordFiles(join(root, contracts), contracts);
  const now = Date.parse(today);
  return files.names().flatMap((name): readonly Diagnostic[] => {
    try {
      const world = worldFrom({ files, contracts }, name);
      return tooEarly(target, world, settings, now).map((one) => retiredEarly(model, one));
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      const file = `${contracts}/environments/${name}.json`;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      return [{ code: "records-unreadable", severity: "error", file, ...start, message: error.message, ...hint }];
    }
  });
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 1 } as const;

async function configFaults(
  { root, config }: ExtraCheckContext,
  faults: readonly SettingsFault[],
): Promise<readonly Diagnostic[]> {
  const { parseYaml } = await import("../read/yaml-source.ts");
  const file = config.file ?? "eventpact.yaml";
  const { locate } = parseYaml(readFileSync(join(root, file), "utf8"));
  return faults.map(({ pointer, message }) => ({
    code: "config-invalid",
    severity: "error",
    file,
    ...locate(pointer),
    message,
  }));
}
