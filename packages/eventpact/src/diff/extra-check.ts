import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { recordingFileSystem } from "../cache/recording-file-system.ts";
import { remembered } from "../cache/remembered.ts";
import type { ExtraCheck, ExtraCheckContext } from "../check/extra-checks.ts";
import { isMisconfigured, unreadCodes } from "../check/extra-checks.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import type { CompatibilitySettings } from "../config/settings.ts";
import { recordsHash } from "../deploy/records-hash.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { loadFolder } from "../read/load.ts";
import type { Project } from "../project/project.ts";
import { mainBranch } from "./against.ts";
import { diffFingerprint } from "./fingerprint.ts";
import { commitOf, git, GitError, isShallow, mergeBaseOf, prefixOf } from "./git.ts";

/**
 * What changed since the main branch breaks nobody: `eventpact diff` against the commit where HEAD left it. Applies inside of
 * a git repository with such a branch; silent where no file that was read differs from that commit. What cannot be read is
 * told once: here, unless an open finding stands in that file already.
 */
export const extraCheck: ExtraCheck = {
  async run(context) {
    const { root, settings } = context.project;
    if (isMisconfigured(context) || !isInRepository(root)) return [];
    try {
      const found = await baseCommit(root, settings.compatibility);
      if (found === undefined) return await missingBase(context);
      return untold(await rememberedFindings(context, found), context);
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
  { diagnostics, project, today }: ExtraCheckContext,
): readonly Diagnostic[] {
  const anywhere = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  const { open } = applyWaivers(diagnostics, project.settings, today, () => anywhere);
  const files = new Set(
    open.flatMap(({ severity, file, code }) => (severity === "error" && unreadCodes.has(code) ? [file] : [])),
  );
  return findings.filter(
    ({ code, file }) => code !== "nothing-to-compare" && !(code === "newer-unreadable" && files.has(file)),
  );
}

/**
 * A repository without a main branch, or without one that HEAD comes from, has nothing that could break. A shallow clone does
 * not have what there is, and a commit that eventpact.yaml names is meant to be there: to say nothing would be a promise.
 */
async function missingBase({ project: { root, folder, settings } }: ExtraCheckContext): Promise<readonly Diagnostic[]> {
  const { against } = settings.compatibility;
  const shallow = await isShallow(root);
  if (against === undefined && !shallow) return [];
  return [
    {
      code: "base-missing",
      severity: against === undefined ? "warning" : "error",
      file: folder,
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      message: `Whether a change breaks anybody is undecided: ${against ?? "the main branch"}, or the commit where HEAD left it, is not in this clone.`,
      hint: shallow
        ? "The clone is shallow: fetch more of its history (in GitHub Actions: fetch-depth: 0), or check --only-documents."
        : "Fetch it, or name another commit in compatibility.against of eventpact.yaml.",
    },
  ];
}

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
async function differs({ root, folder }: Project, commit: string, disk: FileSystem): Promise<boolean> {
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

async function rememberedFindings({ project, today }: ExtraCheckContext, base: Base): Promise<readonly Diagnostic[]> {
  const { root, folder, settings, store, fileSystem } = project;
  const { compatibility, deploy } = settings;
  const records = recordsHash(join(root, compatibility.contracts, "environments"));
  const decisive = [diffFingerprint(), root, folder, base, compatibility, today, deploy, records ?? null];
  const work = async (recording: FileSystem): Promise<readonly Diagnostic[]> =>
    (await differs(project, base.commit, recording)) ? freshFindings(project, today, base, recording) : [];
  return (await remembered({ store, key: JSON.stringify(["diff", ...decisive]), fileSystem, work })).value;
}

async function freshFindings(
  { root, folder, settings: { compatibility: settings, deploy }, store }: Project,
  today: string,
  base: Base,
  fileSystem: FileSystem,
): Promise<readonly Diagnostic[]> {
  const [{ runDiff }, { commitSide, workingTree }, { changeDiagnostics }, { rememberedTexts }] = await Promise.all([
    import("./run-diff.ts"),
    import("./side.ts"),
    import("./diagnostics.ts"),
    import("./parse-memo.ts"),
  ]);
  const texts = rememberedTexts(store, root, folder);
  const newer = { ...workingTree({ root, cwd: root }), fileSystem };
  const older = await commitSide(base.name, base.commit, { root });
  try {
    const { changes, findings } = await runDiff({
      root,
      folder,
      older,
      newer,
      settings,
      today,
      deploy,
      memo: texts.memo,
    });
    texts.keep();
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
