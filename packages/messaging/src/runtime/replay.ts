import { fileURLToPath } from "node:url";
import { MessagingError } from "../errors.ts";
import { migrate, readMigrations } from "../database/migrations.ts";
import type { StoredRecord, TopicPartition } from "../ports/transport.ts";
import type { ReplayOptions, ReplayReport } from "./api.ts";
import { attempt } from "./attempt.ts";
import { readRecord } from "./incoming.ts";
import type { Parts } from "./parts.ts";

const PAGE = 500;
const RUNTIME_MIGRATIONS = new URL("../../migrations/", import.meta.url);

/** Brings the tables of the runtime and of the service up to date in `schema`. */
export async function migrateService(
  { database, service }: Pick<Parts, "database" | "service">,
  schema: string,
): Promise<void> {
  const parts = [{ part: "runtime", migrations: await readMigrations(RUNTIME_MIGRATIONS) }];
  if (service.migrations !== undefined)
    parts.push({ part: "service", migrations: await readMigrations(service.migrations) });
  await migrate(database, schema, parts);
}

/**
 * Tells a bounded piece of a topic again. Handlers run with `replay: true` in transactions of the chosen
 * schema; what they return is dropped; offsets, inbox, outbox, parked events and dead letters are not touched.
 * The end is fixed when it begins, so it ends. Rejects when a handler fails: a projection with holes helps nobody.
 */
export async function replay(parts: Parts, options: ReplayOptions): Promise<ReplayReport> {
  const { transport, service } = parts;
  const schema = options.schema ?? service.name;
  if (schema !== service.name && options.dryRun !== true) await migrateService(parts, schema);
  const bounds = (await transport.bounds(options.topic)).filter(
    (one) => options.partition === undefined || one.partition === options.partition,
  );
  const report = { read: 0, handled: 0, ignored: 0, unreadable: 0 };
  for (const { begin, end, ...place } of bounds) {
    const first = typeof options.from === "number" ? Math.max(begin, options.from) : begin;
    const last = typeof options.to === "number" ? Math.min(end, options.to) : end;
    await replayPartition(parts, options, schema, place, first, last, report);
  }
  return report;
}

type Counts = { -readonly [K in keyof ReplayReport]: number };

async function replayPartition(
  parts: Parts,
  options: ReplayOptions,
  schema: string,
  place: TopicPartition,
  first: number,
  last: number,
  report: Counts,
): Promise<void> {
  for (let at = first; at < last;) {
    const page = (await parts.transport.read(place, at, PAGE)).filter((record) => record.offset < last);
    const final = page.at(-1);
    if (final === undefined) return;
    await replayPage(
      parts,
      { schema, dryRun: options.dryRun === true },
      page.filter((record) => wanted(record, options)),
      report,
    );
    at = final.offset + 1;
  }
}

const decoder = new TextDecoder();

function wanted({ timestamp, key }: StoredRecord, { from, to, keys }: ReplayOptions): boolean {
  if (keys !== undefined && (key === null || !keys.includes(decoder.decode(key)))) return false;
  return !(from instanceof Date && timestamp < from.getTime()) && !(to instanceof Date && timestamp >= to.getTime());
}

async function replayPage(
  parts: Parts,
  { schema, dryRun }: { readonly schema: string; readonly dryRun: boolean },
  page: readonly StoredRecord[],
  report: Counts,
): Promise<void> {
  await parts.database.transaction({ schema: dryRun ? parts.service.name : schema }, async (session) => {
    for (const record of page) {
      const incoming = readRecord(parts.service, record);
      report.read += 1;
      if (incoming.kind.name === "ignore") report.ignored += 1;
      if (incoming.kind.name === "refuse" || incoming.kind.name === "hold") report.unreadable += 1;
      if (incoming.kind.name !== "handle") continue;
      if (dryRun) {
        report.handled += 1;
        continue;
      }
      const outcome = await attempt(parts, session, incoming, incoming.kind, {
        number: 1,
        replay: true,
        now: parts.clock.now(),
      });
      if (outcome.name !== "done") {
        const why = outcome.name === "failed" ? outcome.error.message : outcome.reason;
        throw new MessagingError(
          "handler-failed",
          `Replay stopped at ${record.topic}/${record.partition}/${record.offset}: ${why}`,
        );
      }
      report.handled += 1;
    }
  });
}

/** Where the package lies, for messages. */
export const packageFolder = (): string => fileURLToPath(new URL("../../", import.meta.url));
