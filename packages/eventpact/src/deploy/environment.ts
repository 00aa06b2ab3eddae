import { fileNameOf, versionFault } from "../contracts/file-names.ts";
import type { Check } from "../read/strict.ts";
import {
  BrokenFile,
  exactly,
  fields,
  listOf,
  mapOf,
  matching,
  moment,
  readStrictly,
  sha256,
  text,
} from "../read/strict.ts";

/** Which version of each service is, and was, where. The content of `contracts/environments/<name>/`. */
export interface Environment {
  readonly name: string;
  readonly services: ReadonlyMap<string, ServiceRecord>;
}

export interface ServiceRecord {
  /** What runs. More than one only while a new version is tried beside an old one. */
  readonly deployed: readonly Deployment[];
  /** What others run and is still supported: apps, libraries. */
  readonly released: readonly Deployment[];
  /** What was deployed or released and is no more, oldest first. */
  readonly past: readonly Deployment[];
}

export interface Deployment {
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly until?: string;
  /** Hash of the `StoredService` in contracts/store. */
  readonly contents: string;
  /** Hash of the producer's code as it lay there (`CodeState.code`); absent when nothing says what that code is. */
  readonly code?: string;
  /** The name of that code with all that it loads, by which results are kept; absent when it had not been verified. */
  readonly producer?: string;
  /** Hash of its upcasters, as `eventpact verify` names its results; absent when it has none. */
  readonly upcasters?: string;
}

export const emptyEnvironment = (name: string): Environment => ({ name, services: new Map() });

const nothing: ServiceRecord = { deployed: [], released: [], past: [] };

export const recordOf = (environment: Environment, service: string): ServiceRecord =>
  environment.services.get(service) ?? nothing;

/**
 * The version runs from now on, in place of those that ran, or `beside` them. Saying it again changes nothing, but for what
 * was found out of the same code since.
 */
export function withDeployment(
  environment: Environment,
  service: string,
  deployment: Deployment,
  beside: boolean,
): Environment {
  const record = withFoundOut(recordOf(environment, service), deployment);
  const isThere = (one: Deployment): boolean => isSame(one, deployment);
  const stays = beside ? record.deployed : record.deployed.filter(isThere);
  const gone = record.deployed.filter((one) => !stays.includes(one));
  if (gone.length === 0 && stays.some(isThere))
    return record === recordOf(environment, service) ? environment : changed(environment, service, record);
  const deployed = stays.some(isThere) ? stays : [...stays, deployment];
  return changed(environment, service, { ...record, deployed, past: ended(record.past, gone, deployment.since) });
}

/** The version is in others' hands from now on, beside every other one. */
export function withRelease(environment: Environment, service: string, deployment: Deployment): Environment {
  const record = withFoundOut(recordOf(environment, service), deployment);
  if (record.released.some((one) => isSame(one, deployment)))
    return record === recordOf(environment, service) ? environment : changed(environment, service, record);
  return changed(environment, service, { ...record, released: [...record.released, deployment] });
}

/** The version (or every version) of a service is gone; undefined when it was not there. */
export function withoutDeployment(
  environment: Environment,
  service: string,
  version: string | undefined,
  until: string,
): Environment | undefined {
  const record = recordOf(environment, service);
  const leaves = (one: Deployment): boolean => version === undefined || one.version === version;
  const gone = [...record.deployed, ...record.released].filter(leaves);
  if (gone.length === 0) return undefined;
  const [deployed, released] = [record.deployed, record.released].map((list) => list.filter((one) => !leaves(one)));
  return changed(environment, service, {
    deployed: deployed ?? [],
    released: released ?? [],
    past: ended(record.past, gone, until),
  });
}

const isSame = (a: Deployment, b: Deployment): boolean => isSameBuild(a, b) && a.producer === b.producer;

/** Whether both are the same version of the same content: what was found out of it is no matter. */
export const isSameBuild = (a: Bound, b: Bound): boolean =>
  a.version === b.version && a.contents === b.contents && a.code === b.code && a.upcasters === b.upcasters;

type Bound = Pick<Deployment, "version" | "contents" | "code" | "upcasters">;

