import { existsSync } from "node:fs";
import { join, relative, resolve, sep } from "node:path";
import { memoOver, noMemo } from "../cache/memo.ts";
import type { Store } from "../cache/store.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version } from "../command-line/version.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import { documentsFolder, findProject } from "../config/find-project.ts";
import type { Config } from "../config/types.ts";
import type { Project } from "../config/find-project.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { formats } from "../report/report.ts";
import type { VerifyReport } from "../contracts/render.ts";
import type { VerifySettings } from "../contracts/settings.ts";
import type { Verified } from "../contracts/verify.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { Model } from "../model/types.ts";

export const summary = "Verify every consumer's contract against the real producer, and try upcasters";

export const usage = `
Usage: eventpact verify [folder] [flags]

Holds every contract (contracts/pacts/*.json, Pact specification 4 or 3, asynchronous messages) against the documents:
parties, events and operations exist; every receive has a contract; examples are part of a valid event; what a consumer
relies on is guaranteed by the schema. Then it runs each producer's own verification, where eventpact.yaml says how, for
those contracts that its code as it is now has not kept before.

It tries upcasters, where eventpact.yaml says where they are, in a process of their own: valid events of the older version (each
optional field, value of an enumeration, bound or extreme, what the newer schema refuses at the same place, and up to a hundred mixed
ones) must become valid events of the newer. The upcaster
must not throw, change what it is given, answer differently when asked again, or end a chain before a handler's row.

  --dir <folder>        the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here)
  --contracts <folder>  the folder of contracts (default: verify.contracts of eventpact.yaml, else contracts/)
  --provider <name>     run the code of this producer only; may be given several times
  --only-schemas        run no code
  --known               run no code, and go by what earlier runs found: what is broken is a finding, what is not known is none
  --pending             a contract that its producer never kept before is a warning
  --record              keep the results in <contracts>/verifications/, for deployments
  --format <format>     text, json, github or sarif (default: text)
  --fail-on <level>     error or warning: what makes the exit code 1 (default: error)
  --no-cache            run everything anew
  --no-color            no colours

In eventpact.yaml:
  verify:
    contracts: contracts
    provider:                    # or providers: { <name>: { command, sources } }
      command: npm run verify-contracts -- {provider}
      sources: ["services/{provider}/src", generated]
      timeoutSeconds: 300
    upcasters:
      module: services/{service}/src/main.ts   # exports the service, or a list "upcasters"; importing it starts nothing
      sources: ["services/{service}/src"]      # what decides their answers (default: the module's folder)
      timeoutSeconds: 300
The command finds EVENTPACT_PROVIDER, EVENTPACT_PACTS (files, one a line) and EVENTPACT_RESULT (where it may write what
it found, as Pact's verifier does) in its environment. Its results hold until a source or a contract changes.

Exit codes: 0 every contract holds, and no upcaster was found broken · 1 findings · 2 wrong usage, nothing to verify, or the tool broke
`;

