import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "../read/json.ts";
import { own } from "../read/json.ts";
import { storePath } from "../deploy/objects.ts";
import { parseJson } from "../read/json-source.ts";
import type { Check } from "../read/strict.ts";
import { BrokenFile, exactly, fields, flag, listOf, mapOf, oneOf, readStrictly, sha256, text } from "../read/strict.ts";
import { fileNameOf } from "./file-names.ts";
import { producerOf } from "./loaded.ts";
import { writeWhole } from "./written.ts";

/**
 * What the verification of one state of a producer's code has shown: `verifications/<provider>/<producer>.json`, by the
 * first 16 digits of `producer`. Each interaction is named by its own content, so that a result speaks of nothing else.
 */
export interface ProducerRecord {
  readonly format: 2;
  readonly provider: string;
  /** SHA-256 (hex) of `code` and of all that its command loaded besides. */
  readonly producer: string;
  /** SHA-256 (hex) of sources, lockfiles, command, schemas, policy and the tool's version: `CodeState.code`. */
  readonly code: string;
  /** Files outside of the sources that the command loaded → SHA-256 of each; absent where nobody could see it. */
  readonly loaded?: Readonly<Record<string, string>>;
  /** Events that came out of the code, sorted. */
  readonly sends: readonly { readonly event: string; readonly ok: boolean; readonly problems?: readonly string[] }[];
  /** What the code was asked about, sorted by consumer and id. */
  readonly interactions: readonly InteractionRecord[];
}

/** One interaction that the code was asked about by its id, and answered. */
export interface InteractionRecord {
  readonly consumer: string;
  /** `Interaction.id` */
  readonly id: string;
  /** The event version that it was about. */
  readonly event: string;
  readonly description: string;
  readonly states?: readonly string[];
  /** `pending`: it does not count yet, whatever the code said. */
  readonly result: "kept" | "broken" | "pending";
  /** What did not match. */
  readonly mismatches: readonly RecordedMismatch[];
  /** Hash of the message that the code answered with, in the store; absent where it said none, which keeps nothing. */
  readonly said?: string;
}

export interface RecordedMismatch {
  /** JSON path in the message. */
  readonly path?: string;
  /** JSON text. */
  readonly expected?: string;
  readonly actual?: string;
  readonly message: string;
}

const recordFormat: Check = fields(
  {
    format: exactly(2),
    provider: text,
    producer: sha256,
    code: sha256,
    sends: listOf(fields({ event: text, ok: flag }, { problems: listOf(text) })),
    interactions: listOf(
      fields(
        {
          consumer: text,
          id: sha256,
          event: text,
          description: text,
          result: oneOf("kept", "broken", "pending"),
          mismatches: listOf(fields({ message: text }, { path: text, expected: text, actual: text })),
        },
        { states: listOf(text), said: sha256 },
      ),
    ),
  },
  { loaded: mapOf(sha256) },
);

/** What the records say of an interaction: the word on exactly this content, asked about as this event. */
export function resultOn(
  record: ProducerRecord | undefined,
  consumer: string,
  { id, event }: { readonly id: string; readonly event: string },
): InteractionRecord | undefined {
  return record === undefined ? undefined : resultsOf(record).get(nameOf({ consumer, id, event }));
}

const results = new WeakMap<ProducerRecord, ReadonlyMap<string, InteractionRecord>>();

/** A record may have ten thousand of them, each of which is asked about. */
function resultsOf(record: ProducerRecord): ReadonlyMap<string, InteractionRecord> {
  const known = results.get(record);
  if (known !== undefined) return known;
  const made = new Map(record.interactions.map((one) => [nameOf(one), one]));
  results.set(record, made);
  return made;
}

const nameOf = ({ consumer, id, event }: Pick<InteractionRecord, "consumer" | "id" | "event">): string =>
  `${id} ${event}\n${consumer}`;

/** Whether the record is evidence that the code keeps the interaction. */
export const isKept = (found: InteractionRecord | undefined): boolean =>
  found?.result === "kept" && found.said !== undefined;

export interface ReadRecords {
  readonly records: readonly ProducerRecord[];
  /** Files that are not what their format says; nothing in them is believed. */
  readonly faults: readonly RecordFault[];
  /** Files of an earlier format, which bound results to less. They are no evidence. */
  readonly outdated: readonly string[];
}

export interface RecordFault {
  /** Relative to the contracts folder. */
  readonly file: string;
  readonly span: Span;
  readonly message: string;
}

/** All records of a contracts folder. */
export function readRecords(contractsFolder: string): ReadRecords {
  const records: ProducerRecord[] = [];
  const faults: RecordFault[] = [];
  const outdated: string[] = [];
  const folder = join(contractsFolder, "verifications");
  for (const name of foldersIn(folder))
    for (const file of recordFilesIn(join(folder, name))) {
      const shown = `verifications/${name}/${file}`;
      try {
        const source = readFileSync(join(folder, name, file), "utf8");
        if (own(parseJson(source).value, "format") === 1) outdated.push(shown);
        else records.push(withMessages(contractsFolder, recordIn(source, name, file)));
      } catch (error) {
        if (!(error instanceof BrokenFile)) throw error;
        faults.push({ file: shown, span: error.span, message: error.message });
      }
    }
  return { records, faults, outdated };
}

