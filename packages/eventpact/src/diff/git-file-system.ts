import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { spawn } from "node:child_process";
import type { FileSystem } from "../read/file-system.ts";
import { limits } from "../read/limits.ts";
import { git, gitEnvironment, gitSettings, prefixOf } from "./git.ts";

/** The files of a commit, as a file system below the folder `root` of the working tree. Close it when done. */
export interface GitFileSystem extends FileSystem {
  close(): void;
}

/**
 * Reads a commit's files without checking anything out: one `git ls-tree` for the names, one `git cat-file --batch` for all
 * contents. Symbolic links are followed inside of the commit; submodules and files with a line feed in their name are not there.
 */
export async function gitFileSystem(root: string, commit: string): Promise<GitFileSystem> {
  const prefix = await prefixOf(root);
  const known = new Map<string, string>();
  let batch: Batch | undefined;
  return {
    async list(folder) {
      const below = folder === "." ? prefix : `${prefix}${folder}/`;
      const path = below === "" ? [] : ["--", below];
      const listed = parseTree(await git(root, "ls-tree", "-r", "-z", "--full-tree", commit, ...path));
      const inside = listed.filter(({ path }) => path.startsWith(below));
      const names = inside.map((entry) => ({ ...entry, name: entry.path.slice(prefix.length) }));
      const shown = names.filter(({ path }) => !isHidden(path.slice(below.length)));
      for (const { name, id, isLink } of shown) if (!isLink) known.set(name, id);
      return shown.map(({ name }) => name);
    },
    async read(path) {
      if (/[\n\0]/.test(path)) return undefined;
      batch ??= startBatch(root);
      return batch.ask(known.get(path) ?? `${commit}:${prefix}${path}`);
    },
    close: () => batch?.close(),
  };
}

interface Entry {
  readonly id: string;
  readonly path: string;
  readonly isLink: boolean;
}

function parseTree(output: string): readonly Entry[] {
  return output.split("\0").flatMap((line) => {
    const [, mode, id, path] = /^(\d+) blob ([0-9a-f]+)\t(.+)$/s.exec(line) ?? [];
    return mode && id && path ? [{ id, path, isLink: mode === "120000" }] : [];
  });
}

/** As on the disk: hidden folders and `node_modules` are not looked into. */
function isHidden(path: string): boolean {
  const folders = path.split("/").slice(0, -1);
  return folders.some((folder) => folder.startsWith(".") || folder === "node_modules");
}

interface Batch {
  ask(object: string): Promise<Uint8Array | undefined>;
  close(): void;
}

interface Waiting {
  readonly resolve: (bytes: Uint8Array | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** Answers come in the order of the questions: a line `<id> <type> <size>`, then the bytes and a line feed; or `… missing`. */
function startBatch(cwd: string): Batch {
  const args = [...gitSettings, "cat-file", "--batch", "--follow-symlinks"];
  const child = spawn("git", args, { cwd, env: { ...process.env, ...gitEnvironment } });
  const waiting: Waiting[] = [];
  let failure: Error | undefined;
  const fail = (error: Error): void => {
    failure ??= error;
    for (const { reject } of waiting.splice(0)) reject(failure);
  };
  readAnswers(child, (bytes) => waiting.shift()?.resolve(bytes));
  child.stderr.resume();
  child.stdin.on("error", fail);
  child.on("error", fail);
  child.on("close", () => fail(new Error("git cat-file ended early.")));
  return {
    ask: (object) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        waiting.push({ resolve, reject });
        child.stdin.write(`${object}\n`);
      }),
    close: () => void child.stdin.end(),
  };
}

function readAnswers(child: ChildProcessWithoutNullStreams, answer: (bytes: Uint8Array | undefined) => void): void {
  let chunks: Buffer[] = [];
  let size = 0;
  /** The object whose bytes are being collected; `keep` is false for what is no file or far too large. */
  let body: { readonly size: number; readonly keep: boolean; readonly tooLarge: boolean } | undefined;
  child.stdout.on("data", (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (body && size < body.size + 1) return;
    let all = Buffer.concat(chunks);
    for (;;) {
      if (body) {
        if (all.length < body.size + 1) break;
        const bytes = Buffer.from(all.subarray(0, body.size));
        answer(body.keep ? bytes : body.tooLarge ? new Uint8Array(limits.fileBytes + 1) : undefined);
        all = all.subarray(body.size + 1);
        body = undefined;
        continue;
      }
      const end = all.indexOf(0x0a);
      if (end < 0) break;
      const line = all.toString("utf8", 0, end);
      all = all.subarray(end + 1);
      const [, type, length] =
        /^(?:[0-9a-f]+ )?(blob|tree|commit|tag|dangling|loop|notdir|symlink) (\d+)$/.exec(line) ?? [];
      if (type === undefined) answer(undefined);
      else {
        const bytes = Number(length);
        const tooLarge = type === "blob" && bytes > limits.fileBytes;
        body = { size: bytes, keep: type === "blob" && !tooLarge, tooLarge };
      }
    }
    chunks = all.length > 0 ? [all] : [];
    size = all.length;
  });
}
