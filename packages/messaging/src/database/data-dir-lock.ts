import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { MessagingError } from "../errors.ts";

/** A lock that nobody refers to would be collected, and so given back: this keeps every one until it is unlocked. */
const held = new Set<DatabaseSync>();

/**
 * Takes `dir` for this process alone and answers the function that gives it back. Two processes on one
 * embedded database lose rows without a word, so a second one is refused with `data-dir-in-use`.
 *
 * The lock is an exclusive SQLite transaction, hence a lock of the operating system's: it ends with the
 * process, however that ends, so there is no stale lock to clear and no pid to compare.
 */
export function lockDataDir(dir: string): () => void {
  const path = resolve(dir);
  mkdirSync(path, { recursive: true });
  const note = join(path, "eventpact-owner.json");
  const lock = new DatabaseSync(join(path, "eventpact.lock"));
  try {
    lock.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    lock.close();
    throw new MessagingError(
      "data-dir-in-use",
      `The data directory ${path} is in use by ${owner(note)}. Stop that process first, or choose another directory.`,
      { cause: error },
    );
  }
  writeFileSync(note, `${JSON.stringify({ pid: process.pid })}\n`);
  held.add(lock);
  return () => {
    if (held.delete(lock)) lock.close();
  };
}

function owner(note: string): string {
  try {
    const { pid } = JSON.parse(readFileSync(note, "utf8")) as { pid?: unknown };
    return typeof pid === "number" ? `process ${pid}` : "another process";
  } catch {
    return "another process";
  }
}
