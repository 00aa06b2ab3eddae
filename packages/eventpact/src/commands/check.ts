import { join, relative, resolve, sep } from "node:path";
import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version } from "../command-line/version.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { CheckOutcome } from "../check/run-check.ts";
import { runCheck } from "../check/run-check.ts";
import { runExtraChecks } from "../check/extra-checks.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import { documentsFolder, findProject } from "../config/find-project.ts";
import type { Project } from "../config/find-project.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import type { CheckReport } from "../report/report.ts";
import { formats } from "../report/report.ts";
import { render } from "../report/render.ts";

export const summary = "Find out what is wrong in AsyncAPI documents, and where";

export const usage = `
Usage: eventpact check [folder | documents…] [flags]

Reads AsyncAPI 3.0 and 3.1 documents (files with a top-level "asyncapi" key) and everything they refer to, and says
what is wrong: validity, references, schemas, examples, and the rules for events where the folder uses an envelope.

  --dir <folder>       the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here)
  --format <format>    text, json, github or sarif (default: text)
  --fail-on <level>    error or warning: what makes the exit code 1 (default: error)
  --official           ask the official @asyncapi/parser too (slow; remembered by content)
  --only-documents     skip what lies beyond the documents: freshness of generated code, compatibility
  --no-cache           look at everything anew
  --no-color           no colours

Severities and waivers are set in eventpact.yaml; docs/diagnostics.md explains every code.
Exit codes: 0 clean · 1 findings · 2 wrong usage, nothing to check, or the tool broke
`;

export const options = {
  dir: { type: "string" },
  format: { type: "string" },
  "fail-on": { type: "string" },
  official: { type: "boolean" },
  "only-documents": { type: "boolean" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const format = choice("format", text(values["format"]) ?? "text", formats);
  const failOn = choice("fail-on", text(values["fail-on"]) ?? "error", ["error", "warning"]);
  const project = findProject(io.cwd, text(values["dir"]), positionals);
  const cache = values["no-cache"] === true ? undefined : cacheFolder(project.root, project.config !== undefined);
  const store = cache ? folderStore(cache) : noStore;
  const fileSystem = nodeFileSystem(project.root);
  const fingerprint = toolFingerprint();
  const outcome = await runCheck({
    fileSystem,
    ...(project.config ? { config: project.config } : {}),
    folderOf: (config) => documentsFolder(project, config.dir, io.cwd),
    documents: project.askedDocuments,
    store,
    fingerprint,
    scope: JSON.stringify([project.root, project.askedFolder ?? null, relative(project.root, io.cwd)]),
  });
  const isEmpty = outcome.checked.documents === 0 && outcome.diagnostics.length === 0;
  if (isEmpty)
    throw new UsageError(`There is no AsyncAPI document in ${shown(project, io, outcome.folder)}.`, nothingHint);
  const official = values["official"] === true ? await askOfficial(outcome, project, fingerprint, store) : [];
  const today = io.now().toISOString().slice(0, 10);
  const extra =
    values["only-documents"] === true ? [] : await runExtraChecks({ root: project.root, today, ...outcome });
  const all = [...outcome.diagnostics, ...official, ...extra];
  const { open, waived } = applyWaivers(all, outcome.config, today, await configLocator(outcome, project));
  const report: CheckReport = {
    version: version(),
    folder: shown(project, io, outcome.folder),
    checked: outcome.checked,
    diagnostics: open.map((diagnostic) => ({ ...diagnostic, file: shown(project, io, diagnostic.file) })),
    waived: waived.map((diagnostic) => ({ ...diagnostic, file: shown(project, io, diagnostic.file) })),
    milliseconds: performance.now() - started,
    fromCache: outcome.fromCache,
  };
  io.stdout.write(await render(format, report, { cwd: io.cwd, color: wantsColor(values, io) }));
  return open.some(({ severity }) => severity === "error" || severity === failOn) ? 1 : 0;
}

const nothingHint = `A document is a .yaml, .yml or .json file with a top-level "asyncapi" key. --dir <folder> says where to look.`;

async function askOfficial(
  outcome: CheckOutcome,
  project: Project,
  fingerprint: string,
  store: ReturnType<typeof folderStore>,
): Promise<readonly Diagnostic[]> {
  const { officialCheck } = await import("../official/official-check.ts");
  return officialCheck(nodeFileSystem(project.root), outcome.folder, project.askedDocuments, store, fingerprint);
}

/** Positions in eventpact.yaml are needed for findings about waivers only. */
async function configLocator(outcome: CheckOutcome, project: Project): Promise<(pointer: string) => Span> {
  if (outcome.config.waivers.length === 0 || !project.config)
    return () => ({ line: 1, column: 1, endLine: 1, endColumn: 1 });
  const { parseYaml } = await import("../read/yaml-source.ts");
  return parseYaml(project.config.text).locate;
}

/** A path of the project as it looks from where the command was started. */
function shown(project: Project, io: Io, path: string): string {
  return (
    relative(io.cwd, resolve(join(project.root, path)))
      .split(sep)
      .join("/") || "."
  );
}

function wantsColor(values: CommandArguments["values"], io: Io): boolean {
  if (values["no-color"] === true || io.env["NO_COLOR"]) return false;
  return values["color"] === true || Boolean(io.env["FORCE_COLOR"]) || io.stdout.isTerminal;
}

function text(value: CommandArguments["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}
