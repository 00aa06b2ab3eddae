import type { MessagingError } from "../errors.ts";
import type { Database, Session } from "./database.ts";

/** Header names in lower case; values are text. */
export type Headers = Readonly<Record<string, string>>;

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

export interface OutgoingRecord {
  readonly topic: string;
  /** Decides the partition. */
  readonly key: string;
  readonly value: Uint8Array;
  readonly headers: Headers;
  /** When it is sent, epoch milliseconds, for a broker that takes the sender's word for it: this machine's clock without it. */
  readonly timestamp?: number;
}

/** A record as the broker keeps it. Anybody may have written it: nothing in it is trusted. */
export interface StoredRecord extends TopicPartition {
  readonly offset: number;
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
  readonly headers: Headers;
  /** Broker or producer time, epoch milliseconds. */
  readonly timestamp: number;
}

export type SendResult =
  | ({ readonly ok: true } & TopicPartition & { readonly offset: number })
  | { readonly ok: false; readonly error: MessagingError };

/** What the owner of a consumer's state is told by an adapter. Calls for one partition never overlap, except `onRevoke`. */
export interface Subscriber {
  /** This member owns the partition from now on, under `epoch`. Records follow when the promise resolves. */
  onAssign(partition: TopicPartition, epoch: number): Promise<void>;
  /**
   * The next records in offset order. The adapter delivers more of this partition only when the
   * promise resolves: this is the flow control. When it rejects, the same records are delivered again a little
   * later, before anything after them. Offsets may have gaps.
   */
  onRecords(partition: TopicPartition, epoch: number, records: readonly StoredRecord[]): Promise<void>;
  /**
   * The partition goes to another member. The adapter gives it away when the promise resolves or its
   * own deadline passes; `lost` means it is gone already, and nothing may be committed.
   */
  onRevoke(partition: TopicPartition, epoch: number, lost: boolean): Promise<void>;
  /** Records from `from` to before `to` were removed before this group read them. Never silent. */
  onLost(partition: TopicPartition, from: number, to: number): void;
}

export interface Subscription {
  /** Where everything stands, for those who look into trouble; no program should read it. */
  describe?(): Readonly<Record<string, unknown>>;
  /**
   * Everything before `offset` is done. Never moves backwards: a lower offset than the committed one
   * is ignored. Answers `fenced` when `epoch` is not the current owner's.
   */
  commit(partition: TopicPartition, offset: number, epoch: number): Promise<"committed" | "fenced">;
  /** Revokes everything (through `onRevoke`), leaves the group and resolves; at the latest after `deadlineMs`. */
  close(deadlineMs: number): Promise<void>;
}

export interface SubscribeOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** At most this many records in one `onRecords`. */
  readonly maxRecords: number;
}

export interface Lag extends TopicPartition {
  readonly end: number;
  /** The next offset the group will read; the oldest kept one for a group that never committed. */
  readonly committed: number;
  /** `end - committed`, never negative. */
  readonly lag: number;
}

export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly retentionMs?: number | undefined;
  readonly cleanupPolicy?: string | undefined;
}

/** What an adapter can do. The conformance suite runs what is `true` and lists the rest as skipped. */
export interface Features {
  /** Records outlive the process. */
  readonly persistent: boolean;
  /** Several processes may share one log. */
  readonly multiProcess: boolean;
  /** Offsets have no gaps and follow the order of commits. */
  readonly denseOffsets: boolean;
  /** Partitions can be added to a living topic. */
  readonly addPartitions: boolean;
  /** Old records are removed by time (`trim`). */
  readonly retention: boolean;
  /** Every partition of a topic is assigned to exactly one live member of a group. */
  readonly groups: boolean;
  /** Records of one key keep their order within a batch, even when one of them fails. */
  readonly orderedFailures: boolean;
}

/** A log that is kept in a database can take part in its transactions: one commit then stands for three. */
export interface SharedLog {
  readonly database: Database;
  /** As `send`, in the caller's transaction; `announce` the answer once that has committed. */
  send(session: Session, batch: readonly OutgoingRecord[]): Promise<readonly SendResult[]>;
  announce(results: readonly SendResult[]): void;
  /** As `Subscription.commit`, in the caller's transaction. */
  commit(
    session: Session,
    group: string,
    partition: TopicPartition,
    offset: number,
    epoch: number,
  ): Promise<"committed" | "fenced">;
}

/** The broker as the runtime sees it. Order, retry, deduplication and pausing live above this port. */
export interface Transport {
  readonly name: string;
  readonly features: Features;
  /** Only of adapters that keep their log in a database. */
  readonly within?: SharedLog;
  /** Creates what is missing; adds partitions where there are fewer and the adapter can. */
  ensureTopics(topics: readonly TopicSpec[]): Promise<void>;
  /**
   * Appends a batch and answers for each record, in the order given. Records of one key are appended
   * in the order given; when one fails, all later ones of its key in the batch fail too. Never rejects
   * for a single record's sake; rejects with `broker-unavailable` when nothing could be sent.
   */
  send(batch: readonly OutgoingRecord[]): Promise<readonly SendResult[]>;
  subscribe(options: SubscribeOptions, subscriber: Subscriber): Promise<Subscription>;
  /** For every partition of the topics, also those nobody has committed. */
  lag(group: string, topics: readonly string[]): Promise<readonly Lag[]>;
  /** First kept and next offset of each partition: the bounds of a replay. */
  bounds(topic: string): Promise<readonly (TopicPartition & { readonly begin: number; readonly end: number })[]>;
  /** Up to `limit` records from `offset` on, without any group. For replay and inspection. */
  read(partition: TopicPartition, offset: number, limit: number): Promise<readonly StoredRecord[]>;
  close(deadlineMs: number): Promise<void>;
}
