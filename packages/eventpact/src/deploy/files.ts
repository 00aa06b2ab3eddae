import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../command-line/command.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { limits } from "../read/limits.ts";
import type { Environment } from "./environment.ts";
import { BrokenEnvironment, environmentText, readEnvironment } from "./environment.ts";
import type { StoredObject } from "./objects.ts";
import { hashOf } from "./objects.ts";

/** Where the records of deployments are: `environments/<name>.json` and `store/ab/cdef….json` in the contracts folder. */
export interface RecordFiles {
  /** Names of environments, sorted. */
  readonly names: () => readonly string[];
  /** Throws `UsageError` for a file that is not understood; undefined when there is none. */
  readonly environment: (name: string) => Environment | undefined;
  readonly writeEnvironment: (environment: Environment) => void;
  /** Undefined for an object that is not there; throws `UsageError` for one that is not what its name says. */
  readonly object: (hash: string) => StoredObject | undefined;
  /** Writes those that are not there yet. Files of the store never change. */
  readonly keep: (objects: readonly StoredObject[]) => void;
}

/** `contracts`: absolute; `shown`: as messages call it. */
export function recordFiles(contracts: string, shown: string): RecordFiles {
  const environments = join(contracts, "environments");
  const read = new Map<string, StoredObject | undefined>();
  const object = (hash: string): StoredObject | undefined => {
    if (!read.has(hash)) read.set(hash, readObject(contracts, shown, hash));
    return read.get(hash);
  };
  return {
    names: () =>
      existsSync(environments)
        ? readdirSync(environments)
            .filter((file) => file.endsWith(".json"))
            .map((file) => file.slice(0, -".json".length))
            .toSorted()
        : [],
    environment(name) {
      const path = join(environments, `${checkedName(name)}.json`);
      if (!existsSync(path)) return undefined;
      try {
        return readEnvironment(name, readFileSync(path, "utf8"));
      } catch (error) {
        if (!(error instanceof BrokenEnvironment)) throw error;
        const hint =
          "The file is written by eventpact record-deployment. After a merge, keep the blocks of both sides.";
        throw new UsageError(`${shown}/environments/${name}.json cannot be read. ${error.message}`, hint);
      }
    },
    writeEnvironment(environment) {
      writeWhole(join(environments, `${checkedName(environment.name)}.json`), environmentText(environment));
    },
    object,
    keep(objects) {
      for (const one of objects) {
        const path = join(contracts, pathOf(hashOf(one)));
        if (!existsSync(path)) writeWhole(path, `${JSON.stringify(inOrder(one as unknown as Json), undefined, 2)}\n`);
      }
    },
  };
}

/** A name becomes a file's name, so that it may hold nothing that leads elsewhere. */
export function checkedName(name: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) return name;
  throw new UsageError(`"${name}" cannot be an environment's name.`, "Letters, digits, dots, dashes, at most 64.");
}

const pathOf = (hash: string): string => `store/${hash.slice(0, 2)}/${hash.slice(2)}.json`;

function readObject(contracts: string, shown: string, hash: string): StoredObject | undefined {
  const path = join(contracts, pathOf(hash));
  if (!/^[0-9a-f]{64}$/.test(hash) || !existsSync(path)) return undefined;
  const hint = "The store's files are never edited: take the file from the commit that wrote it.";
  const bytes = readFileSync(path);
  if (bytes.length > limits.fileBytes) throw new UsageError(`${shown}/${pathOf(hash)} is too large.`, hint);
  let value: Json;
  try {
    value = JSON.parse(bytes.toString("utf8")) as Json;
  } catch {
    throw new UsageError(`${shown}/${pathOf(hash)} is no JSON.`, hint);
  }
  const object = value as unknown as StoredObject;
  if (own(value, "format") !== 1 || hashOf(object) !== hash)
    throw new UsageError(`${shown}/${pathOf(hash)} is not what its name says.`, hint);
  return object;
}

/** Appears by rename: who reads meanwhile sees the old file or the new one. */
function writeWhole(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${randomUUID()}.tmp`;
  writeFileSync(temporary, text);
  renameSync(temporary, path);
}

function inOrder(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(inOrder);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, inOrder(inner)]));
}
