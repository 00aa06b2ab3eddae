import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { probe } from "./reach.ts";
import { startKafka } from "./start.ts";

const folder = join(import.meta.dirname, "..", "..", ".cache", "kafka");

interface Note {
  /** Of the process that started the broker, and with which it ends. */
  readonly pid: number;
  /** Missing while it is being started. */
  readonly brokers?: readonly string[];
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

function readNote(file: string): Note | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Note;
  } catch {
    return undefined;
  }
}

/** A worker that is ended by a signal leaves its note behind. */
function sweep(): void {
  for (const name of readdirSync(folder)) {
    if (!/^shared-\d+\.json$/.test(name)) continue;
    const note = readNote(join(folder, name));
    if (note !== undefined && !isAlive(note.pid)) rmSync(join(folder, name), { force: true });
  }
}

function claim(file: string): boolean {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid } satisfies Note), { flag: "wx" });
    return true;
  } catch {
    return false;
  }
}

/**
 * The brokers of one Kafka for all test files of a run: started by the first that asks, ended with the process that
 * started it. KAFKA_BROKERS is used instead if it is set. Tests share it, so each takes topics and groups of its own.
 */
export async function sharedKafka(): Promise<readonly string[]> {
  if ((process.env["KAFKA_BROKERS"] ?? "") !== "") return (await startKafka()).brokers;
  mkdirSync(folder, { recursive: true });
  sweep();
  // Workers of one run have the same parent; two runs side by side must not end each other's broker.
  const run = process.send === undefined ? process.pid : process.ppid;
  const file = join(folder, `shared-${run}.json`);
  for (;;) {
    if (claim(file)) {
      try {
        const { brokers } = await startKafka();
        writeFileSync(`${file}.new`, JSON.stringify({ pid: process.pid, brokers } satisfies Note));
        renameSync(`${file}.new`, file);
        return brokers;
      } catch (error) {
        rmSync(file, { force: true });
        throw error;
      }
    }
    const note = readNote(file);
    if (note !== undefined && !isAlive(note.pid)) rmSync(file, { force: true });
    else if (note?.brokers !== undefined && (await probe(note.brokers)) === undefined) return note.brokers;
    await delay(100);
  }
}
