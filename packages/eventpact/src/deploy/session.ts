import { join } from "node:path";
import type { Store } from "../cache/store.ts";
import type { DeploySettings, VerifySettings } from "../config/settings.ts";
import { UsageError } from "../command-line/command.ts";
import type { ProducerRecord } from "../contracts/records.ts";
import { isRecord, joined, readRecords } from "../contracts/records.ts";
import { settingsFor } from "../contracts/settings.ts";
import { sourceHash } from "../contracts/source-hash.ts";
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
import { MissingObject, contentsOf, loaded } from "./contents.ts";
import type { Deployment, Environment } from "./environment.ts";
import { emptyEnvironment } from "./environment.ts";
import type { RecordFiles } from "./files.ts";
import { checkedName } from "./files.ts";
import type { Judge } from "./matrix.ts";
import type { StoredObject } from "./objects.ts";
import { commitHere, versionHere } from "./versions.ts";
import type { World } from "./world.ts";
import { worldOf } from "./world.ts";

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
  /** The hash of a producer's code as it is; undefined where nothing says what that is. */
  readonly producerNow: (service: string) => string | undefined;
  /** The hash of a service's upcasters as they are; undefined where it has none. */
  readonly upcastersNow: (service: string) => string | undefined;
  /** Keeps what was worked out for the next run. */
  readonly keep: () => void;
}

/** What is asked of a project about deployments. Throws `UsageError` where it has no documents. */
export async function openSession(project: Project): Promise<Session> {
  const { root, settings, store } = project;
  const { contracts, verify, deploy } = settings;
  const { policy } = settings.compatibility;
  const model = await project.model();
  if (model.services.length === 0)
    throw new UsageError(`There is no AsyncAPI document in ${project.folder}.`, "--dir <folder> says where to look.");
  const { subjects } = subjectsOf(model, (await project.pacts()).pacts);
  const commit = await commitHere(root, contracts);
  const folder = join(root, contracts);
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
      recordOf: resultsOf(readRecords(folder), store),
      upcastersOf: triedOf(readUpcasterRecords(folder), store),
    },
    contentsNow: remembered((service) => contentsOf(model, subjects, knownService(model, service))),
    versionNow: (service) => versionHere(root, service, deploy.package, commit),
    producerNow: remembered((service) => producerOf(root, model, verify, service)),
    upcastersNow: remembered((service) => upcasterState(root, model, verify, service, policy)?.hash),
    keep: project.keep,
  };
}

/** What was recorded of the producer's code, joined with what a run without `--record` left in the cache. */
function resultsOf(recorded: readonly ProducerRecord[], store: Store): Judge["recordOf"] {
  return (provider, producer) => {
    const found = store.get(JSON.stringify(["verification", provider, producer])) as Json | undefined;
    const known = [
      ...recorded.filter((one) => one.provider === provider && one.producer === producer),
      ...(isRecord(found) ? [found as unknown as ProducerRecord] : []),
    ];
    return known.reduce<ProducerRecord | undefined>(joined, undefined);
  };
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

/** The hash by which `eventpact verify` names what it found about a producer's code. */
function producerOf(root: string, model: Model, verify: VerifySettings, provider: string): string | undefined {
  const how = settingsFor(verify, provider);
  const sent = model.events.filter(({ senders }) => senders.includes(provider));
  if (how === undefined || sent.length === 0) return undefined;
  const hashes = sent.map(({ key, hash }) => `${key} ${hash}`);
  return sourceHash(root, how.sources, [...how.command, ...hashes]);
}

/** The environment, empty when nothing was recorded in it yet. */
export const environmentNamed = ({ files }: Pick<Session, "files">, name: string): Environment =>
  files.environment(checkedName(name)) ?? emptyEnvironment(name);

/** An environment with the contents of its versions, from the store. Throws `UsageError` for what the store lacks. */
export function worldFrom(records: Pick<Session, "files" | "contracts">, name: string): World {
  return worldOf(environmentNamed(records, name), (deployment, service) =>
    loadDeployment(records, name, deployment, service),
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

export function loadDeployment(
  { files, contracts }: Pick<Session, "files" | "contracts">,
  environment: string,
  { version, contents }: Deployment,
  service: string,
): Contents {
  const lacks = (hash: string): UsageError =>
    new UsageError(
      `${contracts}/store has no ${hash}, which ${contracts}/environments/${environment}.json needs for ${service} ${version}.`,
      "Commit contracts/store with the environments, or record that version again.",
    );
  const object = files.object(contents);
  if (object?.kind !== "service") throw lacks(contents);
  try {
    return loaded(object, files.object);
  } catch (error) {
    throw error instanceof MissingObject ? lacks(error.hash) : error;
  }
}
