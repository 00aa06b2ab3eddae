import type { Logger } from "pino";
import { MessagingError } from "./errors.ts";
import type { EventCodec, NewEvent } from "./events.ts";
import type { Transaction } from "./ports/database.ts";
import type { Headers } from "./ports/transport.ts";
import type { Settings } from "./runtime/settings.ts";
import { chainFrom, handlerFor, type Upcaster } from "./upcast.ts";

/** What every piece of a service's work is given: its transaction, the time, identity, and a log. */
export interface Context {
  /** The transaction: state, inbox mark and events commit together or not at all. */
  readonly db: Transaction;
  /** One moment for the whole piece of work. */
  readonly now: Date;
  newId(): string;
  readonly log: Logger;
}

export interface Delivery {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly headers: Headers;
}

export interface HandlerContext extends Context {
  /** 1 for the first attempt; survives restarts. */
  readonly attempt: number;
  /** History told again: change projections only, touch nothing outside. Returned events are not sent. */
  readonly replay: boolean;
  readonly delivery: Delivery;
  /** Aborts when the handler's time is over. Pass it to outside calls. */
  readonly signal: AbortSignal;
}

/** "A predecessor has not been heard yet": parked by key, tried again when something of that key is handled and on a timer. */
export interface Wait {
  readonly wait: string;
}

/** See {@link Wait}. `reason` is shown to operators. Not counted as a failed attempt. */
export function wait(reason: string): Wait {
  return { wait: reason };
}

export type HandlerResult<Out = NewEvent> = readonly Out[] | Wait;

export type Handler<Event, Out = NewEvent> = (
  event: Event,
  context: HandlerContext,
) => Promise<HandlerResult<Out>> | HandlerResult<Out>;

/**
 * The table of a service: one row per event version it receives. A missing or an extra row is a compile error.
 * `Events` maps names to envelopes, `In` the names received, `Out` the events that may be returned.
 */
export type Handlers<Events, In extends keyof Events, Out> = {
  readonly [K in In]: Handler<Events[K], Out>;
};

/** How one event is treated. Everything has a default (README). */
export interface HandlerPolicy {
  /** Moments of the attempts in milliseconds, counted from the first: `[0, 1000, 3000, 7000, 15000]` makes five. */
  readonly attemptsAtMs?: readonly number[];
  readonly timeoutMs?: number;
  /** How long `wait()` may wait before the event becomes a dead letter. */
  readonly patienceMs?: number;
}

/** Settings that a service may have of its own; they go before those of the runtime. */
export type ServiceSettings = Partial<
  Pick<
    Settings,
    | "batchRecords"
    | "batchMs"
    | "handlerTimeoutMs"
    | "attemptsAtMs"
    | "patienceMs"
    | "gapPatienceMs"
    | "versionPatienceMs"
  >
>;

/** Polling work such as timeouts: at most one instance at a time over all processes. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  run(context: Context): Promise<readonly NewEvent[]> | readonly NewEvent[];
}

export interface ServiceDefinition<Api = unknown> {
  readonly name: string;
  /** The generated package: `import * as events from '@shop/events'`. */
  readonly events: EventCodec;
  readonly handlers: Readonly<Record<string, Handler<never>>>;
  readonly policies?: Readonly<Record<string, HandlerPolicy>>;
  /** Turn an older version into a newer one before it is handled; then the older needs no row. */
  readonly upcasters?: readonly Upcaster[];
  /** What this service wants otherwise than the others that run with it, say `{ batchRecords: 1 }`. */
  readonly settings?: ServiceSettings;
  /** Folder of `001-name.sql`, `002-name.sql` … */
  readonly migrations?: URL;
  readonly jobs?: readonly Job[];
  /** Not read by this package: the host's HTTP routes. */
  readonly api?: Api;
}

export interface Service<Api = unknown> extends Required<Omit<ServiceDefinition<Api>, "migrations" | "api">> {
  readonly migrations: URL | undefined;
  readonly api: Api | undefined;
}

/**
 * Checks a service against its contract and fills the defaults. Has no effects: importing a service starts nothing.
 * Throws `handlers-mismatch` naming every missing and extra row, policy or upcaster.
 */
export function defineService<Api = unknown>(definition: ServiceDefinition<Api>): Service<Api> {
  const { name, events, handlers, policies = {}, upcasters = [], jobs = [], settings = {} } = definition;
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(name)) {
    throw new MessagingError(
      "handlers-mismatch",
      `A service is named in lower case letters, digits and dashes, not ${JSON.stringify(name)}.`,
    );
  }
  const contract = Object.hasOwn(events.catalog.services, name) ? events.catalog.services[name] : undefined;
  if (contract === undefined) {
    const known = Object.keys(events.catalog.services).join(", ");
    throw new MessagingError("handlers-mismatch", `No contract describes a service "${name}"; there are: ${known}.`);
  }
  const received = new Set(contract.receives.map((operation) => operation.event));
  const problems = [
    ...[...received]
      .filter((event) => handlerFor(event, handlers, upcasters) === undefined)
      .map((event) => {
        const end = chainFrom(event, handlers, upcasters).at(-1)?.to;
        return end === undefined
          ? `no handler for ${event}`
          : `no handler for ${end}, which upcasters make of ${event}`;
      }),
    ...Object.keys(handlers)
      .filter((event) => !received.has(event) && !upcasters.some((u) => u.to === event))
      .map((event) => `a handler for ${event}, which the contract does not receive`),
    ...Object.keys(policies)
      .filter((event) => !received.has(event))
      .map((event) => `a policy for ${event}, which the contract does not receive`),
    ...duplicates(jobs.map((job) => job.name)).map((job) => `two jobs named ${job}`),
  ];
  if (problems.length > 0) {
    throw new MessagingError("handlers-mismatch", `Service "${name}" has ${problems.join("; ")}.`);
  }
  const { migrations, api } = definition;
  return { name, events, handlers, policies, upcasters, jobs, settings, migrations, api };
}

const duplicates = (names: readonly string[]): string[] => names.filter((name, index) => names.indexOf(name) !== index);
