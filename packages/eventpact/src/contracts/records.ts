import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";

/**
 * What the verification of one state of a producer's code has shown: `verifications/<provider>/<producer>.json`, by the
 * first 16 digits of the hash of its sources. Said of a pact by its hash, so both sides are named by content alone.
 */
export interface ProducerRecord {
  readonly format: 1;
  readonly provider: string;
  /** SHA-256 (hex) of the producer's sources and its command. */
  readonly producer: string;
  /** Events that came out of the code, sorted. */
  readonly sends: readonly { readonly event: string; readonly ok: boolean; readonly problems?: readonly string[] }[];
  /** Contracts that were held against it, sorted by consumer and pact. */
  readonly contracts: readonly ContractRecord[];
}

export interface ContractRecord {
  readonly consumer: string;
  /** SHA-256 (hex) of what the contract says: `Pact.hash`. */
  readonly pact: string;
  readonly ok: boolean;
  /** What did not hold; interactions that are not here did. */
  readonly failed: readonly FailedInteraction[];
}

export interface FailedInteraction {
  readonly description: string;
  readonly states?: readonly string[];
  readonly mismatches: readonly RecordedMismatch[];
}

export interface RecordedMismatch {
  /** JSON path in the message. */
  readonly path?: string;
  /** JSON text. */
  readonly expected?: string;
  readonly actual?: string;
  readonly message: string;
}

/** All records of a contracts folder, of one provider or of all; files that are no records are left out. */
export function readRecords(contractsFolder: string, provider?: string): readonly ProducerRecord[] {
  const folder = join(contractsFolder, "verifications");
  if (!existsSync(folder)) return [];
  const names = provider === undefined ? readdirSync(folder) : [provider];
  return names.toSorted().flatMap((name) => {
    const inside = join(folder, name);
    if (!existsSync(inside)) return [];
    return readdirSync(inside)
      .filter((file) => file.endsWith(".json"))
      .toSorted()
      .flatMap((file) => recordIn(join(inside, file)));
  });
}

function recordIn(path: string): readonly ProducerRecord[] {
  try {
    const value = JSON.parse(readFileSync(path, "utf8")) as Json;
    return isRecord(value) ? [value as unknown as ProducerRecord] : [];
  } catch {
    return [];
  }
}

/** Whether a value has the shape of a record, as far as anybody relies on it. */
export function isRecord(value: Json | undefined): boolean {
  const [sends, contracts] = [own(value, "sends"), own(value, "contracts")];
  if (!isObject(value) || own(value, "format") !== 1 || !Array.isArray(sends) || !Array.isArray(contracts))
    return false;
  const texts = typeof own(value, "provider") === "string" && typeof own(value, "producer") === "string";
  return (
    texts &&
    (contracts as readonly Json[]).every(
      (one) => typeof own(one, "pact") === "string" && Array.isArray(own(one, "failed")),
    )
  );
}

/** A record of the two: contracts of both, the newer one's word counting. */
export function joined(older: ProducerRecord | undefined, newer: ProducerRecord): ProducerRecord {
  const kept = (older?.contracts ?? []).filter((one) => !newer.contracts.some((other) => sameContract(one, other)));
  const contracts = [...kept, ...newer.contracts].toSorted((a, b) =>
    `${a.consumer} ${a.pact}` < `${b.consumer} ${b.pact}` ? -1 : 1,
  );
  return { ...newer, contracts };
}

const sameContract = (a: ContractRecord, b: ContractRecord): boolean => a.consumer === b.consumer && a.pact === b.pact;

/**
 * Writes the record, joined with what is known of the same producer. Records of other states of this producer stay only
 * while a file in `environments/` names their hash.
 */
export function writeRecord(contractsFolder: string, record: ProducerRecord): void {
  const folder = join(contractsFolder, "verifications", record.provider);
  mkdirSync(folder, { recursive: true });
  const needed = environmentsText(contractsFolder);
  let known: ProducerRecord | undefined;
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".json"))) {
    const [found] = recordIn(join(folder, file));
    if (found?.producer === record.producer) known = found;
    else if (found !== undefined && !needed.includes(found.producer)) rmSync(join(folder, file));
  }
  writeFileSync(
    join(folder, `${record.producer.slice(0, 16)}.json`),
    `${JSON.stringify(joined(known, record), undefined, 2)}\n`,
  );
}

/** The text of all environments: a hash that stands nowhere in it is not deployed. */
export function environmentsText(contractsFolder: string): string {
  const folder = join(contractsFolder, "environments");
  if (!existsSync(folder)) return "";
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");
}
