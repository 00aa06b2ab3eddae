import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import type { Model } from "../../model/types.ts";
import { readModel } from "../../model/read-model.ts";
import type { FileSystem } from "../../read/file-system.ts";

/** A state of the folder in the history of the checked-out branch. */
export interface PastState {
  readonly commit: { readonly id: string; readonly date: string; readonly subject: string };
  /** Names the folder's content: equal ids, equal files. */
  readonly tree: string;
  /** Reads the folder as it was. */
  readonly read: () => Promise<Model>;
}

const run = promisify(execFile);
const MAX_BUFFER = 256 * 1024 * 1024;

/** Reading history costs what reading the folder costs, once per commit: this much text at most. */
const MAX_TEXT = 4_000_000;

/**
 * The commits that touched the folder, newest first, along the first parents; none where there is no git repository.
 * @param base the project root, which the folder's path is relative to
 */
export async function pastStates(base: string, folder: string): Promise<readonly PastState[]> {
  const git = (...args: readonly string[]): Promise<string> =>
    run("git", [...args], { cwd: base, maxBuffer: MAX_BUFFER }).then(({ stdout }) => stdout);
  let log: string;
  try {
    log = await git("log", "--first-parent", "-n", "40", "--format=%H%x00%cI%x00%s%x1e", "--", folder);
  } catch {
    return [];
  }
  const commits = log.split("\u001e").flatMap((line) => {
    const [id, date, subject] = line.trim().split("\0");
    return id && date ? [{ id, date, subject: subject ?? "" }] : [];
  });
  const states: PastState[] = [];
  let text = 0;
  for (const commit of commits) {
    const listed = parseTree(await git("ls-tree", "-r", "-l", "-z", commit.id, "--", folder));
    text += listed.reduce((sum, { size }) => sum + size, 0);
    if (text > MAX_TEXT && states.length >= 2) break;
    const path = folder === "." ? "./" : `./${folder}`;
    const tree = (await git("rev-parse", `${commit.id}:${path}`).catch(() => "")).trim();
    const read = async (): Promise<Model> =>
      readModel(folder, { fileSystem: frozenFileSystem(listed, await blobs(base, listed)) });
    states.push({ commit, tree, read });
  }
  return states;
}

/** Names what the history holds and whether the folder differs from it; equal texts, equal changelogs. */
export async function historyState(
  base: string,
  folder: string,
): Promise<{ readonly head: string; readonly isClean: boolean }> {
  try {
    const head = await run("git", ["rev-parse", "HEAD"], { cwd: base });
    const status = await run("git", ["status", "--porcelain", "--", folder], { cwd: base, maxBuffer: MAX_BUFFER });
    return { head: head.stdout.trim(), isClean: status.stdout.trim() === "" };
  } catch {
    return { head: "", isClean: true };
  }
}

interface Blob {
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

function parseTree(output: string): readonly Blob[] {
  return output.split("\0").flatMap((line) => {
    const [, id, size, path] = /^\d+ blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line) ?? [];
    return id && path ? [{ id, size: Number(size), path }] : [];
  });
}

function frozenFileSystem(listed: readonly Blob[], content: ReadonlyMap<string, Uint8Array>): FileSystem {
  const byPath = new Map(listed.map((blob) => [blob.path, content.get(blob.id)]));
  return {
    list: (folder) =>
      Promise.resolve([...byPath.keys()].filter((path) => folder === "." || path.startsWith(`${folder}/`))),
    read: (path) => Promise.resolve(byPath.get(path)),
  };
}

/** All blobs through one `git cat-file --batch`: each answer is a line `<id> blob <size>`, the bytes, a line feed. */
async function blobs(base: string, listed: readonly Blob[]): Promise<ReadonlyMap<string, Uint8Array>> {
  const wanted = [...new Set(listed.map(({ id }) => id))];
  const child = spawn("git", ["cat-file", "--batch"], { cwd: base, stdio: ["pipe", "pipe", "ignore"] });
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<void>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => resolve());
  });
  child.stdin.end(`${wanted.join("\n")}\n`);
  await ended;
  const all = Buffer.concat(chunks);
  const found = new Map<string, Uint8Array>();
  for (let at = 0; at < all.length;) {
    const lineEnd = all.indexOf(0x0a, at);
    if (lineEnd < 0) break;
    const [id, , size] = all.toString("utf8", at, lineEnd).split(" ");
    const length = Number(size);
    if (!id || !Number.isFinite(length)) break;
    found.set(id, all.subarray(lineEnd + 1, lineEnd + 1 + length));
    at = lineEnd + 1 + length + 1;
  }
  return found;
}
