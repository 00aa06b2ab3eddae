import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";

/** Where a run happens. Paths inside are relative to `root` and use `/`. */
export interface ProjectPlace {
  /** The absolute folder that nothing is read above: that of eventpact.yaml, else the repository's, else the current one. */
  readonly root: string;
  readonly config?: { readonly file: string; readonly text: string };
  /** The folder that was asked for by `--dir` or an argument; absent: the configuration or the default decides. */
  readonly askedFolder?: string;
  /** Single documents that were asked for. */
  readonly askedDocuments: readonly string[];
}

/** Finds the project for a folder, or for documents, given relative to `cwd`. Throws `UsageError` when they do not exist. */
export function findProject(cwd: string, dir: string | undefined, paths: readonly string[] = []): ProjectPlace {
  const asked = (dir === undefined ? paths : [dir, ...paths]).map((path) => resolve(cwd, path));
  for (const path of asked) if (!existsSync(path)) throw new UsageError(`There is no ${relative(cwd, path) || path}.`);
  const folders = asked.filter((path) => statSync(path).isDirectory());
  const files = asked.filter((path) => !folders.includes(path));
  if (folders.length > 1)
    throw new UsageError("One folder at a time, please: documents of several folders are several contracts.");
  if (folders.length > 0 && files.length > 0) throw new UsageError("Either one folder or single documents, please.");
  const start = folders[0] ?? (files[0] ? dirname(files[0]) : cwd);
  const configPath = findUp(start, ["eventpact.yaml", "eventpact.yml"]);
  const repository = findUp(start, [".git"]);
  const root = configPath ? dirname(configPath) : repository ? dirname(repository) : isInside(cwd, start) ? cwd : start;
  const inRoot = (path: string): string => relative(root, path).split(sep).join("/") || ".";
  for (const file of files)
    if (!isInside(root, file)) throw new UsageError(`${relative(cwd, file)} is outside of the project ${root}.`);
  return {
    root,
    ...(configPath ? { config: { file: inRoot(configPath), text: readFileSync(configPath, "utf8") } } : {}),
    ...(folders[0] ? { askedFolder: inRoot(folders[0]) } : {}),
    askedDocuments: files.map(inRoot),
  };
}

/** The folder of documents: asked for, configured, `asyncapi` where there is one, else where the caller stands. */
export function documentsFolder(project: ProjectPlace, configured: string | undefined, cwd: string): string {
  if (project.askedFolder !== undefined) return project.askedFolder;
  if (configured !== undefined) {
    if (!existsSync(join(project.root, configured)))
      throw new UsageError(
        `${project.config?.file ?? "eventpact.yaml"} names the folder "${configured}", which does not exist.`,
      );
    return configured.replace(/\/+$/, "") || ".";
  }
  const here = relative(project.root, cwd).split(sep).join("/");
  for (const candidate of [here ? `${here}/asyncapi` : "asyncapi", "asyncapi"])
    if (existsSync(join(project.root, candidate))) return candidate;
  return isInside(project.root, cwd) && here ? here : ".";
}

function findUp(start: string, names: readonly string[]): string | undefined {
  for (let folder = start; ; folder = dirname(folder)) {
    const found = names.map((name) => join(folder, name)).find((path) => existsSync(path));
    if (found) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === "" || (!way.startsWith(`..${sep}`) && way !== "..");
}