export const options = {
  dir: { type: "string" },
  contracts: { type: "string" },
  provider: { type: "string", multiple: true },
  "only-schemas": { type: "boolean" },
  known: { type: "boolean" },
  pending: { type: "boolean" },
  record: { type: "boolean" },
  format: { type: "string" },
  "fail-on": { type: "string" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const format = choice("format", text(values["format"]) ?? "text", formats);
  const failOn = choice("fail-on", text(values["fail-on"]) ?? "error", ["error", "warning"]);
  const project = findProject(io.cwd, text(values["dir"]), positionals);
  const { config, folder, settings, unclear, locate } = await configured(project, values, io);
  const store = storeFor(project, values);
  const files = [folder, ...(project.config ? [project.config.file] : [])];
  const gate = (await import("../contracts/known-gate.ts")).knownGate({ root: project.root, files, settings }, store);
  if (values["known"] === true && format === "text" && gate.isClean()) {
    io.stdout.write(`${shown(project, io, settings.contracts)}: no contract is known to be broken (unchanged)\n`);
    return 0;
  }
  const { verified, model } = await verifyFolder(project, folder, { settings, config }, values, store, io);
  const nowhere = lostModule(project, model, settings, locate);
  const looked = verified.pairings.length + verified.upcasters.length + nowhere.length;
  if (looked === 0 && !verified.diagnostics.some(({ code }) => code === "pact-unreadable"))
    throw new UsageError(
      `There is no contract in ${settings.contracts}/pacts.`,
      "Pact's consumer tests write them; --contracts <folder> says where to look.",
    );
  const [{ contractCodes }, { upcasterCodes }] = await Promise.all([
    import("../contracts/codes.ts"),
    import("../upcasters/codes.ts"),
  ]);
  const codes = [...contractCodes, ...upcasterCodes];
  const waivers = config.waivers.filter(({ rule }) => codes.some(({ code }) => code === rule));
  const today = io.now().toISOString().slice(0, 10);
  const { open, waived } = applyWaivers(
    [...unclear, ...nowhere, ...verified.diagnostics],
    { ...config, waivers },
    today,
    locate,
  );
  const show = <Found extends Diagnostic>(found: Found): Found => ({ ...found, file: shown(project, io, found.file) });
  const report: VerifyReport = {
    version: version(),
    folder: shown(project, io, settings.contracts),
    checked: {
      documents: model.documents.length,
      operations: model.operations.length,
      events: model.events.length,
      files: verified.pairings.length,
      rules: codes.length,
    },
    diagnostics: open.map(show),
    waived: waived.map(show),
    milliseconds: performance.now() - started,
    fromCache: false,
    verified,
  };
  const { renderVerification } = await import("../contracts/render.ts");
  if (values["known"] !== true) gate.forget();
  else if (open.length + waived.length === 0) gate.keep();
  io.stdout.write(await renderVerification(format, report, { cwd: io.cwd, color: wantsColor(values, io) }));
  return open.some(({ severity }) => severity === "error" || severity === failOn) ? 1 : 0;
}

/** What eventpact.yaml and the flags say, and what in them cannot be understood. */
async function configured(project: Project, values: CommandArguments["values"], io: Io) {
  const [{ defaultConfig, parseConfig }, { verifySettings }] = await Promise.all([
    import("../config/parse-config.ts"),
    import("../contracts/settings.ts"),
  ]);
  const config = project.config ? parseConfig(project.config.file, project.config.text).config : defaultConfig;
  const { settings, faults } = verifySettings(config.sections["verify"]);
  const asked = text(values["contracts"]);
  const contracts = asked === undefined ? settings.contracts : inRoot(project, io, asked);
  const locate = await configLocator(project);
  const unclear = faults.map(({ pointer, message }): Diagnostic => {
    const file = project.config?.file ?? "";
    return { code: "config-invalid", severity: "error", file, ...locate(pointer), message };
  });
  const folder = documentsFolder(project, config.dir, io.cwd);
  return { config, folder, settings: { ...settings, contracts }, unclear, locate };
}

/** A module of upcasters that no service has is a misspelt one: it would be as if nobody had upcasters. */
function lostModule(
  project: Project,
  model: Model,
  { upcasters }: VerifySettings,
  locate: (pointer: string) => Span,
): readonly Diagnostic[] {
  if (upcasters === undefined) return [];
  const { module } = upcasters;
  const paths = model.services.map(({ name }) => join(project.root, module.replaceAll("{service}", name)));
  if (paths.some((path) => existsSync(path))) return [];
  const message = `No service has the file "${module}" of verify.upcasters.`;
  const file = project.config?.file ?? "";
  return [{ code: "config-invalid", severity: "error", file, ...locate("/verify/upcasters/module"), message }];
}

function storeFor(project: Project, values: CommandArguments["values"]): Store {
  const cache = values["no-cache"] === true ? undefined : cacheFolder(project.root, project.config !== undefined);
  return cache === undefined ? noStore : folderStore(cache);
}

async function verifyFolder(
  project: Project,
  folder: string,
  { settings, config }: { readonly settings: VerifySettings; readonly config: Config },
  values: CommandArguments["values"],
  store: Store,
  io: Io,
): Promise<{ readonly verified: Verified; readonly model: Model }> {
  const [{ readModel }, { verify }, { engineFingerprint }] = await Promise.all([
    import("../model/read-model.ts"),
    import("../contracts/verify.ts"),
    import("../judge/engine-fingerprint.ts"),
  ]);
  const memoKey = JSON.stringify([
    "verify-memo",
    toolFingerprint(),
    engineFingerprint(),
    project.root,
    folder,
    settings.contracts,
  ]);
  const { memo, used } = memoOver((store.get(memoKey) ?? {}) as Record<string, unknown>);
  const model = await readModel(folder, { fileSystem: nodeFileSystem(project.root), memo });
  const names = model.services.map(({ name }) => name);
  if (names.length === 0)
    throw new UsageError(`There is no AsyncAPI document in ${folder}.`, "--dir <folder> says where to look.");
  const providers = list(values["provider"]);
  const stranger = providers.find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`There is no service "${stranger}".`, `There are: ${names.join(", ")}.`);
  const verified = await verify({
    root: project.root,
    model,
    settings,
    store,
    judge: await judgeFor(project, settings, config),
    memo,
    env: io.env,
    code: values["only-schemas"] === true ? "no" : values["known"] === true ? "known" : "run",
    providers,
    pending: values["pending"] === true,
    record: values["record"] === true,
    useRecords: values["no-cache"] !== true,
  });
  store.put(memoKey, used);
  return { verified, model };
}

async function judgeFor(project: Project, { contracts }: VerifySettings, { sections }: Config): Promise<SchemaJudge> {
  const [{ judgeOf }, { judgeSettings }, { readPacts }, { compatibilitySettings }] = await Promise.all([
    import("../judge/judge.ts"),
    import("../judge/settings.ts"),
    import("../contracts/read-pacts.ts"),
    import("../diff/settings.ts"),
  ]);
  const { settings } = compatibilitySettings(sections["compatibility"]);
  return judgeOf(judgeSettings(settings, readPacts(project.root, contracts).pacts), noMemo);
}

async function configLocator(project: Project): Promise<(pointer: string) => Span> {
  if (!project.config) return () => ({ line: 1, column: 1, endLine: 1, endColumn: 1 });
  const { parseYaml } = await import("../read/yaml-source.ts");
  return parseYaml(project.config.text).locate;
}

const inRoot = (project: Project, io: Io, path: string): string =>
  relative(project.root, resolve(io.cwd, path)).split(sep).join("/") || ".";

/** A path of the project as it looks from where the command was started. */
const shown = (project: Project, io: Io, path: string): string =>
  relative(io.cwd, resolve(join(project.root, path)))
    .split(sep)
    .join("/") || ".";

function wantsColor(values: CommandArguments["values"], io: Io): boolean {
  if (values["no-color"] === true || io.env["NO_COLOR"]) return false;
  return values["color"] === true || Boolean(io.env["FORCE_COLOR"]) || io.stdout.isTerminal;
}

function text(value: CommandArguments["values"][string]): string | undefined {
  return typeof value === "string" ? value : undefined;
}

function list(value: CommandArguments["values"][string]): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}
