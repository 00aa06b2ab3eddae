import { execFile } from "node:child_process";

/** Why git could not answer; the message is for people. */
export class GitError extends Error {
  readonly reason: "no-git" | "no-repository" | "failed";
  constructor(reason: GitError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Asks nobody, takes no lock, and reads file names as they are. */
export const gitEnvironment: NodeJS.ProcessEnv = {
  GIT_OPTIONAL_LOCKS: "0",
  GIT_TERMINAL_PROMPT: "0",
  GIT_LITERAL_PATHSPECS: "1",
  LC_ALL: "C",
};

/** What makes git run no program that a repository's configuration names. */
export const gitSettings: readonly string[] = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"];

const MAX_OUTPUT = 256 * 1024 * 1024;
const TIMEOUT_MS = 60_000;

/** Runs one git command in a folder and answers what it prints. Throws `GitError`. */
export async function git(cwd: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, ...gitEnvironment },
      maxBuffer: MAX_OUTPUT,
      timeout: TIMEOUT_MS,
      encoding: "utf8",
    } as const;
    execFile("git", [...gitSettings, ...args], options, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(gitError(error, stderr));
    });
  });
}

function gitError(error: Error & { code?: unknown }, stderr: string): GitError {
  if (error.code === "ENOENT") return new GitError("no-git", "There is no git on this machine.");
  const said =
    stderr
      .trim()
      .split("\n")[0]
      ?.replace(/^fatal: /, "") ?? "";
  if (/not a git repository/i.test(stderr)) return new GitError("no-repository", "This is no git repository.");
  return new GitError("failed", said === "" ? error.message : `git: ${said}`);
}

/** Runs a question whose negative answer is a failing exit code. */
export async function gitOrNothing(cwd: string, ...args: readonly string[]): Promise<string | undefined> {
  try {
    return (await git(cwd, ...args)).trim();
  } catch (error) {
    if (error instanceof GitError && error.reason === "failed") return undefined;
    throw error;
  }
}

/** The commit that a name means; undefined when it means none. A name that looks like a flag is a name all the same. */
export async function commitOf(cwd: string, ref: string): Promise<string | undefined> {
  if (ref === "" || /[\0\n]/.test(ref)) return undefined;
  return gitOrNothing(cwd, "rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`);
}

/** The newest commit that both have; undefined when their histories do not meet, as in a shallow clone. */
export async function mergeBaseOf(cwd: string, one: string, other: string): Promise<string | undefined> {
  return gitOrNothing(cwd, "merge-base", one, other);
}

export async function isShallow(cwd: string): Promise<boolean> {
  return (await gitOrNothing(cwd, "rev-parse", "--is-shallow-repository")) === "true";
}

/** The folder's path inside of its repository: empty, or ending in `/`. */
export async function prefixOf(cwd: string): Promise<string> {
  return (await git(cwd, "rev-parse", "--show-prefix")).replace(/\n$/, "");
}
