import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Trace } from "../cache/recording-file-system.ts";
import { isUnchanged, recordingFileSystem } from "../cache/recording-file-system.ts";
import type { Store } from "../cache/store.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import type { ExtraCheck, ExtraCheckContext } from "../check/extra-checks.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import { recordsHash } from "../deploy/records-hash.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { loadFolder } from "../read/load.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { mainBranch } from "./against.ts";
import { diffFingerprint } from "./fingerprint.ts";
import { commitOf, git, GitError, mergeBaseOf, prefixOf } from "./git.ts";
import type { CompatibilitySettings, SettingsFault } from "./settings.ts";
import { compatibilitySettings } from "./settings.ts";

/**
 * What changed since the main branch breaks nobody: `eventpact diff` against the commit where HEAD left it. Applies inside of
 * a git repository with such a branch; silent where no file that was read differs from that commit. What cannot be read is
 * told once: here, unless an open finding stands in that file already.
 */
export const extraCheck: ExtraCheck = {
  async run(context) {
    const { root, config } = context;
    const { settings, faults } = compatibilitySettings(config.sections["compatibility"]);
    if (faults.length > 0) return configFaults(context, faults);
    if (!isInRepository(root)) return [];
    try {
      const found = await baseCommit(root, settings);
      if (found === undefined) return [];
      return untold(await rememberedFindings(context, found, settings), context);
    } catch (error) {
      // No git on this machine, a damaged repository: the documents themselves are checked all the same.
      if (error instanceof GitError) return [];
      throw error;
    }
  },
};

/** What the check of the documents says already, and what the first documents of a repository cannot be held against. */
function untold(
  findings: readonly Diagnostic[],
  { diagnostics, config, today }: ExtraCheckContext,
): readonly Diagnostic[] {
  const anywhere = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  const { open } = applyWaivers(diagnostics, config, today, () => anywhere);
  const files = new Set(
    open.flatMap(({ severity, file, code }) => (severity === "error" && saysUnread.has(code) ? [file] : [])),
  );
  return findings.filter(
    ({ code, file }) => code !== "nothing-to-compare" && !(code === "newer-unreadable" && files.has(file)),
  );
}

/** Rules that say of a file that it, or what it refers to, cannot be read. */
const saysUnread: ReadonlySet<string> = new Set(
  "yaml-syntax yaml-alias yaml-duplicate-key yaml-json file-encoding file-too-large ref-resolves asyncapi-version".split(
    " ",
  ),
);

interface Base {
  readonly name: string;
  readonly commit: string;
}

async function baseCommit(root: string, { against }: CompatibilitySettings): Promise<Base | undefined> {
  const tip = against === undefined ? await mainBranch(root) : { name: against, commit: await commitOf(root, against) };
  const commit = tip?.commit === undefined ? undefined : await mergeBaseOf(root, "HEAD", tip.commit);
  return tip === undefined || commit === undefined ? undefined : { name: tip.name, commit };
}

/**
 * Whether the folder lists other files than the commit, or one of the files that are read, wherever it lies, has other bytes.
 * Bytes are compared as git names them, so that nothing that git overlooks (ignored files, files behind links) is overlooked here.
 */
async function differs({ root, folder }: ExtraCheckContext, commit: string, disk: FileSystem): Promise<boolean> {
  const recording = recordingFileSystem(disk);
  await loadFolder(recording, folder);
  const { files } = recording.trace();
  const prefix = await prefixOf(root);
  const tree = await git(root, "ls-tree", "-r", "-z", "--full-tree", commit);
  const ids = new Map(
    tree.split("\0").flatMap((line) => {
      const [, mode = "", id = "", path = ""] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
      return path.startsWith(prefix) && mode !== "120000" ? [[path.slice(prefix.length), id] as const] : [];
    }),
  );
  const then = [...ids.keys()].filter((path) => isPart(path) && isBelow(folder, path));
  const now = (await disk.list(folder)).filter(isPart);
  if (then.some((path) => files[path] === undefined) || now.some((path) => !ids.has(path))) return true;
  for (const path of [...Object.keys(files), "eventpact.yaml"]) {
    const bytes = await disk.read(path).catch(() => undefined);
    if ((bytes && blobId(bytes, ids.get(path)?.length)) !== ids.get(path)) return true;
  }
  return false;
}

const isPart = (path: string): boolean => /\.(ya?ml|json)$/i.test(path);

/** As the disk lists a folder: without hidden folders and `node_modules`. */
function isBelow(folder: string, path: string): boolean {
  const inner = folder === "." ? path : path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : undefined;
  const folders = inner?.split("/").slice(0, -1);
  return folders?.every((name) => !name.startsWith(".") && name !== "node_modules") ?? false;
}

/** The name git gives to these bytes: SHA-1, or SHA-256 where the repository is made so. */
function blobId(bytes: Uint8Array, length: number | undefined): string {
  const hash = createHash(length === 64 ? "sha256" : "sha1");
  return hash.update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
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
  const isOther = await differs(context, base.commit, recording);
  const findings = isOther ? await freshFindings(context, base, settings, recording, store) : [];
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
