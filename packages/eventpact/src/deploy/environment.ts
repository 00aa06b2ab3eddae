import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";

/** Which version of each service is, and was, where. The content of `contracts/environments/<name>.json`. */
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
  /** Hash of the producer's code, as `eventpact verify` names its results; absent when nothing says what that code is. */
  readonly producer?: string;
  /** Hash of its upcasters, as `eventpact verify` names its results; absent when it has none. */
  readonly upcasters?: string;
}

export const emptyEnvironment = (name: string): Environment => ({ name, services: new Map() });

const nothing: ServiceRecord = { deployed: [], released: [], past: [] };

export const recordOf = (environment: Environment, service: string): ServiceRecord =>
  environment.services.get(service) ?? nothing;

/** The version runs from now on, in place of those that ran, or `beside` them. Saying it again changes nothing. */
export function withDeployment(
  environment: Environment,
  service: string,
  deployment: Deployment,
  beside: boolean,
): Environment {
  const record = recordOf(environment, service);
  const isThere = (one: Deployment): boolean => isSame(one, deployment);
  const stays = beside ? record.deployed : record.deployed.filter(isThere);
  const gone = record.deployed.filter((one) => !stays.includes(one));
  if (gone.length === 0 && stays.some(isThere)) return environment;
  const deployed = stays.some(isThere) ? stays : [...stays, deployment];
  return changed(environment, service, { ...record, deployed, past: ended(record.past, gone, deployment.since) });
}

/** The version is in others' hands from now on, beside every other one. */
export function withRelease(environment: Environment, service: string, deployment: Deployment): Environment {
  const record = recordOf(environment, service);
  if (record.released.some((one) => isSame(one, deployment))) return environment;
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

const isSame = (a: Deployment, b: Deployment): boolean =>
  a.version === b.version && a.contents === b.contents && a.producer === b.producer && a.upcasters === b.upcasters;

const ended = (past: readonly Deployment[], gone: readonly Deployment[], until: string): readonly Deployment[] => [
  ...past,
  ...gone.map((one) => ({ ...one, until })),
];

function changed({ name, services }: Environment, service: string, record: ServiceRecord): Environment {
  return { name, services: new Map([...services, [service, record]]) };
}

/**
 * The file: one block per service, in the order of their names, so that two branches that record different services do not
 * meet. Equal environments give equal text.
 */
export function environmentText({ name, services }: Environment): string {
  const inOrder = [...services].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const value = {
    format: 1,
    name,
    services: Object.fromEntries(
      inOrder.map(([service, { deployed, released, past }]) => {
        const lists = { deployed: deployed.map(inLine), released: released.map(inLine), past: past.map(inLine) };
        return [service, Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0))];
      }),
    ),
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

function inLine({ version, since, until, contents, producer, upcasters }: Deployment): Deployment {
  return {
    version,
    since,
    ...(until === undefined ? {} : { until }),
    contents,
    ...(producer === undefined ? {} : { producer }),
    ...(upcasters === undefined ? {} : { upcasters }),
  };
}

/** Reads the file. Throws `BrokenEnvironment`: a deployment that is left out silently would make everything look safe. */
export function readEnvironment(name: string, text: string): Environment {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    throw new BrokenEnvironment(`It is no JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  if (own(value, "format") !== 1) throw new BrokenEnvironment(`It has no "format": 1.`);
  const services = own(value, "services");
  if (!isObject(services)) throw new BrokenEnvironment(`It has no map "services".`);
  const records = Object.entries(services).map(([service, record]): [string, ServiceRecord] => [
    service,
    {
      deployed: deploymentsOf(service, record, "deployed"),
      released: deploymentsOf(service, record, "released"),
      past: deploymentsOf(service, record, "past"),
    },
  ]);
  return { name, services: new Map(records) };
}

export class BrokenEnvironment extends Error {}

function deploymentsOf(service: string, record: Json, list: keyof ServiceRecord): readonly Deployment[] {
  const where = `services.${service}.${list}`;
  const listed = own(record, list) ?? [];
  if (!Array.isArray(listed)) throw new BrokenEnvironment(`"${where}" is no list.`);
  return (listed as readonly Json[]).map((one, index) => {
    const text = (key: string): string => {
      const found = ownString(one, key);
      if (found === undefined) throw new BrokenEnvironment(`"${where}[${index}]" has no text "${key}".`);
      return found;
    };
    const moment = (key: string): string => {
      if (Number.isNaN(Date.parse(text(key))))
        throw new BrokenEnvironment(`"${where}[${index}].${key}" is no moment: ${text(key)}`);
      return text(key);
    };
    const contents = text("contents");
    if (!/^[0-9a-f]{64}$/.test(contents)) throw new BrokenEnvironment(`"${where}[${index}].contents" is no SHA-256.`);
    const [producer, upcasters] = ["producer", "upcasters"].map((key) => ownString(one as JsonObject, key));
    return {
      version: text("version"),
      since: moment("since"),
      ...(list === "past" ? { until: moment("until") } : {}),
      contents,
      ...(producer === undefined ? {} : { producer }),
      ...(upcasters === undefined ? {} : { upcasters }),
    };
  });
}
