import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Trace } from "../cache/recording-file-system.ts";
import { isUnchanged, recordingFileSystem } from "../cache/recording-file-system.ts";
import type { Store } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import type { EmitOptions } from "./input.ts";
import type { Made } from "./memo.ts";
import { memoOver } from "./memo.ts";
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
  /** `fresh`: nothing had to be done. `blocked`: errors, nothing was written. `stale`: found by `check`. */
  readonly status: "fresh" | "written" | "stale" | "blocked";
  readonly events: number;
  /** Relative to the package. */
  readonly written: readonly string[];
  readonly removed: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  /** Files that were read, relative to the root. */
  readonly sources: readonly string[];
}

/** What a run that found nothing to complain about leaves behind. */
interface Remembered {
  readonly generator: string;
  readonly trace: Trace;
  /** Generated file → hash. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly events: number;
}

/**
 * Makes the package of a folder of AsyncAPI documents, touching only files that change. When the documents, the
 * generator and the package are as an earlier run left them, reads and hashes files and does nothing else. Throws only
 * when the disk does.
 */
export async function generate(options: GenerateOptions): Promise<Generated> {
  const { root, dir, out, store } = options;
  const place = JSON.stringify(["generate", root, dir, out]);
  const generator = generatorFingerprint(options);
  const earlier = store.get(place) as Remembered | undefined;
  const known = earlier?.generator === generator ? earlier : undefined;
  if (known && (await isFresh(options, known))) {
    const sources = Object.keys(known.trace.files);
    return { status: "fresh", events: known.events, written: [], removed: [], diagnostics: [], sources };
  }
  const fileSystem = recordingFileSystem(nodeFileSystem(root));
  const { memo, made } = memoOver(known ? ((store.get(`${place} made`) as Made | undefined) ?? {}) : {});
  // Loaded here: a run that finds everything fresh reads no YAML.
  const { produce } = await import("./produce.ts");
  const { events, files, diagnostics } = await produce(dir, fileSystem, options, memo);
  const trace = fileSystem.trace();
  const sources = Object.keys(trace.files);
  const nothing = { events, written: [], removed: [], sources };
  if (hasError(diagnostics)) return { ...nothing, status: "blocked", diagnostics };
  const wanted = withManifest(files, dir);
  const plan = await planPackage(join(root, out), wanted, packageJson(options.packageName));
  if (plan.foreign.length > 0) {
    return { ...nothing, status: "blocked", diagnostics: plan.foreign.map((path) => occupied(`${out}/${path}`)) };
  }
  const written = plan.writes.map(([path]) => path);
  const isClean = written.length === 0 && plan.removes.length === 0;
  const result = { events, written, removed: plan.removes, sources };
  if (options.check && !isClean) {
    return { ...result, status: "stale", diagnostics: [...diagnostics, ...staleDiagnostics(out, plan)] };
  }
  await applyPackage(plan);
  // What is left out or accepted loosely is said every time, so such a run must not be skipped next time.
  if (diagnostics.length === 0) {
    const outputs = Object.fromEntries([...wanted].map(([path, text]) => [path, hashOf(text)]));
    store.put(`${place} made`, made satisfies Made);
    store.put(place, { generator, trace, outputs, events } satisfies Remembered);
  }
  return { ...result, status: isClean ? "fresh" : "written", diagnostics };
}

async function isFresh({ root, out }: GenerateOptions, known: Remembered): Promise<boolean> {
  if (!(await isUnchanged(nodeFileSystem(root), known.trace))) return false;
  const present = await Promise.all(
    Object.entries(known.outputs).map(async ([path, hash]) => {
      const text = await readText(join(root, out, path));
      return text !== undefined && hashOf(text) === hash;
    }),
  );
  return present.every(Boolean) && (await readText(join(root, out, "package.json"))) !== undefined;
}

/** Changes with whatever else than the documents decides on the text of the files: this tool's code, libraries, options. */
function generatorFingerprint({ packageName, maxBytes, maxDepth }: GenerateOptions): string {
  const require = createRequire(import.meta.url);
  const { version } = require("json-schema-to-typescript/package.json") as { version: string };
  const here = fileURLToPath(new URL(".", import.meta.url));
  const code = readdirSync(here, { recursive: true, encoding: "utf8" })
    .filter((path) => /\.[jt]s$/.test(path))
    .toSorted()
    .map((path) => hashOf(readFileSync(join(here, path), "utf8")));
  return hashOf(JSON.stringify([toolFingerprint(), version, code, packageName, maxBytes, maxDepth]));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}

function hasError(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === "error");
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
