import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { fileNameOf } from "../contracts/file-names.ts";
import { writeWhole } from "../contracts/written.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { parseJson } from "../read/json-source.ts";
import { limits } from "../read/limits.ts";
import { BrokenFile } from "../read/strict.ts";
import type { Build } from "./builds.ts";
import { buildText, readBuild } from "./builds.ts";
import type { Environment, ServiceRecord } from "./environment.ts";
import { readEnvironment, readService, recordOf, serviceText } from "./environment.ts";
import type { StoredObject } from "./objects.ts";
import { hashOf, storePath } from "./objects.ts";

/**
 * Where the records of deployments are, in the contracts folder: `environments/<name>/<service>.json`, `builds/<service>/
 * <version>.json` and `store/ab/cdef….json`.
 */
export interface RecordFiles {
  /** Names of environments, sorted. Throws `UsageError` for what lies there and is none. */
  readonly names: () => readonly string[];
  /** Throws `UsageError` for a file that is not understood; undefined when there is none. */
  readonly environment: (name: string) => Environment | undefined;
  /**
   * Writes those services that differ from `before`, the environment that was read. Throws `UsageError` where somebody else
   * wrote one of them meanwhile. Call it while the folder is locked.
   */
  readonly writeEnvironment: (environment: Environment, before: Environment) => void;
  /** What a version was recorded to be. Throws `UsageError` for a file that is not understood. */
  readonly build: (service: string, version: string) => Build | undefined;
  readonly writeBuild: (build: Build) => void;
  /** Undefined for an object that is not there; throws `UsageError` for one that is not what its name says. */
  readonly object: (hash: string) => StoredObject | undefined;
  /** Writes those that are not there yet. Files of the store never change. */
  readonly keep: (objects: readonly StoredObject[]) => void;
}

/** `contracts`: absolute; `shown`: as messages call it. */
export function recordFiles(contracts: string, shown: string): RecordFiles {
  const read = new Map<string, StoredObject | undefined>();
  const object = (hash: string): StoredObject | undefined => {
    if (!read.has(hash)) read.set(hash, readObject(contracts, shown, hash));
    return read.get(hash);
  };
  const environment = (name: string): Environment | undefined => readWhole(contracts, shown, checkedName(name));
  return {
    names: () => namesIn(join(contracts, "environments"), `${shown}/environments`),
    environment,
    writeEnvironment(changed, before) {
      const name = checkedName(changed.name);
      if (existsSync(join(contracts, "environments")))
        notInOtherCase(name, namesIn(join(contracts, "environments"), `${shown}/environments`), "environment");
      const there = environment(name) ?? { name, services: new Map() };
      for (const [service, record] of changed.services) {
        if (record === before.services.get(service)) continue;
        const [was, is] = [before, there].map((one) => serviceText(name, service, recordOf(one, service)));
        if (was !== is)
          throw new UsageError(`Somebody else recorded ${service} in ${name} in this moment.`, "Record it again.");
        notInOtherCase(service, [...there.services.keys()], `service of ${name}`);
      }
      const folder = join(contracts, "environments", name);
      const single = `${folder}.json`;
      const write = ([service, record]: readonly [string, ServiceRecord]): void =>
        writeWhole(join(folder, `${fileNameOf(service)}.json`), serviceText(name, service, record));
      // The earlier layout first becomes today's, word by word, so that whatever ends this in the middle leaves what was.
      if (existsSync(single)) {
        for (const entry of there.services) write(entry);
        rmSync(single);
      }
      for (const entry of changed.services) if (entry[1] !== before.services.get(entry[0])) write(entry);
    },
    build(service, version) {
      const path = `builds/${fileNameOf(service)}/${fileNameOf(version)}.json`;
      if (!existsSync(join(contracts, path))) return undefined;
      return understood(`${shown}/${path}`, "eventpact record-build", () =>
        readBuild(service, version, readFileSync(join(contracts, path), "utf8")),
      );
    },
    writeBuild(build) {
      const path = `builds/${fileNameOf(build.service)}/${fileNameOf(build.version)}.json`;
      writeWhole(join(contracts, path), buildText(build));
    },
    object,
    keep(objects) {
      for (const one of objects) {
        const path = join(contracts, storePath(hashOf(one)));
        if (!existsSync(path)) writeWhole(path, objectText(one));
      }
    },
  };
}

/** A name becomes a file's name, so that it may hold nothing that leads elsewhere. */
export function checkedName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name) && !name.endsWith(".json")) return name;
  throw new UsageError(`"${name}" cannot be an environment's name.`, "Letters, digits, dots, dashes, at most 64.");
}

