import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version } from "../command-line/version.ts";
import { paintFor } from "../compat/terminal.ts";
import type { CompatibilitySettings } from "../config/settings.ts";
import { policyNames } from "../config/settings-schema.ts";
import { openSoundProject } from "../project/project.ts";
import { GitError } from "../diff/git.ts";
import { mainBranch } from "../diff/against.ts";
import { rememberedTexts } from "../diff/parse-memo.ts";
import type { DiffReport } from "../diff/report.ts";
import { openChanges } from "../diff/report.ts";
import { runDiff } from "../diff/run-diff.ts";
import type { Side } from "../diff/side.ts";
import { sideNamed, workingTree } from "../diff/side.ts";

export const summary = "Say what changed between two states, and whom it breaks";

export const usage = `
Usage: eventpact diff [--against <commit or folder>] [--to <commit or folder>] [flags]

Compares two states of a folder of AsyncAPI 3 documents. Every event version that both have is judged by its compatibility
mode, with an event that shows what breaks; topics, keys, headers, operations, replies, bindings and lifecycles are judged, too.
Where there are contracts, every change says which consumer breaks and in which field.

  --against <state>    a branch, tag or commit (read without checking it out), or a folder
                       (default: where HEAD left the main branch, or "against" of eventpact.yaml)
  --merge-base         compare with the newest commit that HEAD and --against have in common
  --to <state>         the newer state (default: the files as they are)
  --dir <folder>       the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here)
  --policy <name>      ${policyNames.join(", ")} (default: compatibility.policy of eventpact.yaml, else tolerant)
  --fail-on <level>    breaking, undecided or warning: what makes the exit code 1 (default: undecided)
  --format <format>    text, json, github (annotations) or markdown (a comment for a pull request)
  --no-cache           read everything anew
  --no-color           no colours

A message says its mode by x-compatibility: BACKWARD, FORWARD, FULL, one of them with _TRANSITIVE, or NONE (default: FULL).
In eventpact.yaml: compatibility: { mode, policy, against, approvals, contracts, writtenKeys }.
A change is accepted in contracts/approvals.yaml: approvals: [{ change: <fingerprint>, reason, by, until }].
Exit codes: 0 nothing breaks · 1 something does, or is undecided · 2 wrong usage, or the tool broke
`;

export const options = {
  against: { type: "string" },
  "merge-base": { type: "boolean" },
  to: { type: "string" },
  dir: { type: "string" },
  policy: { type: "string" },
  "fail-on": { type: "string" },
  format: { type: "string" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  const format = choice("format", text("format") ?? "text", ["text", "json", "github", "markdown"]);
  const failOn = choice("fail-on", text("fail-on") ?? "undecided", ["breaking", "undecided", "warning"]);
  const dir = text("dir");
  const asked = { cwd: io.cwd, paths: positionals, useCache: values["no-cache"] !== true };
  const project = await openSoundProject({ ...asked, ...(dir === undefined ? {} : { dir }) });
  const { folder, store } = project;
  const { compatibility: settings, deploy } = project.settings;
  const policy = text("policy") === undefined ? undefined : choice("policy", text("policy") ?? "", policyNames);
  const where = { root: project.root, folder, cwd: io.cwd };
  const to = text("to");
  const newer = to === undefined ? workingTree(where) : await sideNamed(to, where, false);
  const older = await olderSide(text("against"), values["merge-base"] === true, settings, where);
  try {
    const remembered = rememberedTexts(store, project.root, folder);
    const outcome = await runDiff({
      root: project.root,
      folder,
      older,
      newer,
      settings,
      ...(policy === undefined ? {} : { policy }),
      today: io.now().toISOString().slice(0, 10),
      memo: remembered.memo,
      deploy,
    });
    remembered.keep();
    const { checked, changes, notes } = outcome;
    if (checked.events + checked.operations + changes.length + notes.length === 0)
      throw new UsageError(
        `There is no AsyncAPI document in ${newer.shown(folder)}.`,
        "--dir <folder> says where to look.",
      );
    const report: DiffReport = {
      ...outcome,
      version: version(),
      folder: newer.shown(folder),
      milliseconds: performance.now() - started,
    };
    io.stdout.write(await rendered(format, report, settings, values, io));
    return failing(report, failOn) ? 1 : 0;
  } finally {
    older.close();
    newer.close();
  }
}

async function rendered(
  format: "text" | "json" | "github" | "markdown",
  report: DiffReport,
  settings: CompatibilitySettings,
  values: CommandArguments["values"],
  io: Io,
): Promise<string> {
  switch (format) {
    case "json":
      return (await import("../diff/render/json.ts")).renderDiffJson(report);
    case "github":
      return (await import("../diff/render/github.ts")).renderDiffGithub(report, settings.approvals);
    case "markdown":
      return (await import("../diff/render/markdown.ts")).renderDiffMarkdown(report, settings.approvals);
    case "text":
      return (await import("../diff/render/text.ts")).renderDiffText(report, settings.approvals, paintFor(values, io));
  }
}

function failing({ changes, findings }: DiffReport, failOn: "breaking" | "undecided" | "warning"): boolean {
  const failingLevels = ["breaking", "undecided", "warning"].slice(
    0,
    ["breaking", "undecided", "warning"].indexOf(failOn) + 1,
  );
  const isOpen = failingLevels.some((level) => openChanges(changes, level as "breaking").length > 0);
  return isOpen || findings.some(({ severity }) => severity === "error" || severity === failOn);
}

async function olderSide(
  asked: string | undefined,
  mergeBase: boolean,
  settings: CompatibilitySettings,
  where: { readonly root: string; readonly folder: string; readonly cwd: string },
): Promise<Side> {
  if (asked !== undefined) return sideNamed(asked, where, mergeBase);
  if (settings.against !== undefined) return sideNamed(settings.against, { ...where, cwd: where.root }, true);
  try {
    const main = await mainBranch(where.root);
    if (main !== undefined) return await sideNamed(main.name, where, true);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    throw new UsageError(
      `${error.message} There is nothing to compare with.`,
      "--against <folder> compares with a folder.",
    );
  }
  throw new UsageError(
    "There is no main branch to compare with.",
    "Name a commit or a folder: --against <commit or folder>",
  );
}
