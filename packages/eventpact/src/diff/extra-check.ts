import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import type { Trace } from "../cache/recording-file-system.ts";
import { isUnchanged, recordingFileSystem } from "../cache/recording-file-system.ts";
import type { Store } from "../cache/store.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import type { ExtraCheck, ExtraCheckContext } from "../check/extra-checks.ts";
import { recordsHash } from "../deploy/records-hash.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { mainBranch } from "./against.ts";
import { diffFingerprint } from "./fingerprint.ts";
import { commitOf, git, GitError, gitOrNothing, mergeBaseOf } from "./git.ts";
import type { CompatibilitySettings, SettingsFault } from "./settings.ts";
import { compatibilitySettings } from "./settings.ts";

/**
 * What changed since the main branch breaks nobody: `eventpact diff` against the commit where HEAD left it. Applies inside of
 * a git repository with such a branch; silent where nothing under the folder differs from that commit, and while files cannot
 * be read, which is told already.
 */
export const extraCheck: ExtraCheck = {
  async run(context) {
    const { root, config } = context;
    const { settings, faults } = compatibilitySettings(config.sections["compatibility"]);
    if (faults.length > 0) return configFaults(context, faults);
    if (context.diagnostics.some(({ code }) => unreadable.has(code)) || !isInRepository(root)) return [];
    try {
      const found = await baseCommit(root, settings);
      if (found === undefined || !(await differs(context, found.commit))) return [];
      return await rememberedFindings(context, found, settings);
    } catch (error) {
      // No git on this machine, a damaged repository: the documents themselves are checked all the same.
      if (error instanceof GitError) return [];
      throw error;
    }
  },
};

const unreadable = new Set(["yaml-syntax", "yaml-alias", "yaml-duplicate-key", "file-too-large", "ref-resolves"]);

interface Base {
  readonly name: string;
  readonly commit: string;
}

async function baseCommit(root: string, { against }: CompatibilitySettings): Promise<Base | undefined> {
  const tip = against === undefined ? await mainBranch(root) : { name: against, commit: await commitOf(root, against) };
  const commit = tip?.commit === undefined ? undefined : await mergeBaseOf(root, "HEAD", tip.commit);
  return tip === undefined || commit === undefined ? undefined : { name: tip.name, commit };
}

/** Whether a file of the folder is not what it was in the commit, or one outside of it that the folder may refer to. */
async function differs({ root, folder }: ExtraCheckContext, commit: string): Promise<boolean> {
  const [changed, untracked] = await Promise.all([
    git(root, "diff", "--name-only", "--relative", "--no-ext-diff", "--no-renames", "-z", commit, "--", "."),
    git(root, "ls-files", "--others", "--exclude-standard", "-z", "--", folder),
  ]);
  const names = [...changed.split("\0"), ...untracked.split("\0")].filter((name) => /\.(ya?ml|json)$/i.test(name));
  if (names.some((name) => folder === "." || name.startsWith(`${folder}/`))) return true;
  const outside = [...new Set(names.map((name) => posix.basename(name)))];
  if (outside.length === 0) return false;
  const patterns = outside.slice(0, 200).flatMap((name) => ["-e", name]);
  const mentioned = await gitOrNothing(
    root,
    "grep",
    "--untracked",
    "--files-with-matches",
    "--fixed-strings",
    ...patterns,
    "--",
    folder,
  );
  return mentioned !== undefined || outside.length > 200;
}

async function rememberedFindings(
  context: ExtraCheckContext,
  base: Base,
  settings: CompatibilitySettings,
): Promise<readonly Diagnostic[]> {
  const { root, folder, config, today } = context;
  const cache = cacheFolder(root, config.file !== undefined);
  const store = cache === undefined ? noStore : folderStore(cache);
  const deploy = config.sections["deploy"] ?? null;
  const records = recordsHash(join(root, settings.contracts, "environments"));
  const key = JSON.stringify(["diff", diffFingerprint(), root, folder, base, settings, today, deploy, records ?? null]);
  const known = store.get(key) as { trace: Trace; findings: readonly Diagnostic[] } | undefined;
  const disk = nodeFileSystem(root);
  if (known && (await isUnchanged(disk, known.trace))) return known.findings;
  const recording = recordingFileSystem(disk);
  const findings = await freshFindings(context, base, settings, recording, store);
  store.put(key, { trace: recording.trace(), findings });
  return findings;
}

async function freshFindings(
  { root, folder, config, today }: ExtraCheckContext,
  base: Base,
  settings: CompatibilitySettings,
  fileSystem: FileSystem,
  store: Store,
): Promise<readonly Diagnostic[]> {
  const [{ runDiff }, { commitSide, workingTree }, { changeDiagnostics }, { rememberedTexts }] = await Promise.all([
    import("./run-diff.ts"),
    import("./side.ts"),
    import("./diagnostics.ts"),
    import("./parse-memo.ts"),
  ]);
  const remembered = rememberedTexts(store, root, folder);
  const newer = { ...workingTree({ root, cwd: root }), fileSystem };
  const older = await commitSide(base.name, base.commit, { root });
  try {
    const deploy = config.sections["deploy"] ?? {};
    const request = { root, folder, older, newer, settings, today, deploy, memo: remembered.memo };
    const { changes, findings } = await runDiff(request);
    remembered.keep();
    return [...changeDiagnostics(changes, folder, settings.approvals), ...findings];
  } finally {
    older.close();
  }
}

function isInRepository(root: string): boolean {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return true;
    if (dirname(folder) === folder) return false;
  }
}

async function configFaults(
  { root, config }: ExtraCheckContext,
  faults: readonly SettingsFault[],
): Promise<readonly Diagnostic[]> {
  const { parseYaml } = await import("../read/yaml-source.ts");
  const file = config.file ?? "eventpact.yaml";
  const { locate } = parseYaml(readFileSync(join(root, file), "utf8"));
  return faults.map(({ pointer, message, hint }) => ({
    code: "config-invalid",
    severity: "error",
    file,
    ...locate(pointer),
    message,
    ...(hint === undefined ? {} : { hint }),
  }));
}
