import type { Logger } from "pino";
import type { Registry } from "prom-client";
import type { NewEvent } from "../events.ts";
import type { Clock } from "../ports/clock.ts";
import type { Database } from "../ports/database.ts";
import type { Ids } from "../ports/ids.ts";
import type { Lag, Transport } from "../ports/transport.ts";
import type { Context, Service } from "../service.ts";
import type { ConsumerStatus } from "./consumer.ts";
import type { DeadLetters } from "./dead-letter-types.ts";
import type { Failpoints } from "./failpoints.ts";
import type { RelayStatus } from "./relay.ts";
import type { Settings } from "./settings.ts";

export interface RuntimeOptions {
  readonly services: readonly Service[];
  readonly database: Database;
  readonly transport: Transport;
  /** By default the one that all processes of the database share: the server's, whatever this machine's says. */
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly logger?: Logger;
  /** The prom-client registry behind `/metrics`; a new one by default. */
  readonly registry?: Registry;
  readonly settings?: Partial<Settings>;
  /** For tests: what happens at the worst moments. Off unless given. */
  readonly failpoints?: Failpoints;
}

export interface Health {
  /** False when the process should be restarted. */
  readonly live: boolean;
  /** False when no requests should be sent here. */
  readonly ready: boolean;
  /** What is wrong, in sentences; may be filled while ready (an open circuit breaker, say). */
  readonly problems: readonly string[];
}

export interface Runtime {
  /** Migrates, creates topics, then starts relays, consumers and jobs. Rejects when any of it fails. */
  start(): Promise<void>;
  /**
   * Drains: no new work, what runs is finished and committed, then everything is released.
   * `drained` is false when the deadline (default 10 s) came first; nothing is lost then, only done again.
   */
  stop(deadlineMs?: number): Promise<{ readonly drained: boolean }>;
  service(name: string): ServiceRuntime;
  readonly services: readonly ServiceRuntime[];
  readonly registry: Registry;
  readonly transport: Transport;
  readonly logger: Logger;
  readonly clock: Clock;
  health(): Promise<Health>;
  /** What everything is at in this moment, for those who look into trouble; no program should read it. */
  status(): RuntimeStatus;
}

export interface RuntimeStatus {
  /** Transactions that run and that wait for a connection. */
  readonly database: { readonly taken: number; readonly waiting: number };
  readonly services: readonly ({ readonly service: string; readonly problems: readonly string[] } & ConsumerStatus & {
      readonly relay: RelayStatus;
    })[];
}

export interface TransactOptions {
  /** The story this work belongs to; a new one by default. */
  readonly correlationId?: string;
  /** W3C trace context of the request, when there is one. */
  readonly traceparent?: string;
}

export interface Work<Out extends NewEvent, Result> {
  readonly events: readonly Out[];
  readonly result: Result;
}

export interface ServiceRuntime {
  readonly name: string;
  readonly service: Service;
  /**
   * A command: state and events in one transaction. Nothing is committed when `work` rejects or an event
   * is refused (`event-invalid`, `event-too-large`, `event-not-declared`, `event-key-mismatch`).
   * Resolves after the commit; the events are sent right after, at least once and in order per key.
   */
  transact<Result, Out extends NewEvent = NewEvent>(
    options: TransactOptions,
    work: (context: Context) => Promise<Work<Out, Result>>,
  ): Promise<Result>;
  /** A read-only transaction. */
  read<Result>(work: (context: Context) => Promise<Result>): Promise<Result>;
  readonly deadLetters: DeadLetters;
  /** Events that wait for a retry, a predecessor or a newer version. */
  parked(limit?: number): Promise<readonly ParkedEvent[]>;
  lag(): Promise<readonly Lag[]>;
  /** Tells a bounded piece of history again, silently: live offsets, inbox and outbox stay untouched. */
  replay(options: ReplayOptions): Promise<ReplayReport>;
}

export interface ParkedEvent {
  readonly id: string;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly event: string | undefined;
  readonly why: "retry" | "behind" | "wait" | "gap" | "version" | "redrive";
  readonly reason: string;
  readonly attempts: number;
  readonly dueAt: Date;
  readonly since: Date;
}

export interface ReplayOptions {
  readonly topic: string;
  /** Only this partition; all by default. */
  readonly partition?: number;
  /** First moment or offset (inclusive); the oldest kept record by default. */
  readonly from?: Date | number;
  /** Last moment or offset (exclusive); where the log ends now by default. */
  readonly to?: Date | number;
  /** Only events with these keys. */
  readonly keys?: readonly string[];
  /** Schema to build the projection in, migrated first; the service's own by default. */
  readonly schema?: string;
  /** Only counts what would be handled; no handler runs. */
  readonly dryRun?: boolean;
}

export interface ReplayReport {
  readonly read: number;
  readonly handled: number;
  readonly ignored: number;
  readonly unreadable: number;
}
