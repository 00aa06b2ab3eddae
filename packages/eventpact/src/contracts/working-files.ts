import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync, statSync } from "node:fs";
import { join } from "node:path";
import { gitEnvironment, gitSettings } from "../diff/git.ts";

/** The files of a project that count: what git would commit, and where there is no git, everything but installed packages. */
export interface WorkingFiles {
  /** `git`: what git does not ignore. `folders`: there is no git here, so that all but node_modules and .git counts. */
  readonly by: "git" | "folders";
  /**
   * The files of some files and folders, relative to the root, sorted. A folder that is named counts whole even where git
   * ignores all of it. Undefined for a source that does not exist.
   */
  readonly of: (source: string) => readonly string[] | undefined;
}

/** Looks at the project once, when first asked. Files that appear later are not seen. */
export function workingFiles(root: string): WorkingFiles {
  let listed: readonly string[] | undefined | null = null;
  const known = new Map<string, readonly string[] | undefined>();
  const all = (): readonly string[] | undefined => (listed === null ? (listed = listedByGit(root)) : listed);
  const files = (source: string): readonly string[] | undefined => {
    const path = source.replace(/^\.\//, "").replace(/\/+$/, "") || ".";
    if (!existsSync(join(root, path))) return undefined;
    if (!statSync(join(root, path)).isDirectory()) return [path];
    const inGit = path.startsWith("..")
      ? undefined
      : all()?.filter((one) => path === "." || one.startsWith(`${path}/`));
    const there = (inGit ?? []).flatMap((one) => (isThere(root, one) ? within(root, one, new Set()) : []));
    return there.length > 0 ? there : within(root, path, new Set());
  };
  return {
    get by() {
      return all() === undefined ? "folders" : "git";
    },
    of(source) {
      if (!known.has(source)) known.set(source, files(source)?.toSorted());
      return known.get(source);
    },
  };
}

/** Tracked files and those that nobody ignores; undefined where git cannot say. */
function listedByGit(root: string): readonly string[] | undefined {
  try {
    const words = [...gitSettings, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", "."];
    const told = execFileSync("git", words, {
      cwd: root,
      env: { ...withoutGit(process.env), ...gitEnvironment },
      maxBuffer: 256 * 1024 * 1024,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return [...new Set(told.toString("utf8").split("\0").filter(Boolean))];
  } catch {
    return undefined;
  }
}

/** A hook of git names another repository and index than those of the folder. */
const withoutGit = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^GIT_(?:DIR|WORK_TREE|INDEX_FILE|PREFIX)$/.test(name)));

const isThere = (root: string, path: string): boolean => existsSync(join(root, path));

/** Everything below, through links, each folder once; what is installed is bound by the lockfile. */
function within(root: string, path: string, seen: Set<string>): readonly string[] {
  const absolute = join(root, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  const real = realpathSync(absolute);
  if (seen.has(real)) return [];
  seen.add(real);
  return readdirSync(absolute)
    .filter((name) => name !== ".git" && name !== "node_modules" && !(path === "." && name === ".cache"))
    .flatMap((name) => within(root, path === "." ? name : `${path}/${name}`, seen));
}
