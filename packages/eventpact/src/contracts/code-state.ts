import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, sep } from "node:path";
import { version } from "../command-line/version.ts";
import type { Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import type { ProviderSettings, VerifySettings } from "../config/settings.ts";
import { settingsFor } from "./settings.ts";
import { contentHash, filesOf, sourceHash } from "./source-hash.ts";
import type { WorkingFiles } from "./working-files.ts";

/** The code of a producer as it lies here, as far as it can be known without running it. */
export interface CodeState {
  /** SHA-256 (hex) of everything that decides what the code says and what is right. */
  readonly code: string;
  /** Every file that is in it: those of the sources, and lockfiles. */
  readonly files: ReadonlySet<string>;
  /** Source → how many files it has. */
  readonly sources: ReadonlyMap<string, number>;
}

export interface CodeQuestion {
  readonly root: string;
  readonly model: Model;
  readonly provider: string;
  readonly files: WorkingFiles;
  /** By which policy schemas are read. */
  readonly policy: string;
}

/**
 * The code state; undefined where one of its sources does not exist or has no file: a hash of less than was meant would hold
 * however the rest changes.
 */
export function codeState(question: CodeQuestion, settings: ProviderSettings): CodeState | undefined {
  const { root, model, provider, files, policy } = question;
  const counts = settings.sources.map((source) => [source, files.of(source)?.length ?? 0] as const);
  if (counts.some(([, count]) => count === 0)) return undefined;
  const schemas = model.events
    .filter(({ senders }) => senders.includes(provider))
    .map(({ key, hash }) => `${key} ${hash}`);
  const locks = lockfiles(root, settings.sources);
  const locked = locks.map((path) => `${path} ${bindingHash(join(root, path))}`);
  const run = settings.command.filter((word) => isFileHere(root, word));
  const started = run.map((word) => `${word} ${contentHash(join(root, word))}`);
  const said = [
    JSON.stringify(settings.command),
    ...started,
    ...schemas,
    `policy ${policy}`,
    `eventpact ${version()}`,
    ...locked,
  ];
  const code = sourceHash(root, settings.sources, said, files);
  if (code === undefined) return undefined;
  return { code, files: new Set([...filesOf(settings.sources, files), ...locks]), sources: new Map(counts) };
}

/** Files that the command names are what it runs: a script of a shell, of Python, of whatever does not say what it loads. */
const isFileHere = (root: string, word: string): boolean =>
  !isAbsolute(word) && statSync(join(root, word), { throwIfNoEntry: false })?.isFile() === true;

const lockNames = [
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  "deno.lock",
  "uv.lock",
  "poetry.lock",
  "Pipfile.lock",
  "pdm.lock",
  "requirements.txt",
  "go.sum",
  "go.mod",
  "Cargo.lock",
  "gradle.lockfile",
  "pom.xml",
  "Gemfile.lock",
  "composer.lock",
];

/** Lockfiles beside the root and its sources, and above it in the same repository; relative to the root. */
function lockfiles(root: string, sources: readonly string[]): readonly string[] {
  const folders = new Set<string>();
  for (const source of sources)
    for (let path = source.replace(/\/+$/, ""); path !== "." && path !== "" && !path.startsWith("..");) {
      folders.add(join(root, path));
      path = dirname(path);
    }
  for (let folder = root; ; folder = dirname(folder)) {
    folders.add(folder);
    if (existsSync(join(folder, ".git")) || dirname(folder) === folder || !isInRepository(folder)) break;
  }
  return [...folders]
    .flatMap((folder) => lockNames.map((name) => join(folder, name)).filter((path) => existsSync(path)))
    .map((path) => relative(root, path).split(sep).join("/"))
    .toSorted();
}

function isInRepository(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return true;
    if (dirname(at) === at) return false;
  }
}

/**
 * The hash of a file that decides what is loaded. Of npm's files without the versions that a release raises and without
 * words for people: those of the packages that lie here, whose code is bound by itself.
 */
export function bindingHash(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf(sep)) + 1);
  if (name !== "package-lock.json" && name !== "npm-shrinkwrap.json" && name !== "package.json")
    return contentHash(path);
  let value: Json;
  try {
    value = JSON.parse(readFileSync(path, "utf8")) as Json;
  } catch {
    return contentHash(path);
  }
  const packages = own(value, "packages");
  const kept = isObject(packages)
    ? Object.fromEntries(
        Object.entries(packages).map(([key, one]) => [
          key,
          key.includes("node_modules") ? one : without(one, ["version"]),
        ]),
      )
    : undefined;
  const rest = without(value, ["version", "description"]);
  const bound = kept === undefined || !isObject(rest) ? rest : { ...rest, packages: kept };
  return createHash("sha256").update(canonicalJson(bound)).digest("hex");
}

const without = (value: Json, keys: readonly string[]): Json =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key))) : value;

/** Sources that do not exist or have no file, for a producer that sends something; with their place in eventpact.yaml. */
export function missingSources(
  settings: VerifySettings,
  model: Model,
  files: WorkingFiles,
): readonly { readonly pointer: string; readonly message: string }[] {
  const faults = new Map<string, { readonly source: string; readonly names: string[]; readonly empty: boolean }>();
  for (const { name, sends } of model.services) {
    const how = settingsFor(settings, name);
    const base = Object.hasOwn(settings.providers, name) ? `/verify/providers/${name}` : "/verify/provider";
    if (how === undefined || sends.length === 0) continue;
    for (const [index, source] of how.sources.entries()) {
      const found = files.of(source);
      if (found !== undefined && found.length > 0) continue;
      const pointer = `${base}/sources/${index}`;
      const known = faults.get(pointer) ?? { source, names: [], empty: found !== undefined };
      known.names.push(name);
      faults.set(pointer, known);
    }
  }
  return [...faults].map(([pointer, { source, names, empty }]) => ({
    pointer,
    message: `The source "${source}" of ${names.join(", ")} ${empty ? "has no file" : "does not exist"}: what is in it would change without being noticed.`,
  }));
}
