import { join, relative, resolve, sep } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Generated, GenerateOptions } from "../emit/generate.ts";
import { generate } from "../emit/generate.ts";
import { generateSettings } from "../emit/settings.ts";
import { inRoot, openSoundProject } from "../project/project.ts";

export const summary = "Write types, validators, event constructors and the catalogue";

export const usage = `
Usage: eventpact generate [folder] [flags]

Makes a package of JavaScript modules with type declarations from AsyncAPI 3.0 and 3.1 documents: a type and a validator
for each event version, constructors, a decoder for untrusted bytes, and the catalogue. It needs no dependency, no build
step and no compiler setting. Files that would not change are not touched; files that are no longer made are removed.

  --dir <folder>           the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here)
  --out <folder>           the package to write (default: generated/ beside the documents)
  --package-name <name>    its name, where it has none yet (default: events)
  --check                  write nothing; exit 1 and name the files that are stale
  --watch                  stay, and generate again whenever a document changes; ends with Ctrl-C
  --no-cache               make everything anew

In eventpact.yaml: generate: { out, packageName, maxBytes, maxDepth } (the last two are the decoder's limits).
An event of which no code can be made is left out, with an error that says why and where; the others are written.
Exit codes: 0 done, or nothing to do · 1 findings · 2 wrong usage, or the tool broke
`;

export const options = {
  dir: { type: "string" },
  out: { type: "string" },
  "package-name": { type: "string" },
  check: { type: "boolean" },
  watch: { type: "boolean" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const request = await requestOf(values, positionals, io);
  if (values["watch"] !== true) return runOnce(request, io);
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    await watchAndGenerate(request, io, stop.signal);
  } finally {
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
  return 0;
}

/** Generates now and after every change of the documents, until the signal; findings are printed and end nothing. */
export async function watchAndGenerate(request: GenerateOptions, io: Io, signal: AbortSignal): Promise<void> {
  const { watchFolders } = await import("../emit/watch.ts");
  const work = async (): Promise<void> => {
    await runOnce(request, io);
  };
  const onError = (error: unknown): void =>
    io.stderr.write(`eventpact: ${error instanceof Error ? error.message : String(error)}\n`);
  const watch = watchFolders([join(request.root, request.dir)], work, onError);
  signal.addEventListener("abort", () => watch.close(), { once: true });
  if (signal.aborted) watch.close();
  await watch.closed;
}

async function requestOf(
  values: CommandArguments["values"],
  paths: readonly string[],
  io: Io,
): Promise<GenerateOptions> {
  const [asked, out, packageName] = [text(values["dir"]), text(values["out"]), text(values["package-name"])];
  const request = { cwd: io.cwd, paths, useCache: values["no-cache"] !== true };
  const project = await openSoundProject({ ...request, ...(asked === undefined ? {} : { dir: asked }) });
  const { root, folder: dir, store } = project;
  const settings = generateSettings(root, dir, project.settings.generate, {
    ...(out === undefined ? {} : { out: inRoot(project.place, io.cwd, out) }),
    ...(packageName === undefined ? {} : { packageName }),
  });
  const { policy } = project.settings.compatibility;
  return { ...settings, policy, root, dir, check: values["check"] === true, store };
}

async function runOnce(request: GenerateOptions, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const result = await generate(request);
  if (result.diagnostics.length > 0) await printFindings(request, result.diagnostics, io);
  const milliseconds = Math.round(performance.now() - started);
  const leavesOut = result.diagnostics.some(({ severity }) => severity === "error");
  const isBad = leavesOut || result.status === "blocked" || result.status === "stale";
  io[isBad ? "stderr" : "stdout"].write(`${sentence(request, result, io.cwd)} (${milliseconds} ms)\n`);
  return isBad ? 1 : 0;
}

function sentence(request: GenerateOptions, { status, events, written, removed }: Generated, cwd: string): string {
  const [dir, out] = [request.dir, request.out].map((path) => relative(cwd, resolve(request.root, path)) || ".");
  const made = `${plural(events, "event version")} from ${dir}/`;
  switch (status) {
    case "fresh":
      return `${out}/ is up to date: ${made}`;
    case "written":
      return `${out}/: ${plural(written.length, "file")} written, ${removed.length} removed; ${made}`;
    case "stale":
      return `${out}/ is stale: ${plural(written.length + removed.length, "file")} of ${made}`;
    case "blocked":
      return `Nothing was written to ${out}/.`;
  }
}

async function printFindings(request: GenerateOptions, diagnostics: readonly Diagnostic[], io: Io): Promise<void> {
  const [{ renderFinding }, { readText }] = await Promise.all([
    import("../report/text.ts"),
    import("../emit/package-files.ts"),
  ]);
  for (const diagnostic of diagnostics) {
    const path = resolve(request.root, diagnostic.file);
    const lines = diagnostic.code.startsWith("generated-")
      ? undefined
      : (await readText(path).catch(() => undefined))?.split(/\r\n|\r|\n/);
    const file = relative(io.cwd, path).split(sep).join("/");
    io.stderr.write(`${renderFinding({ ...diagnostic, file }, () => lines)}\n`);
  }
}

function plural(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

function text(value: CommandArguments["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
