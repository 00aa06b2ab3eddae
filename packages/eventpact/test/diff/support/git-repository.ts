import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder, writeFiles } from "../../support/run-command.ts";

export interface Repository {
  readonly path: string;
  git(...args: readonly string[]): string;
  /** Writes files (and removes those given as null) and commits everything. */
  commit(files: Readonly<Record<string, string | null>>, message?: string): string;
  write(files: Readonly<Record<string, string | null>>): void;
  [Symbol.dispose](): void;
}

/** A real git repository in a temporary folder, with these files in the first commit of its branch `main`. */
export function repository(files: Readonly<Record<string, string>>): Repository {
  const folder = temporaryFolder({});
  const env = {
    ...process.env,
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_SYSTEM: "/dev/null",
    GIT_AUTHOR_NAME: "Ada",
    GIT_AUTHOR_EMAIL: "ada@example.com",
    GIT_COMMITTER_NAME: "Ada",
    GIT_COMMITTER_EMAIL: "ada@example.com",
  };
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...args], {
      cwd: folder.path,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trim();
  const write: Repository["write"] = (changed) => {
    for (const [name, text] of Object.entries(changed)) {
      if (text === null) rmSync(join(folder.path, name), { recursive: true });
      else writeFiles(folder.path, { [name]: text });
    }
  };
  const commit: Repository["commit"] = (changed, message = "change") => {
    write(changed);
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD");
  };
  git("init", "--quiet", "--initial-branch=main");
  commit(files, "first");
  return { path: folder.path, git, commit, write, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}
