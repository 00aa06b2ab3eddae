import { join, relative, resolve, sep } from "node:path";
import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version } from "../command-line/version.ts";
import type { Store } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { CheckOutcome } from "../check/run-check.ts";
import { runCheck } from "../check/run-check.ts";
import { runExtraChecks } from "../check/extra-checks.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import { documentsFolder, findProject } from "../config/find-project.ts";
import type { ProjectPlace } from "../config/find-project.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Project } from "../project/project.ts";
import { nowhere, projectOf, storeOf } from "../project/project.ts";
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
  const place = findProject(io.cwd, text(values["dir"]), positionals);
  const store = storeOf(place, values["no-cache"] !== true);
  const fileSystem = nodeFileSystem(place.root);
  const fingerprint = toolFingerprint();
  const outcome = await runCheck({
    fileSystem,
    ...(place.config ? { config: place.config } : {}),
    folderOf: (settings) => documentsFolder(place, settings.dir, io.cwd),
    documents: place.askedDocuments,
    store,
    fingerprint,
    scope: JSON.stringify([place.root, place.askedFolder ?? null, relative(place.root, io.cwd)]),
  });
  const isEmpty = outcome.checked.documents === 0 && outcome.diagnostics.length === 0;
  if (isEmpty)
    throw new UsageError(`There is no AsyncAPI document in ${shown(place, io, outcome.folder)}.`, nothingHint);
  const official = values["official"] === true ? await askOfficial(outcome, place, fingerprint, store) : [];
  const today = io.now().toISOString().slice(0, 10);
  const project = projectOf({ place, fileSystem, store, faults: [], locate: nowhere, ...outcome });
  const { diagnostics } = outcome;
  const extra = values["only-documents"] === true ? [] : await runExtraChecks({ project, today, diagnostics });
  const all = [...diagnostics, ...official, ...extra];
  const { open, waived } = await withWaivers(all, project, today);
  const report: CheckReport = {
    version: version(),
    folder: shown(place, io, outcome.folder),
    checked: outcome.checked,
    diagnostics: open.map((diagnostic) => ({ ...diagnostic, file: shown(place, io, diagnostic.file) })),
    waived: waived.map((diagnostic) => ({ ...diagnostic, file: shown(place, io, diagnostic.file) })),
    milliseconds: performance.now() - started,
    fromCache: outcome.fromCache,
  };
  io.stdout.write(await render(format, report, { cwd: io.cwd, color: wantsColor(values, io) }));
  return open.some(({ severity }) => severity === "error" || severity === failOn) ? 1 : 0;
}

const nothingHint = `A document is a .yaml, .yml or .json file with a top-level "asyncapi" key. --dir <folder> says where to look.`;

async function askOfficial(
  outcome: CheckOutcome,
  place: ProjectPlace,
  fingerprint: string,
  store: Store,
): Promise<readonly Diagnostic[]> {
  const { officialCheck } = await import("../official/official-check.ts");
  return officialCheck(nodeFileSystem(place.root), outcome.folder, place.askedDocuments, store, fingerprint);
}

/** Waivers of what only `verify` finds are none of this command's; positions in eventpact.yaml are needed for the others only. */
async function withWaivers(
  all: readonly Diagnostic[],
  { settings, place }: Project,
  today: string,
): Promise<ReturnType<typeof applyWaivers>> {
  if (settings.waivers.length === 0 || !place.config) return applyWaivers(all, settings, today, nowhere);
  const [{ parseYaml }, { isOfVerify }] = await Promise.all([
    import("../read/yaml-source.ts"),
    import("../contracts/waivers.ts"),
  ]);
  const waivers = settings.waivers.filter((waiver) => !isOfVerify(waiver));
  return applyWaivers(all, { ...settings, waivers }, today, parseYaml(place.config.text).locate);
}

/** A path of the project as it looks from where the command was started. */
function shown(place: ProjectPlace, io: Io, path: string): string {
  return (
    relative(io.cwd, resolve(join(place.root, path)))
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
