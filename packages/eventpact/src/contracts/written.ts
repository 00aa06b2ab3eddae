import { randomUUID } from "node:crypto";
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { hostname } from "node:os";
import { basename, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { UsageError } from "../command-line/command.ts";

/**
 * Writes a file whole: it appears by rename after its bytes are on the disk, so that who reads meanwhile, and who comes after
 * a crash, sees the old file or the new one. Its temporary name starts with a dot, which no reader of a folder looks at.
 */
export function writeWhole(path: string, text: string): void {
  const folder = dirname(path);
  mkdirSync(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${randomUUID()}.tmp`);
  try {
    const file = openSync(temporary, "wx");
    try {
      writeFileSync(file, text);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(folder);
}

/** The rename itself is on the disk when its folder is; a system that cannot do this for folders keeps what it promises. */
function syncFolder(folder: string): void {
  try {
    const open = openSync(folder, "r");
    try {
      fsyncSync(open);
    } finally {
      closeSync(open);
    }
  } catch {
    // Windows opens no folders.
  }
}

const LOCK = ".lock";
/** No writer holds the lock longer than it takes to write some files: after that its machine is gone. */
const FOREIGN_STALE_MS = 60_000;
const PATIENCE_MS = 60_000;

interface Holder {
  readonly token: string;
  readonly pid: number;
  readonly host: string;
  readonly at: number;
}

/**
 * Does some work while nobody else writes into the contracts folder. A lock whose process is gone is taken over. Throws
 * `UsageError` when somebody holds it for longer than any writer needs.
 */
export async function whileLocked<T>(contractsFolder: string, work: () => T | Promise<T>): Promise<T> {
  mkdirSync(contractsFolder, { recursive: true });
  const path = join(contractsFolder, LOCK);
  const mine: Holder = { token: randomUUID(), pid: process.pid, host: hostname(), at: Date.now() };
  await acquire(path, mine);
  try {
    return await work();
  } finally {
    if (holderOf(path)?.token === mine.token) rmSync(path, { force: true });
  }
}

async function acquire(path: string, mine: Holder): Promise<void> {
  const until = Date.now() + PATIENCE_MS;
  while (!create(path, { ...mine, at: Date.now() })) {
    const holder = holderOf(path);
    if (holder !== undefined && isStale(holder)) takeAway(path, holder, mine);
    else if (Date.now() > until)
      throw new UsageError(
        `${path} is held by process ${holder?.pid ?? "unknown"} on ${holder?.host ?? "some machine"}.`,
        "Wait until it ends; when it is no eventpact any more, remove the file.",
      );
    else await delay(5 + Math.random() * 20);
  }
}

/** Whether the file was not there and is ours now. It appears with its content, or a kill between the two would leave a lock of nobody. */
function create(path: string, holder: Holder): boolean {
  const whole = `${path}.${holder.token}`;
  try {
    writeFileSync(whole, JSON.stringify(holder));
    linkSync(whole, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(whole, { force: true });
  }
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Holder;
  } catch {
    return undefined;
  }
}

function isStale({ pid, host, at }: Holder): boolean {
  if (host !== hostname()) return Date.now() - at > FOREIGN_STALE_MS;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
}

/**
 * Two that wait may see the same stale lock: only one of them may take it away, or it would be the lock of the other that is
 * taken. So taking away has a lock of its own, under which the stale one is looked at again.
 */
function takeAway(path: string, stale: Holder, mine: Holder): void {
  const guard = `${path}.taken`;
  if (!create(guard, mine)) {
    const taker = holderOf(guard);
    if (taker !== undefined && isStale(taker)) rmSync(guard, { force: true });
    return;
  }
  try {
    if (holderOf(path)?.token === stale.token) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { force: true });
  }
}
