import { join } from "node:path";
import type { Store } from "../cache/store.ts";
import type { DeploySettings } from "../config/settings.ts";
import { UsageError } from "../command-line/command.ts";
import { codeState, missingSources } from "../contracts/code-state.ts";
import type { KnownResults } from "../contracts/known-results.ts";
import { knownResults } from "../contracts/known-results.ts";
import { readRecords } from "../contracts/records.ts";
import { settingsFor } from "../contracts/settings.ts";
import { workingFiles } from "../contracts/working-files.ts";
import type { Subject } from "../contracts/subject.ts";
import { subjectsOf } from "../contracts/subject.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Model } from "../model/types.ts";
import type { Project } from "../project/project.ts";
import type { Json } from "../read/json.ts";
import { isUpcasterRecord, readUpcasterRecords } from "../upcasters/records.ts";
import { upcasterState } from "../upcasters/state.ts";
import type { UpcasterRecord } from "../upcasters/types.ts";
import { upcasterKey } from "../upcasters/verify-upcasters.ts";
import type { Contents } from "./contents.ts";
import { contentsOf } from "./contents.ts";
import type { RecordFiles } from "./files.ts";
import { checkedName } from "./files.ts";
import type { Judge } from "./matrix.ts";
import type { StoredObject } from "./objects.ts";
import { commitHere, versionHere } from "./versions.ts";
import { worldFrom } from "./stored-world.ts";
import type { World } from "./world.ts";

/** What a command about deployments works on: the documents as they are, and the records. */
export interface Session {
  readonly root: string;
  readonly settings: DeploySettings;
  readonly model: Model;
  readonly subjects: readonly Subject[];
  /** The contracts folder, relative to the root. */
  readonly contracts: string;
  readonly files: RecordFiles;
  readonly judge: Judge;
  /** The contents of a service as the documents are. Throws `UsageError` for a service that they do not have. */
  readonly contentsNow: (service: string) => { readonly contents: Contents; readonly objects: readonly StoredObject[] };
  /** The version of a service as it lies here. */
  readonly versionNow: (service: string) => string;
  /** A producer's code as it is; undefined where nothing says what that is, or it sends nothing. */
  readonly codeNow: (service: string) => CodeNow | undefined;
  readonly known: KnownResults;
  /** The hash of a service's upcasters as they are; undefined where it has none. */
  readonly upcastersNow: (service: string) => string | undefined;
  /** Keeps what was worked out for the next run. */
  readonly keep: () => void;
}

/** The code of a producer as it lies here, and the name of its results where it was verified. */
export interface CodeNow {
  readonly code: string;
  readonly producer?: string;
}

/**
 * What is asked of a project about deployments. Throws `UsageError` where it has no documents, or where something is not what
 * it should be by which is judged: what is left out silently would make everything look safe.
 */
export async function openSession(project: Project): Promise<Session> {
  const { root, settings, store } = project;
  const { contracts, verify, deploy } = settings;
  const { policy } = settings.compatibility;
  const model = await project.model();
  if (model.services.length === 0)
    throw new UsageError(`There is no AsyncAPI document in ${project.folder}.`, "--dir <folder> says where to look.");
  const { pacts, diagnostics: unreadable } = await project.pacts();
  const { subjects } = subjectsOf(model, pacts);
  const commit = await commitHere(root, contracts);
  const folder = join(root, contracts);
  const working = workingFiles(root);
  const recorded = readRecords(folder);
  const way = "Take the file from the commit that wrote it, or remove it and run eventpact verify --record.";
  for (const { file, line, column, message, hint } of unreadable) refuse(`${file}:${line}:${column}`, message, hint);
  for (const { file, span, message } of recorded.faults)
    refuse(`${contracts}/${file}:${span.line}:${span.column}`, message, way);
  for (const { pointer, message } of missingSources(verify, model, working)) {
    const { line, column } = project.locate(pointer);
    throw new UsageError(`${settings.file ?? "eventpact.yaml"}:${line}:${column}: ${message}`);
  }
  const known = knownResults(root, recorded.records, store);
  const codeNow = remembered((service): CodeNow | undefined => {
    const how = settingsFor(verify, service);
    const isSender = model.services.some(({ name, sends }) => name === service && sends.length > 0);
    const question = { root, model, provider: service, files: working, policy };
    const state = how === undefined || !isSender ? undefined : codeState(question, how);
    if (state === undefined) return undefined;
    const producer = known.here(service, state.code)?.producer;
    return { code: state.code, ...(producer === undefined ? {} : { producer }) };
  });
  return {
    root,
    settings: deploy,
    model,
    subjects,
    contracts,
    files: await project.records(),
    judge: {
      settings: deploy,
      schemas: await project.judge(),
      memo: project.memo(),
      recordOf: known.of,
      upcastersOf: triedOf(readUpcasterRecords(folder), store),
    },
    contentsNow: remembered((service) => contentsOf(model, subjects, knownService(model, service))),
    versionNow: (service) => versionHere(root, service, deploy.package, commit),
    codeNow,
    known,
    upcastersNow: remembered((service) => upcasterState(root, model, verify, service, policy, working)?.hash),
    keep: project.keep,
  };
}

function refuse(place: string, message: string, hint: string | undefined): never {
  throw new UsageError(`${place} cannot be read. ${message}`, hint);
}

/** What was recorded of a consumer's upcasters, else what a run without `--record` left in the cache. */
function triedOf(recorded: readonly UpcasterRecord[], store: Store): Judge["upcastersOf"] {
  return (consumer, upcasters) => {
    const kept = recorded.find((one) => one.consumer === consumer && one.upcasters === upcasters);
    const found = store.get(upcasterKey(consumer, upcasters)) as Json | undefined;
    return kept ?? (isUpcasterRecord(found) ? (found as unknown as UpcasterRecord) : undefined);
  };
}

function remembered<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, make(name));
    return known.get(name) as T;
  };
}

function knownService(model: Model, name: string): string {
  if (model.services.some((service) => service.name === name)) return name;
  throw new UsageError(
    `There is no service "${name}".`,
    `There are: ${model.services.map((service) => service.name).join(", ")}.`,
  );
}

/** As `worldFrom`, of an environment that must be there: a misspelt name would make everything look safe. */
export function worldNamed(session: Session, name: string): World {
  const known = session.files.names();
  if (!known.includes(checkedName(name)))
    throw new UsageError(
      `There is no environment "${name}".`,
      didYouMean(name, known) ??
        (known.length > 0
          ? `There are: ${known.join(", ")}.`
          : "eventpact record-deployment records the first deployment."),
    );
  return worldFrom(session, name);
}
