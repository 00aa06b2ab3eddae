import type { Job } from "../service.ts";
import type { NewEvent } from "../events.ts";
import { tracesOf } from "./key-store.ts";
import { appendToOutbox, draft } from "./outbox.ts";
import type { Parts } from "./parts.ts";
import { traced } from "./trace.ts";

/**
 * Runs a job whenever it is due, until `signal` aborts. The row of the job is locked while it runs, so however
 * many processes there are, one instance runs at a time; state and events are one transaction. A failed run is
 * logged and done again at its next time.
 */
export async function runJob(parts: Parts, job: Job, sent: () => void, signal: AbortSignal): Promise<void> {
  const { clock, log } = parts;
  const known = { row: false };
  while (!signal.aborted) {
    try {
      if (await runOnce(parts, job, known)) sent();
    } catch (error) {
      log.error({ err: error, job: job.name }, "a job failed");
    }
    await clock.sleep(job.everyMs, signal);
  }
}

const keysOf = (events: readonly NewEvent[]): readonly string[] => [...new Set(events.map(({ key }) => key))];

/** One run, if it is due and nobody else is at it; answers whether there are events to send. */
async function runOnce(parts: Parts, job: Job, known: { row: boolean }): Promise<boolean> {
  const { database, service, clock, ids, log, settings } = parts;
  const name = `${service.name}.${job.name}`;
  const topics = Object.keys(service.events.catalog.topics);
  return database.transaction({ schema: service.name, timeoutMs: 2 * settings.handlerTimeoutMs }, async (session) => {
    const now = clock.now();
    if (!known.row) {
      await session.query("insert into jobs (name, due_at) values ($1, $2) on conflict do nothing", [
        job.name,
        now.toISOString(),
      ]);
    }
    const { rows } = await session.query(
      // Due later than a job ever is: written by a clock that has been put right since.
      `select 1 from jobs where name = $1 and (due_at <= $2::timestamptz or due_at > $2::timestamptz + $3 * interval '1 ms')
       for update skip locked`,
      [job.name, now.toISOString(), job.everyMs],
    );
    known.row = rows.length > 0;
    if (rows.length === 0) return false;
    const events = await traced(
      `job ${name}`,
      { kind: "command", attributes: () => ({}), ids },
      async (traceparent) => {
        const context = {
          get db() {
            return session.db;
          },
          now,
          newId: () => ids.newId(now),
          log: log.child({ job: job.name }),
        };
        const returned = await job.run(context);
        // What a job says of a key goes on with that key's story, which somebody began elsewhere.
        const traces = returned.length === 0 ? undefined : await tracesOf(session, topics, keysOf(returned));
        return returned.map((event) =>
          draft(parts, event, {
            now,
            correlationId: ids.newId(now),
            traceparent: traces?.get(event.key) ?? traceparent(),
          }),
        );
      },
    );
    await appendToOutbox(session, events, now);
    // A tenth of tolerance, so that a run never misses its turn by the clock's grain.
    const due = new Date(now.getTime() + job.everyMs * 0.9);
    await session.query("update jobs set due_at = $2, ran_at = $3 where name = $1", [
      job.name,
      due.toISOString(),
      now.toISOString(),
    ]);
    return events.length > 0;
  });
}
