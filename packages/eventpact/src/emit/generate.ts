import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { partedMemo } from "../cache/parted-memo.ts";
import type { RecordingFileSystem } from "../cache/recording-file-system.ts";
import { remembered } from "../cache/remembered.ts";
import type { Store } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
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
  readonly store: Store;
}

export interface Generated {
  /**
   * `fresh`: nothing had to be done. `blocked`: errors, nothing was written. `stale`: found by `check`. There may be errors
   * with any of them: they say what was left out.
   */
  readonly status: "fresh" | "written" | "stale" | "blocked";
  readonly events: number;
  /** Relative to the package. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read, relative to the root. */
  readonly sources: readonly string[];
}

/** What a run did, and what the next one needs to find that there is nothing to do. */
interface Run extends Generated {
  /** Generated file → hash; absent where something was said, which must be said again next time. */
  readonly outputs?: Readonly<Record<string, string>>;
}

/**
 * Makes the package of a folder of AsyncAPI documents, touching only files that change. When the documents, the
 * generator and the package are as an earlier run left them, reads and hashes files and does nothing else. Throws only
 * when the disk does.
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { root, dir, out, store } = options;
  const { value, isKnown } = await remembered<Run>({
    store,
    key: JSON.stringify(["generate", root, dir, out, generatorFingerprint(options)]),
    fileSystem: nodeFileSystem(root),
    work: (fileSystem) => run(options, fileSystem),
    holds: ({ outputs = {} }) => arePresent(options, outputs),
    keeps: ({ outputs }) => outputs !== undefined,
  });
  const { outputs: _outputs, ...generated } = value;
  return isKnown ? { ...generated, status: "fresh", written: [], removed: [] } : generated;
}

async function run(options: GenerateOptions, fileSystem: RecordingFileSystem): Promise<Run> {
  const { root, dir, out, store } = options;
  const memos = partedMemo(store, JSON.stringify(["generated", root, dir, out, generatorFingerprint(options)]));
  // Loaded here: a run that finds everything fresh reads no YAML.
  const { produce } = await import("./produce.ts");
  const { events, files, diagnostics, isBlocked } = await produce(dir, fileSystem, options, memos);
  const nothing = { events, written: [], removed: [], sources: Object.keys(fileSystem.trace().files) };
  if (isBlocked) return { ...nothing, status: "blocked", diagnostics };
  const wanted = withManifest(files, dir);
  const plan = await planPackage(join(root, out), wanted, packageJson(options.packageName));
  if (plan.foreign.length > 0) {
    return { ...nothing, status: "blocked", diagnostics: plan.foreign.map((path) => occupied(`${out}/${path}`)) };
  }
  const written = plan.writes.map(([path]) => path);
  const isClean = written.length === 0 && plan.removes.length === 0;
  const result = { ...nothing, written, removed: plan.removes };
  if (options.check && !isClean) {
    return { ...result, status: "stale", diagnostics: [...diagnostics, ...staleDiagnostics(out, plan)] };
  }
  await applyPackage(plan);
  memos.keep();
  const done = { ...result, status: isClean ? "fresh" : "written", diagnostics } as const;
  if (diagnostics.length > 0) return done;
  return { ...done, outputs: Object.fromEntries([...wanted].map(([path, text]) => [path, hashOf(text)])) };
}

async function arePresent({ root, out }: GenerateOptions, outputs: Readonly<Record<string, string>>): Promise<boolean> {
  const present = await Promise.all(
    Object.entries(outputs).map(async ([path, hash]) => {
      const text = await readText(join(root, out, path));
      return text !== undefined && hashOf(text) === hash;
    }),
  );
  return present.every(Boolean) && (await readText(join(root, out, "package.json"))) !== undefined;
}

/** Changes with whatever else than the documents decides on the text of the files: this tool's code, libraries, options. */
function generatorFingerprint({ packageName, policy, maxBytes, maxDepth }: GenerateOptions): string {
  const require = createRequire(import.meta.url);
  const { version } = require("json-schema-to-typescript/package.json") as { version: string };
  const here = fileURLToPath(new URL(".", import.meta.url));
  const code = readdirSync(here, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[jt]s$/.test(path))
    .toSorted()
    .map((path) => hashOf(readFileSync(join(here, path), "utf8")));
  return hashOf(JSON.stringify([toolFingerprint(), version, code, packageName, policy, maxBytes, maxDepth]));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
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
    ...writes.map(([path]) => stale(path, `${path} is not what the documents say.`)),
    ...removes.map((path) => stale(path, `${path} is left over: nothing in the documents makes it.`)),
  ];
}

function occupied(file: string): Diagnostic {
  const message = `${file} was not made by eventpact and stands in the way.`;
  const hint = "Move it, or choose another folder with --out.";
  return { ...wholeFile(file), code: "generated-occupied", severity: "error", message, hint };
}

function packageJson(name: string): string {
  const exports = { ".": { types: "./index.d.ts", default: "./index.js" } };
  const text = { name, version: "0.0.0", private: true, type: "module", sideEffects: false, exports };
  return `${JSON.stringify(text, undefined, 2)}\n`;
}
