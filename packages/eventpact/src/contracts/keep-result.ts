import { recordFiles } from "../deploy/files.ts";
import { storedSaid } from "./answer.ts";
import type { KnownResults } from "./known-results.ts";
import type { ProducerRecord } from "./records.ts";
import { writeRecord } from "./records.ts";

/** Keeps a result with the messages that it speaks of. `folder`: the contracts folder, absolute, which is locked. */
export function keepResult(folder: string, shown: string, record: ProducerRecord, known: KnownResults): void {
  recordFiles(folder, shown).keep(known.said(record).map(storedSaid));
  writeRecord(folder, record);
}
