import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";

const root = join(import.meta.dirname, "..", "..");

/** Packages of this repository: in a copy they must lead into the copy. */
const ours = new Set(["@shop", "@eventpact", "eventpact"]);

function git(folder: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", words, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
  return stdout;
}

/**
 * Makes `folder` a clone of the repository as it is here, uncommitted changes included, on a branch `main` of one commit,
 * with the installed packages: what a reader has after `git clone` and the first command.
 */
export function copyOfTheRepository(folder: string): void {
  for (const path of git(root, "ls-files", "-z").split("\0").filter(Boolean)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  for (const name of readdirSync(join(root, "node_modules")))
    // What was installed is noted in a file; a link to it would speak of the other folder.
    if (name.startsWith(".installed")) cpSync(join(root, "node_modules", name), join(modules, name));
    else if (!ours.has(name)) symlinkSync(join(root, "node_modules", name), join(modules, name));
  for (const scope of ["@shop", "@eventpact"]) {
    // Links between workspaces are relative, so they lead into the copy.
    cpSync(join(root, "node_modules", scope), join(modules, scope), { recursive: true, verbatimSymlinks: true });
  }
  symlinkSync("../packages/eventpact", join(modules, "eventpact"));
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "-c", "user.name=A. Reader", "-c", "user.email=reader@example.com", "commit", "-q", "-m", "as it is");
}
