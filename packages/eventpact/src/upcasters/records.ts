import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileNameOf } from "../contracts/file-names.ts";
import { namedHashes } from "../contracts/records.ts";
import { writeWhole } from "../contracts/written.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import type { UpcasterRecord } from "./types.ts";

const prefix = "upcasters-";

/** What is kept of the upcasters of all services; files that are no such records are left out. */
export function readUpcasterRecords(contractsFolder: string): readonly UpcasterRecord[] {
  const folder = join(contractsFolder, "verifications");
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .flatMap((service) => recordsIn(join(folder, service)).map(({ record }) => record));
}

function recordsIn(folder: string): readonly { readonly path: string; readonly record: UpcasterRecord }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.startsWith(prefix) && name.endsWith(".json"))
    .toSorted()
    .flatMap((name) => {
      const path = join(folder, name);
      try {
        const value = JSON.parse(readFileSync(path, "utf8")) as Json;
        return isUpcasterRecord(value) ? [{ path, record: value as unknown as UpcasterRecord }] : [];
      } catch {
        return [];
      }
    });
}

/** Whether a value has the shape of a record, as far as anybody relies on it. */
export function isUpcasterRecord(value: Json | undefined): boolean {
  const [tried, faults] = [own(value, "tried"), own(value, "faults")];
  const texts = typeof own(value, "consumer") === "string" && typeof own(value, "upcasters") === "string";
  return isObject(value) && own(value, "format") === 1 && texts && Array.isArray(tried) && Array.isArray(faults);
}

/** Writes the record. Those of other states of this service stay only while a file in `environments/` names their hash. */
export function writeUpcasterRecord(contractsFolder: string, record: UpcasterRecord): void {
  const folder = join(contractsFolder, "verifications", fileNameOf(record.consumer));
  mkdirSync(folder, { recursive: true });
  const needed = namedHashes(contractsFolder);
  for (const { path, record: found } of recordsIn(folder)) if (!needed.includes(found.upcasters)) rmSync(path);
  const file = join(folder, `${prefix}${record.upcasters.slice(0, 16)}.json`);
  writeWhole(file, `${JSON.stringify(record, undefined, 2)}\n`);
}
