import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve, sep } from "node:path";
import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version as toolVersion } from "../command-line/version.ts";
import { versionFault } from "../contracts/file-names.ts";
import { applySeverities } from "../config/apply-severities.ts";
import { applyWaivers } from "../config/apply-waivers.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Project } from "../project/project.ts";
import { openProject } from "../project/project.ts";
import { formats } from "../report/report.ts";
import type { FromBroker } from "../deploy/broker/from-broker.ts";
import type { PactsRead } from "../contracts/read-pacts.ts";
import type { VerifyReport } from "../contracts/render.ts";
import type { Verified } from "../contracts/verify.ts";
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
  --from-broker         also verify the contracts that the Pact Broker of PACT_BROKER_BASE_URL wants verified; what it calls pending
                        is told and fails nothing. eventpact publish tells it the results
  --selector <words>    with --from-broker: of which versions of consumers, such as deployedOrReleased, mainBranch, branch=<name>
                        or deployed,environment=production,consumer=email; may be given several times (default: mainBranch,
                        deployedOrReleased, and the branch)
  --branch <name>       with --from-broker: the branch of what lies here; the broker decides by it what is pending
  --wip-since <day>     with --from-broker: also what no selector names and nobody verified yet, since this day (2026-01-31)
  --needed              run no code, and end with 3 where some of it must be run: a contract here, of what is deployed, or (with
                        --from-broker) of the broker that the code as it is was not asked about; what a pipeline dispatches by
  --pending             a contract that its producer never kept before is a warning
  --record              keep the results in <contracts>/verifications/, for deployments
  --version <version>   with --record: bind this version to what lies here (as eventpact record-build)
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
A producer's code is asked about the contracts here and about those of every version that contracts/environments names. The command
finds in its environment EVENTPACT_PROVIDER, EVENTPACT_PACTS (Pact files, one a line; each interaction's "key" is its id), EVENTPACT_RUN
and EVENTPACT_RESULT, the file for its answer:
  { "run": "<EVENTPACT_RUN>",
    "interactions": [{ "id", "consumer", "description", "states", "ok": true or false, "mismatches": [{ "path", "message" }] }],
    "messages": [{ "event", "state", "payload", "headers" }] }
An interaction is verified when the answer of this run says so of it with ok: true, and with the message that the code answered with. An
exit code is no evidence. A result holds until something changes that it depends on: the interaction, the sources and what else the
command loaded, the lockfile, the command, the schemas, the policy, the version of this tool. A source that does not exist is a fault; in
a source counts what git does not ignore (without git: everything but node_modules).

Exit codes: 0 every contract holds, and no upcaster was found broken · 1 findings · 3 with --needed: code must be run · 2 wrong usage,
or the tool broke
`;

export const options = {
  dir: { type: "string" },
  contracts: { type: "string" },
  provider: { type: "string", multiple: true },
  "only-schemas": { type: "boolean" },
  known: { type: "boolean" },
  "from-broker": { type: "boolean" },
  selector: { type: "string", multiple: true },
  branch: { type: "string" },
  "wip-since": { type: "string" },
  needed: { type: "boolean" },
  pending: { type: "boolean" },
  record: { type: "boolean" },
  version: { type: "string" },
  format: { type: "string" },
  "fail-on": { type: "string" },
  "no-cache": { type: "boolean" },
} as const;

export async function run({ values, positionals }: CommandArguments, io: Io): Promise<ExitCode> {
  const started = performance.now();
  const format = choice("format", text(values["format"]) ?? "text", formats);
  const failOn = choice("fail-on", text(values["fail-on"]) ?? "error", ["error", "warning"]);
  const isOfBroker = ["from-broker", "selector", "branch", "wip-since"].some((name) => values[name] !== undefined);
  const asked = isOfBroker ? (await import("../deploy/broker/from-broker.ts")).fromBroker(values) : undefined;
  const project = await projectFor(values, positionals, io);
  const { settings, faults, locate } = project;
  const gate = (await import("../contracts/known-gate.ts")).knownGate(project);
  if (values["known"] === true && format === "text" && faults.length === 0 && (await gate.isClean())) {
    io.stdout.write(`${shown(project, io, settings.contracts)}: no contract is known to be broken (unchanged)\n`);
    return 0;
  }
  const version = namedVersion(values);
  idleNeeded(values);
  lostContracts(values, io);
  const { verified, model } = await verifyProject(project, values, io, asked);
  if (version !== undefined) await bindVersion(values, io);
  const nowhere = [...lostModule(project, model), ...(await lostSources(project, model))];
  const { verifyCodes, isOfVerify } = await import("../contracts/waivers.ts");
  const waivers = settings.waivers.filter(isOfVerify);
  const today = io.now().toISOString().slice(0, 10);
  const { open, waived } = applyWaivers(
    [...faults, ...nowhere, ...applySeverities(verified.diagnostics, settings.rules.severities)],
    { ...settings, waivers },
    today,
    locate,
  );
  const show = <Found extends Diagnostic>(found: Found): Found => ({ ...found, file: shown(project, io, found.file) });
  const report: VerifyReport = {
    version: toolVersion(),
    folder: shown(project, io, settings.contracts),
    checked: {
      documents: model.documents.length,
      operations: model.operations.length,
      events: model.events.length,
      files: verified.pairings.length,
      rules: verifyCodes.length,
    },
    diagnostics: open.map(show),
    waived: waived.map(show),
    milliseconds: performance.now() - started,
    fromCache: false,
    verified,
  };
  const { renderVerification } = await import("../contracts/render.ts");
  if (values["known"] !== true) gate.forget();
  else if (open.length + waived.length === 0) await gate.keep();
  io.stdout.write(await renderVerification(format, report, { cwd: io.cwd, color: wantsColor(values, io) }));
  if (open.some(({ severity }) => severity === "error" || severity === failOn)) return 1;
  return values["needed"] === true && verified.verdicts.some(({ isOpen }) => isOpen === true) ? 3 : 0;
}

/** What runs nothing finds nothing out. */
function idleNeeded(values: CommandArguments["values"]): void {
  const other = ["known", "only-schemas", "record"].find((name) => values["needed"] === true && values[name] === true);
  if (other !== undefined)
    throw new UsageError(`--needed asks whether code must be run, and runs none: it does not go with --${other}.`);
}

/** The version that what lies here is to be recorded as, together with its results. */
function namedVersion(values: CommandArguments["values"]): string | undefined {
  const version = text(values["version"]);
  if (version === undefined) return undefined;
  if (values["record"] !== true)
    throw new UsageError(
      "--version names what is recorded: it needs --record.",
      "eventpact verify --record --version <version>",
    );
  const fault = versionFault(version);
  if (fault !== undefined) throw new UsageError(fault, "Is the variable set that names it?");
  return version;
}

/** As `eventpact record-build`, of the producers that were asked about, else of all. */
async function bindVersion(values: CommandArguments["values"], io: Io): Promise<void> {
  const { run: recordBuild } = await import("./record-build.ts");
  const providers = list(values["provider"]);
  const services = providers.length > 0 ? { service: providers } : { all: true };
  const kept = Object.fromEntries(["dir", "no-cache", "version"].map((name) => [name, values[name]]));
  const quiet = { write: () => undefined, isTerminal: false };
  await recordBuild({ values: { ...kept, ...services }, positionals: [] }, { ...io, stdout: quiet });
}

/** A folder of contracts that was asked for and is not there is a misspelt one. */
function lostContracts(values: CommandArguments["values"], io: Io): void {
  const asked = text(values["contracts"]);
  if (asked !== undefined && !existsSync(resolve(io.cwd, asked)))
    throw new UsageError(`There is no ${asked}.`, "--contracts <folder> says where the contracts are.");
}

/** The project, with the folder of contracts that was asked for. */
async function projectFor(values: CommandArguments["values"], paths: readonly string[], io: Io): Promise<Project> {
  const [dir, contracts] = [text(values["dir"]), text(values["contracts"])];
  const asked = { cwd: io.cwd, paths, useCache: values["no-cache"] !== true };
  return openProject({
    ...asked,
    ...(dir === undefined ? {} : { dir }),
    ...(contracts === undefined ? {} : { contracts }),
  });
}

/** A module of upcasters that no service has is a misspelt one: it would be as if nobody had upcasters. */
function lostModule({ root, place, settings, locate }: Project, model: Model): readonly Diagnostic[] {
  const { upcasters } = settings.verify;
  if (upcasters === undefined) return [];
  const { module } = upcasters;
  const paths = model.services.map(({ name }) => join(root, module.replaceAll("{service}", name)));
  if (paths.some((path) => existsSync(path))) return [];
  const message = `No service has the file "${module}" of verify.upcasters.`;
  const file = place.config?.file ?? "";
  return [{ code: "config-invalid", severity: "error", file, ...locate("/verify/upcasters/module"), message }];
}

/** A source that does not exist is a misspelt one: what was meant would change without being noticed. */
async function lostSources({ root, place, settings, locate }: Project, model: Model): Promise<readonly Diagnostic[]> {
  const [{ missingSources }, { workingFiles }] = await Promise.all([
    import("../contracts/code-state.ts"),
    import("../contracts/working-files.ts"),
  ]);
  const file = place.config?.file ?? "";
  return missingSources(settings.verify, model, workingFiles(root)).map(({ pointer, message }) => ({
    code: "config-invalid",
    severity: "error",
    file,
    ...locate(pointer),
    message,
  }));
}

async function verifyProject(
  project: Project,
  values: CommandArguments["values"],
  io: Io,
  asked: FromBroker | undefined,
): Promise<{ readonly verified: Verified; readonly model: Model }> {
  const { verify } = await import("../contracts/verify.ts");
  const model = await project.model();
  const names = model.services.map(({ name }) => name);
  if (names.length === 0)
    throw new UsageError(`There is no AsyncAPI document in ${project.folder}.`, "--dir <folder> says where to look.");
  const providers = list(values["provider"]);
  const stranger = providers.find((name) => !names.includes(name));
  if (stranger !== undefined)
    throw new UsageError(`There is no service "${stranger}".`, `There are: ${names.join(", ")}.`);
  const here = await project.pacts();
  const senders = model.services.filter(
    ({ name, sends }) => sends.length > 0 && (providers.length === 0 || providers.includes(name)),
  );
  const pacts =
    asked === undefined
      ? here
      : await wantedOf(
          project,
          here,
          asked,
          senders.map(({ name }) => name),
          io,
        );
  const verified = await verify({
    root: project.root,
    model,
    settings: project.settings.verify,
    store: project.store,
    pacts,
    judge: await project.judge(),
    memo: project.memo(),
    env: io.env,
    code:
      values["only-schemas"] === true ? "no" : values["known"] === true || values["needed"] === true ? "known" : "run",
    providers,
    pending: values["pending"] === true,
    record: values["record"] === true,
    useRecords: values["no-cache"] !== true,
  });
  project.keep();
  return { verified, model };
}

async function wantedOf(
  project: Project,
  here: PactsRead,
  asked: FromBroker,
  providers: readonly string[],
  io: Io,
): Promise<PactsRead> {
  const [{ withWanted }, { brokerFor }, { cacheFolder }] = await Promise.all([
    import("../contracts/wanted-pacts.ts"),
    import("../deploy/command.ts"),
    import("../cache/store.ts"),
  ]);
  const hal = await brokerFor({}, io);
  if (hal === undefined)
    throw new UsageError("Which Pact Broker? PACT_BROKER_BASE_URL names it.", "--from-broker asks it for contracts.");
  const { root, place } = project;
  const folder = join(cacheFolder(root, place.config !== undefined) ?? join(tmpdir(), "eventpact"), "wanted");
  return withWanted(
    here,
    hal,
    providers.map((provider) => ({ ...asked, provider })),
    { root, folder },
  );
}

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