const foldersIn = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true })
        .filter((one) => one.isDirectory())
        .map(({ name }) => name)
        .toSorted()
    : [];

/** Results about upcasters lie beside them and have a reader of their own. */
const recordFilesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((file) => file.endsWith(".json") && !file.startsWith(".") && !file.startsWith("upcasters-"))
    .toSorted();

function recordIn(source: string, folder: string, file: string): ProducerRecord {
  const record = readStrictly(source, recordFormat) as unknown as ProducerRecord;
  if (fileNameOf(record.provider) !== folder || recordFile(record) !== file)
    throw new BrokenFile(
      `It says that it is about ${record.provider} ${record.producer}; its name says otherwise.`,
      start,
    );
  const strange = contradictionIn(record);
  if (strange !== undefined) throw new BrokenFile(strange, start);
  return record;
}

const start: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** What no writer of records says: a merge by hand, or an edit, of which nobody knows what holds. */
function contradictionIn({ producer, code, loaded, sends, interactions }: ProducerRecord): string | undefined {
  if (producerOf(code, loaded) !== producer)
    return "Its name is not that of the code and of what that loaded: they are of two records.";
  const twice = [
    ...repeated(interactions.map(({ consumer, id, event }) => `${event} of ${consumer} (${id.slice(0, 8)})`)),
    ...repeated(sends.map(({ event }) => `sending ${event}`)),
  ];
  if (twice[0] !== undefined) return `It says two things of ${twice[0]}.`;
  const torn = interactions.find(({ result, mismatches }) => result === "kept" && mismatches.length > 0);
  if (torn !== undefined)
    return `It says of ${torn.description} of ${torn.consumer} that it was kept, and what did not match.`;
  const unclear = sends.find(({ ok, problems = [] }) => ok === problems.length > 0);
  return (
    unclear &&
    `It says of ${unclear.event} that it is ${unclear.ok ? "right, and what is wrong" : "wrong, and not what"}.`
  );
}

function repeated(names: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  return names.filter((name) => seen.size === seen.add(name).size);
}

/** Without the messages that the store does not have: a result whose message nobody has is evidence of nothing. */
function withMessages(contractsFolder: string, record: ProducerRecord): ProducerRecord {
  const isThere = ({ said }: InteractionRecord): boolean =>
    said === undefined || existsSync(join(contractsFolder, storePath(said)));
  if (record.interactions.every(isThere)) return record;
  const interactions = record.interactions.map((one): InteractionRecord => {
    const { said: _said, ...rest } = one;
    return isThere(one) ? one : rest;
  });
  return { ...record, interactions };
}

const recordFile = ({ producer }: ProducerRecord): string => `${producer.slice(0, 16)}.json`;

/** Whether a value of a cache is a record. */
export const isRecord = (value: Json | undefined): boolean =>
  value !== undefined && recordFormat(value, "").length === 0;

/** A record of the two, of one state of code: interactions of both, the newer one's word counting. */
export function joined(older: ProducerRecord | undefined, newer: ProducerRecord): ProducerRecord {
  if (older === undefined || older.producer !== newer.producer) return newer;
  const again = resultsOf(newer);
  const kept = older.interactions.filter((one) => !again.has(nameOf(one)));
  const order = ({ consumer, id, event }: InteractionRecord): string => `${consumer}\n${id}\n${event}`;
  return {
    ...newer,
    sends: [
      ...older.sends.filter(({ event }) => !newer.sends.some((one) => one.event === event)),
      ...newer.sends,
    ].toSorted((a, b) => (a.event < b.event ? -1 : 1)),
    interactions: [...kept, ...newer.interactions].toSorted((a, b) => (order(a) < order(b) ? -1 : 1)),
  };
}

/**
 * Writes the record, joined with what is known of the same producer. Records of other states of this producer stay only
 * while a file in `environments/` or `builds/` names their hash. Call it while the folder is locked.
 */
export function writeRecord(contractsFolder: string, record: ProducerRecord): void {
  const folder = join(contractsFolder, "verifications", fileNameOf(record.provider));
  const needed = namedHashes(contractsFolder);
  let known: ProducerRecord | undefined;
  const known16 = readRecords(contractsFolder);
  for (const found of known16.records.filter(({ provider }) => provider === record.provider)) {
    if (found.producer === record.producer) known = found;
    else if (!needed.includes(found.producer)) rmSync(join(folder, recordFile(found)));
  }
  for (const file of known16.outdated)
    if (file.startsWith(`verifications/${fileNameOf(record.provider)}/`)) rmSync(join(contractsFolder, file));
  writeWhole(join(folder, recordFile(record)), `${JSON.stringify(joined(known, record), undefined, 2)}\n`);
}

/** The text of everything that names versions: a hash that stands nowhere in it belongs to no version. */
export function namedHashes(contractsFolder: string): string {
  return ["environments", "builds"]
    .flatMap((name) => filesBelow(join(contractsFolder, name)))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
}

const filesBelow = (folder: string): readonly string[] =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((one) => one.isFile() && one.name.endsWith(".json"))
        .map((one) => join(one.parentPath, one.name))
    : [];
