import { MessagingError } from "../errors.ts";
import type { NewEvent } from "../events.ts";
import type { Context } from "../service.ts";
import type { TransactOptions, Work } from "./api.ts";
import { appendToOutbox, draft } from "./outbox.ts";
import type { Parts } from "./parts.ts";
import { traced } from "./trace.ts";

/** A command's transaction: see `ServiceRuntime.transact`. */
export async function transact<Result, Out extends NewEvent>(
  parts: Parts,
  { correlationId, traceparent: parent }: TransactOptions,
  work: (context: Context) => Promise<Work<Out, Result>>,
): Promise<Result> {
  const { database, service, clock, ids, log, settings, failpoints } = parts;
  const timeoutMs = settings.handlerTimeoutMs;
  let events: readonly string[] = [];
  const result = await traced(
    `command ${service.name}`,
    { kind: "command", parent: () => parent, attributes: () => ({}), ids },
    (traceparent) =>
      database.transaction({ schema: service.name, timeoutMs, urgency: "urgent" }, async (session) => {
        const now = clock.now();
        const story = correlationId ?? ids.newId(now);
        const context: Context = {
          get db() {
            return session.db;
          },
          now,
          newId: () => ids.newId(now),
          log: log.child({ correlationId: story }),
        };
        const done = await work(context);
        if (done.events.length > settings.eventsPerTransaction) {
          throw new MessagingError(
            "batch-too-large",
            `A command returned ${done.events.length} events; ${settings.eventsPerTransaction} are allowed.`,
          );
        }
        const drafts = done.events.map((event) =>
          draft(parts, event, { now, correlationId: story, traceparent: traceparent() }),
        );
        await appendToOutbox(session, drafts, now);
        events = drafts.map((one) => one.event);
        await failpoints.hit("transact.before_commit", { service: service.name, events });
        return done.result;
      }),
  );
  await failpoints.hit("transact.after_commit", { service: service.name, events });
  return result;
}

/** A read-only transaction of a service. */
export function read<Result>(
  { database, service, clock, ids, log }: Parts,
  work: (context: Context) => Promise<Result>,
): Promise<Result> {
  return database.transaction({ schema: service.name, readOnly: true, urgency: "urgent" }, (session) => {
    const now = clock.now();
    return work({
      get db() {
        return session.db;
      },
      now,
      newId: () => ids.newId(now),
      log,
    });
  });
}
