import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import type { Remembered } from "./cache.ts";
import { cacheFolder, generatorFingerprint, memoOver, recall, remember, sha256 } from "./cache.ts";
import type { EmitOptions } from "./input.ts";
import type { PackagePlan } from "./package-files.ts";
import { applyPackage, planPackage, readText, wholeFile, withManifest } from "./package-files.ts";

export interface GenerateOptions extends EmitOptions {
  /** Absolute path of the project; the others are relative to it. */
  readonly root: string;
  /** The AsyncAPI documents. */
  readonly dir: string;
  /** The package to write. */
  readonly out: string;
  /** Compare only. */
  readonly check: boolean;
}

export interface Generated {
  /** `fresh`: nothing had to be done. `blocked`: errors, nothing was written. `stale`: found by `check`. */
  readonly status: "fresh" | "written" | "stale" | "blocked";
  readonly events: number;
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read, relative to the root. */
  readonly sources: readonly string[];
}

/**
 * Makes the package of a folder of AsyncAPI documents, touching only files that change. When the documents, the
 * generator and the package are as an earlier run left them, reads and hashes files and does nothing else. Throws only
 * when the disk does.
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { root, dir, out } = options;
  const memory = join(cacheFolder(root), `generate-${sha256(JSON.stringify([root, dir, out])).slice(0, 16)}.json`);
  const generator = sha256(
    JSON.stringify([await generatorFingerprint(), options.packageName, options.maxBytes, options.maxDepth]),
  );
  const earlier = await recall(memory);
  const known = earlier?.generator === generator ? earlier : undefined;
  if (known && (await isFresh(options, known))) {
    const sources = Object.keys(known.sources);
    return { status: "fresh", events: known.events, written: [], removed: [], diagnostics: [], sources };
  }
  const { fileSystem, hashes } = hashing(nodeFileSystem(root));
  const { memo, made } = memoOver(known?.made ?? {});
  // Loaded here: a run that finds everything fresh reads no YAML.
  const { produce } = await import("./produce.ts");
  const { events, files, diagnostics } = await produce(dir, fileSystem, options, memo);
  const sources = [...hashes.keys()];
  const blocked = (faults: readonly Diagnostic[]): Generated => ({
    status: "blocked",
    events,
    written: [],
    removed: [],
    diagnostics: faults,
    sources,
  });
  if (diagnostics.some(({ severity }) => severity === "error")) return blocked(diagnostics);
  const plan = await planPackage(join(root, out), files, packageJson(options.packageName));
  if (plan.foreign.length > 0) return blocked(plan.foreign.map((path) => occupied(`${out}/${path}`)));
  const written = plan.writes.map(([path]) => path);
  const isClean = written.length === 0 && plan.removes.length === 0;
  const result = { events, written, removed: plan.removes, sources };
  if (options.check && !isClean) {
    return { ...result, status: "stale", diagnostics: [...diagnostics, ...staleDiagnostics(out, plan)] };
  }
  await applyPackage(plan);
  // What is left out or accepted loosely is said every time, so it must not be skipped next time.
  if (diagnostics.length === 0) {
    const outputs = Object.fromEntries([...withManifest(files)].map(([path, text]) => [path, sha256(text)]));
    await remember(memory, { generator, sources: Object.fromEntries(hashes), outputs, events, made });
  }
  return { ...result, status: isClean ? "fresh" : "written", diagnostics };
}

async function isFresh({ root, dir, out }: GenerateOptions, known: Remembered): Promise<boolean> {
  const { fileSystem, hashes } = hashing(nodeFileSystem(root));
  const listed = await fileSystem.list(dir);
  if (listed.some((path) => isDocument(path) && known.sources[path] === undefined)) return false;
  await Promise.all(Object.keys(known.sources).map((path) => fileSystem.read(path)));
  if (Object.entries(known.sources).some(([path, hash]) => hashes.get(path) !== hash)) return false;
  const present = await Promise.all(
    Object.entries(known.outputs).map(async ([path, hash]) => {
      const text = await readText(join(root, out, path));
      return text !== undefined && sha256(text) === hash;
    }),
  );
  return present.every(Boolean) && (await readText(join(root, out, "package.json"))) !== undefined;
}

/** A file system that notes what was read, and what was looked for in vain (as ''). */
function hashing(inner: FileSystem): { fileSystem: FileSystem; hashes: Map<string, string> } {
  const hashes = new Map<string, string>();
  const read = async (path: string): Promise<Uint8Array | undefined> => {
    const bytes = await inner.read(path);
    hashes.set(path, bytes ? sha256(bytes) : "");
    return bytes;
  };
  return { fileSystem: { list: (folder) => inner.list(folder), read }, hashes };
}

function isDocument(path: string): boolean {
  return /\.(ya?ml|json)$/i.test(path);
}

function staleDiagnostics(out: string, { writes, removes }: PackagePlan): readonly Diagnostic[] {
  const hint = "Run `eventpact generate` and commit the result.";
  const stale = (path: string, message: string): Diagnostic => ({
    ...wholeFile(`${out}/${path}`),
    code: "generated-stale",
    severity: "error",
    message,
    hint,
  });
  return [
    ...writes.map(([path]) => stale(path, `${out}/${path} is not what the documents say.`)),
    ...removes.map((path) => stale(path, `${out}/${path} is left over: nothing in the documents makes it.`)),
  ];
}

function occupied(file: string): Diagnostic {
  const message = `${file} was not made by eventpact and stands in the way.`;
  return {
    ...wholeFile(file),
    code: "generated-occupied",
    severity: "error",
    message,
    hint: "Move it, or choose another folder with --out.",
  };
}

function packageJson(name: string): string {
  const exports = { ".": { types: "./index.d.ts", default: "./index.js" } };
  const text = { name, version: "0.0.0", private: true, type: "module", sideEffects: false, exports };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}