/** Folders, and files of the earlier layout. Whatever else lies there would be a deployment that nobody counts. */
function namesIn(folder: string, shown: string): readonly string[] {
  if (!existsSync(folder)) return [];
  const names = new Set<string>();
  for (const entry of visibleIn(folder)) {
    const name = entry.isDirectory() ? entry.name : entry.name.endsWith(".json") ? entry.name.slice(0, -5) : undefined;
    if (name === undefined || !/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name))
      throw new UsageError(
        `${shown}/${entry.name} is no environment.`,
        "Environments are folders there, with one file for each service; remove what is not.",
      );
    names.add(name);
  }
  const sorted = [...names].toSorted();
  for (const name of sorted) notInOtherCase(name, sorted, "environment");
  return sorted;
}

/** Names with a dot in front are those of tools: `.gitkeep`, `.DS_Store`, what a killed writer left. */
const visibleIn = (folder: string) =>
  readdirSync(folder, { withFileTypes: true }).filter(({ name }) => !name.startsWith("."));

/** Two names that differ only in their case are two here and one on another system. */
function notInOtherCase(name: string, others: readonly string[], what: string): void {
  const twin = others.find((one) => one !== name && one.toLowerCase() === name.toLowerCase());
  if (twin !== undefined)
    throw new UsageError(
      `"${name}" and "${twin}" differ only in their case.`,
      `They would be one ${what} where file names have no case. Keep one of them.`,
    );
}

function readWhole(contracts: string, shown: string, name: string): Environment | undefined {
  const folder = join(contracts, "environments", name);
  const single = `${folder}.json`;
  const isThere = existsSync(folder);
  if (!isThere && !existsSync(single)) return undefined;
  const services = new Map<string, ServiceRecord>();
  if (existsSync(single)) {
    const read = (): Environment => readEnvironment(name, readFileSync(single, "utf8"));
    for (const [service, record] of understood(
      `${shown}/environments/${name}.json`,
      "eventpact record-deployment",
      read,
    ).services)
      services.set(service, record);
  }
  for (const entry of isThere ? visibleIn(folder) : []) {
    const path = `${shown}/environments/${name}/${entry.name}`;
    if (!entry.isFile() || !entry.name.endsWith(".json"))
      throw new UsageError(`${path} is no record of a service.`, "Remove it, or give it the name that it had.");
    const [service, record] = understood(path, "eventpact record-deployment", () =>
      readService(name, entry.name.slice(0, -5), readFileSync(join(folder, entry.name), "utf8")),
    );
    const twin = services.get(service);
    if (twin !== undefined && serviceText(name, service, twin) !== serviceText(name, service, record))
      throw new UsageError(
        `${service} is recorded twice: in ${shown}/environments/${name}.json and in ${path}.`,
        "The first is the earlier layout; a merge kept both. Take what holds into the second, and remove it from the first.",
      );
    services.set(service, record);
  }
  for (const service of services.keys()) notInOtherCase(service, [...services.keys()], `service of ${name}`);
  return { name, services };
}

function understood<T>(path: string, writer: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof BrokenFile)) throw error;
    throw new UsageError(
      `${path}:${error.span.line}:${error.span.column} cannot be read. ${error.message}`,
      `The file is written by ${writer}. After a merge, keep what both sides recorded.`,
    );
  }
}

const objectText = (object: StoredObject): string =>
  `${JSON.stringify(inOrder(object as unknown as Json), undefined, 2)}\n`;

function readObject(contracts: string, shown: string, hash: string): StoredObject | undefined {
  const path = join(contracts, storePath(hash));
  if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(path)) return undefined;
  const hint = "The store's files are never edited: take the file from the commit that wrote it.";
  const bytes = readFileSync(path);
  if (bytes.length > limits.pactBytes) throw new UsageError(`${shown}/${storePath(hash)} is too large.`, hint);
  const source = bytes.toString("utf8");
  let value: Json;
  try {
    value = JSON.parse(source) as Json;
  } catch {
    throw new UsageError(`${shown}/${storePath(hash)} is no JSON.`, hint);
  }
  const object = value as unknown as StoredObject;
  if (own(value, "format") !== 1 || hashOf(object) !== hash)
    throw new UsageError(`${shown}/${storePath(hash)} is not what its name says.`, hint);
  // A text that is not as it was written may say a key twice, of which only the last was looked at.
  const [twice] = source === objectText(object) ? [] : parseJson(source).faults;
  if (twice !== undefined)
    throw new UsageError(`${shown}/${storePath(hash)}:${twice.span.line} cannot be read. ${twice.message}`, hint);
  return object;
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