/** The same content, verified after it was recorded: the record learns the name of its results. */
function withFoundOut(record: ServiceRecord, deployment: Deployment): ServiceRecord {
  const { producer } = deployment;
  if (producer === undefined) return record;
  const isOpen = (one: Deployment): boolean => one.producer === undefined && isSameBuild(one, deployment);
  if (![...record.deployed, ...record.released, ...record.past].some(isOpen)) return record;
  const learnt = (list: readonly Deployment[]): readonly Deployment[] =>
    list.map((one) => (isOpen(one) ? { ...one, producer } : one));
  return { deployed: learnt(record.deployed), released: learnt(record.released), past: learnt(record.past) };
}

const ended = (past: readonly Deployment[], gone: readonly Deployment[], until: string): readonly Deployment[] => [
  ...past,
  ...gone.map((one) => ({ ...one, until })),
];

function changed({ name, services }: Environment, service: string, record: ServiceRecord): Environment {
  return { name, services: new Map([...services, [service, record]]) };
}

/**
 * The file of one service in one environment: what two branches record of different services lies in different files, the
 * first records of an environment too. Equal records give equal text.
 */
export function serviceText(environment: string, service: string, { deployed, released, past }: ServiceRecord): string {
  const lists = { deployed: deployed.map(inLine), released: released.map(inLine), past: past.map(inLine) };
  const filled = Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
  return `${JSON.stringify({ format: 2, environment, service, ...filled }, undefined, 2)}\n`;
}

function inLine({ version, since, until, contents, code, producer, upcasters }: Deployment): Deployment {
  return {
    version,
    since,
    ...(until === undefined ? {} : { until }),
    contents,
    ...(code === undefined ? {} : { code }),
    ...(producer === undefined ? {} : { producer }),
    ...(upcasters === undefined ? {} : { upcasters }),
  };
}

/** A version as every format of this folder allows it. */
export const versionCheck: Check = matching(
  (value) => versionFault(value) === undefined,
  "a version: one line of at most 200 letters",
);

const place = { version: versionCheck, since: moment, contents: sha256 };
const found = { code: sha256, producer: sha256, upcasters: sha256 };
const present = listOf(fields(place, found));
const gone = listOf(fields({ ...place, until: moment }, found));
const lists = { deployed: present, released: present, past: gone };

/**
 * Reads the file of one service. `file` is its name without `.json`. Throws `BrokenFile` for whatever the format does not
 * allow: a deployment that is left out silently would make everything look safe.
 */
export function readService(environment: string, file: string, source: string): readonly [string, ServiceRecord] {
  const format = { format: exactly(2), environment: exactly(environment), service: text };
  const value = readStrictly(source, fields(format, lists)) as unknown as { readonly service: string } & ServiceRecord;
  if (fileNameOf(value.service) !== file)
    throw new BrokenFile(
      `It is about "${value.service}"; the file of that is called ${fileNameOf(value.service)}.json.`,
      start,
    );
  return [value.service, whole(value)];
}

/** Reads a whole environment in one file, as it was written before: `environments/<name>.json`. Throws `BrokenFile`. */
export function readEnvironment(name: string, source: string): Environment {
  const format = fields({ format: exactly(1), name: exactly(name), services: mapOf(fields({}, lists)) });
  const value = readStrictly(source, format) as unknown as {
    readonly services: Readonly<Record<string, Partial<ServiceRecord>>>;
  };
  return { name, services: new Map(Object.entries(value.services).map(([service, one]) => [service, whole(one)])) };
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };

function whole({ deployed = [], released = [], past = [] }: Partial<ServiceRecord>): ServiceRecord {
  if (deployed.length + released.length + past.length === 0)
    throw new BrokenFile("It says of no version that it is there or was.", start);
  for (const one of past)
    if (one.until !== undefined && one.until < one.since)
      throw new BrokenFile(
        `${one.version} is said to have ended (${one.until}) before it began (${one.since}).`,
        start,
      );
  for (const [list, name] of [
    [deployed, "deployed"],
    [released, "released"],
  ] as const)
    for (const { version } of list)
      if (list.filter((one) => one.version === version).length > 1)
        throw new BrokenFile(`${version} is ${name} twice.`, start);
  return { deployed, released, past };
}
