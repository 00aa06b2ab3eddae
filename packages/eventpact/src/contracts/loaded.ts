import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { bindingHash } from "./code-state.ts";
import type { CodeState } from "./code-state.ts";
import type { WorkingFiles } from "./working-files.ts";

/** The environment in which every Node process of a command notes what it loads into a folder. */
export function watching(folder: string, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  // In quotes, as NODE_OPTIONS wants a path with blanks.
  const quoted = JSON.stringify(recorder);
  return {
    EVENTPACT_LOADED: folder,
    NODE_OPTIONS: [env["NODE_OPTIONS"], `--require ${quoted}`].filter(Boolean).join(" "),
  };
}

const recorder = fileURLToPath(new URL("./load-recorder.cjs", import.meta.url));

/**
 * What a command loaded outside of its sources, in the same repository: path relative to the root → hash. Undefined where none of its processes was
 * Node, so that nobody saw. Installed packages are bound by the lockfile, documents and contracts by their own hashes; a
 * file that git ignores counts when it was loaded as a module, such as the build of a package that lies here.
 */
export function loadedBeside(
  folder: string,
  where: {
    readonly root: string;
    readonly files: WorkingFiles;
    readonly state: CodeState;
    readonly known: readonly string[];
  },
): Readonly<Record<string, string>> | undefined {
  const logs = existsSync(folder) ? readdirSync(folder) : [];
  if (logs.length === 0) return undefined;
  const noted = logs.flatMap((log) => linesOf(join(folder, log)));
  if (noted.some(([kind]) => kind === "blind")) return undefined;
  const { root, files, state, known } = where;
  const paths = new Map<string, boolean>();
  for (const [kind, path] of noted) {
    const inRoot = pathIn(root, path);
    if (inRoot === undefined || path === recorder) continue;
    paths.set(inRoot, paths.get(inRoot) === true || kind === "module");
  }
  const isKnown = (path: string): boolean =>
    state.files.has(path) || known.some((one) => path === one || path.startsWith(`${one}/`));
  const tracked = new Set(files.of(".") ?? []);
  const found = [...paths].flatMap(([path, isModule]) =>
    !isKnown(path) && (isModule || tracked.has(path)) && isFile(join(root, path)) ? [path] : [],
  );
  // Every package.json is looked at on the way; those count in whose folder something was loaded.
  const folders = [
    ...new Set([...found, ...state.files].filter((path) => !path.endsWith("package.json")).map(folderOf)),
  ];
  const counted = found.filter(
    (path) =>
      !path.endsWith("package.json") ||
      folders.some((one) => folderOf(path) === "" || one === folderOf(path) || one.startsWith(`${folderOf(path)}/`)),
  );
  return Object.fromEntries(counted.toSorted().map((path) => [path, bindingHash(join(root, path))]));
}

const folderOf = (path: string): string => (path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : "");

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

function linesOf(log: string): readonly (readonly ["module" | "read" | "blind", string])[] {
  return readFileSync(log, "utf8")
    .split("\n")
    .flatMap((line) => {
      try {
        return line === "" ? [] : [JSON.parse(line) as ["module" | "read" | "blind", string]];
      } catch {
        return [];
      }
    });
}

/** Relative to the root; undefined for what is installed, and for what lies outside of the repository that the root is in. */
function pathIn(root: string, path: string): string | undefined {
  if (!existsSync(path)) return undefined;
  const [from, to] = [realpathSync(root), realpathSync(path)];
  const isOutside = relative(repositoryOf(from), to).startsWith("..");
  const inside = relative(from, to).split(sep).join("/");
  return isOutside || /(?:^|\/)node_modules\//.test(inside) ? undefined : inside;
}

/** The folder of the repository around a folder: a root in the middle of one has its libraries beside it. */
function repositoryOf(root: string): string {
  for (let at = root; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return root;
  }
}

/** Whether everything that was loaded is as it was. */
export function isAsLoaded(root: string, loaded: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(loaded).every(
    ([path, hash]) => isFile(join(root, path)) && bindingHash(join(root, path)) === hash,
  );
}

/** The name of a producer: its code state with all that was loaded besides. */
export function producerOf(code: string, loaded: Readonly<Record<string, string>> | undefined): string {
  const entries = loaded === undefined ? null : Object.entries(loaded).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256")
    .update(JSON.stringify([code, entries]))
    .digest("hex");
}
