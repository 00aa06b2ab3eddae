import { existsSync, statSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { GitError, commitOf, isShallow, mergeBaseOf } from "./git.ts";
import { gitFileSystem } from "./git-file-system.ts";

/** A state of the documents: the working tree, a commit, or another folder. */
export interface Side {
  readonly kind: "working-tree" | "commit" | "folder";
  /** What people call it: `main`, `../before`, `the working tree`. */
  readonly label: string;
  readonly commit?: string;
  readonly fileSystem: FileSystem;
  /** The folder of documents, where it is known to be elsewhere than usual. */
  readonly folder?: string;
  /** A file's path as a person may open it. */
  readonly shown: (file: string) => string;
  readonly close: () => void;
}

interface Where {
  /** The absolute project root, the folder of documents in it, and where the command was started. */
  readonly root: string;
  readonly folder: string;
  readonly cwd: string;
}

/** The files on disk. */
export function workingTree({ root, cwd }: Pick<Where, "root" | "cwd">): Side {
  return {
    kind: "working-tree",
    label: "the working tree",
    fileSystem: nodeFileSystem(root),
    shown: (file) => fromHere(cwd, join(root, file)),
    close: () => undefined,
  };
}

/**
 * Finds the state that a name means: a commit of the repository, or a folder of documents (or a checkout with the same
 * folder in it). A path that begins with `.` or `/` is a folder. Throws `UsageError` when there is neither.
 */
export async function sideNamed(name: string, where: Where, mergeBase: boolean): Promise<Side> {
  const path = resolve(where.cwd, name);
  const isFolder = existsSync(path) && statSync(path).isDirectory();
  if (isFolder && /^[./]/.test(name)) return folderSide(name, path, where);
  try {
    const commit = await commitOf(where.root, name);
    if (commit !== undefined)
      return await commitSide(name, mergeBase ? await baseOf(name, commit, where) : commit, where);
    if (isFolder) return folderSide(name, path, where);
    const hint = (await isShallow(where.root))
      ? "The clone is shallow: fetch more of its history (in GitHub Actions: fetch-depth: 0)."
      : "Name a branch, a tag, a commit or a folder; a remote branch may have to be fetched first.";
    throw new UsageError(`There is no commit and no folder "${name}".`, hint);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    if (isFolder) return folderSide(name, path, where);
    throw new UsageError(
      `"${name}" cannot be looked up. ${error.message}`,
      "A folder can be compared with, too: --against ../before",
    );
  }
}

async function baseOf(name: string, commit: string, { root }: Where): Promise<string> {
  const base = await mergeBaseOf(root, "HEAD", commit);
  if (base !== undefined) return base;
  throw new UsageError(
    `HEAD and ${name} have no commit in common.`,
    (await isShallow(root))
      ? "The clone is shallow: fetch more of its history (in GitHub Actions: fetch-depth: 0)."
      : undefined,
  );
}

/** The state of a commit. */
export async function commitSide(label: string, commit: string, { root }: Pick<Where, "root">): Promise<Side> {
  const fileSystem = await gitFileSystem(root, commit);
  return {
    kind: "commit",
    label,
    commit,
    fileSystem,
    shown: (file) => `${label}:${file}`,
    close: () => fileSystem.close(),
  };
}

function folderSide(label: string, path: string, { folder, cwd }: Where): Side {
  const hasSame = folder !== "." && existsSync(join(path, folder));
  return {
    kind: "folder",
    label,
    fileSystem: nodeFileSystem(path),
    folder: hasSame ? folder : ".",
    shown: (file) => fromHere(cwd, join(path, file)),
    close: () => undefined,
  };
}

function fromHere(cwd: string, path: string): string {
  return relative(cwd, path).split(sep).join("/") || ".";
}
