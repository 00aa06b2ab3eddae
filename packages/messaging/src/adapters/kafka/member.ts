import { setTimeout as delay } from "node:timers/promises";
import { Consumer, COOPERATIVE_STICKY_ASSIGNOR, type ClusterMetadata } from "@platformatic/kafka";
import type { TopicPartition } from "../../ports/transport.ts";
import { balancedAssignor } from "./assignor.ts";
import { backoff, bell, inTime } from "./backoff.ts";
import type { KafkaContext } from "./options.ts";
import type { Member } from "./commits.ts";
import type { Lease } from "./partition.ts";
import { reasonOf } from "./trouble.ts";

export interface MembershipOptions {
  readonly group: string;
  readonly topics: readonly string[];
  /** Before every (re)join: everything but `kept` is to be given away; `lost` when it is gone already. Never rejects. */
  readonly onRelease: (kept: readonly TopicPartition[], lost: boolean) => Promise<void>;
  /** After every join: what this member owns now. */
  readonly onAssigned: (owned: readonly TopicPartition[]) => void;
}

/**
 * Membership in a consumer group with cooperative rebalances: a partition that stays goes on without a pause, one that
 * moves is finished first. The client joins by itself when the group changes and offers no moment to finish; but it asks
 * for `protocolsMetadata` before it sends any JoinGroup, and waits for the answer: that is the awaited revoke.
 */
export class Membership {
  readonly #options: MembershipOptions;
  readonly #context: KafkaContext;
  readonly #closed = new AbortController();
  readonly #renewed = bell();
  #consumer: Consumer;
  /** When this client was made, or last heard from the coordinator. */
  #aliveAt = performance.now();
  #leaseUntil = 0;
  #known = new Map<string, number>();
  /** A rebalance announces itself; partitions that are missing without one were taken away. */
  #announced = false;
  #joining: Promise<void> | undefined;

  constructor(context: KafkaContext, options: MembershipOptions) {
    this.#context = context;
    this.#options = options;
    this.#consumer = this.#connect();
    void this.#ensureJoined();
    void this.#watch();
  }

  #connect(): Consumer {
    const { base, tuning } = this.#context;
    const { group, topics } = this.#options;
    const consumer: Consumer = new Consumer({
      ...base,
      groupId: group,
      autocommit: false,
      sessionTimeout: tuning.sessionTimeoutMs,
      rebalanceTimeout: tuning.rebalanceTimeoutMs,
      heartbeatInterval: tuning.heartbeatMs,
      protocols: [{ name: COOPERATIVE_STICKY_ASSIGNOR, version: 3 }],
      partitionAssigner: balancedAssignor,
      protocolsMetadata: (_protocols, _topics, metadata) => this.#beforeJoin(consumer, metadata),
    });
    consumer.topics.trackAll(...topics);
    this.#listen(consumer);
    return consumer;
  }

  get lease(): Lease {
    return { holds: () => performance.now() < this.#leaseUntil, renewed: this.#renewed.wait };
  }

  /** Who this member is to the coordinator, while it is one. */
  member(): Member | undefined {
    const { memberId, generationId } = this.#consumer;
    return memberId === null ? undefined : { memberId, generationId };
  }

  /** Looks for added partitions, and has them shared out if there are any. */
  async checkPartitions(): Promise<void> {
    const { topics, group } = this.#options;
    if (!this.#consumer.isActive() || this.#joining !== undefined) return;
    const asked = this.#consumer.metadata({ topics: [...topics], forceUpdate: true });
    const counts = countsOf(await inTime(this.#context.tuning.callTimeoutMs, "looking for partitions", asked), topics);
    const grown = [...counts].some(([topic, count]) => count > (this.#known.get(topic) ?? count));
    if (!grown || !this.#consumer.isActive()) return;
    this.#context.log?.info(
      { group, partitions: Object.fromEntries(counts) },
      "partitions were added; sharing them out",
    );
    this.#announced = true;
    await this.#ensureJoined();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.#consumer.close(true);
  }

  /** What this member knows of its membership, for those who look into trouble. */
  describe(): Readonly<Record<string, unknown>> {
    const { memberId, generationId } = this.#consumer;
    return {
      memberId,
      generationId,
      active: this.#consumer.isActive(),
      joining: this.#joining !== undefined,
      leaseForMs: Math.round(this.#leaseUntil - performance.now()),
      silentForMs: Math.round(performance.now() - this.#aliveAt),
    };
  }

  /**
   * The last resort: a client that has heard nothing from its coordinator for longer than a session and a rebalance take
   * together waits for an answer that will not come. A new one begins anew, on connections of its own.
   */
  async #watch(): Promise<void> {
    const { sessionTimeoutMs, rebalanceTimeoutMs, heartbeatMs } = this.#context.tuning;
    const { signal } = this.#closed;
    while (!signal.aborted) {
      await delay(heartbeatMs, undefined, { signal }).catch(() => undefined);
      const silentMs = performance.now() - this.#aliveAt;
      if (signal.aborted || silentMs < 2 * sessionTimeoutMs + rebalanceTimeoutMs) continue;
      this.#warn("the coordinator has not been heard for too long; joining anew", `${Math.round(silentMs)} ms`);
      this.#renewClient();
    }
  }

  #renewClient(): void {
    const old = this.#consumer;
    this.#aliveAt = performance.now();
    this.#announced = false;
    this.#consumer = this.#connect();
    this.#joining = undefined;
    old.close(true).catch(() => undefined);
    void this.#ensureJoined();
  }

  async #beforeJoin(consumer: Consumer, metadata: ClusterMetadata): Promise<Buffer> {
    if (consumer !== this.#consumer) throw new Error("this client was replaced");
    const lost = !this.#announced || consumer.memberId === null;
    this.#announced = false;
    await this.#options.onRelease(placesOf(consumer), lost);
    this.#known = countsOf(metadata, this.#options.topics);
    // The coordinator shares out again only when a member's metadata differs from its last.
    return Buffer.from(JSON.stringify([...this.#known]));
  }

  #listen(consumer: Consumer): void {
    const current = (): boolean => consumer === this.#consumer;
    let beatAt = 0;
    consumer.on("consumer:group:rebalance", () => {
      if (current()) this.#announced = true;
    });
    consumer.on("consumer:group:join", () => {
      if (!current()) return;
      this.#renew(performance.now());
      this.#options.onAssigned(placesOf(consumer));
    });
    consumer.on("consumer:heartbeat:start", () => {
      beatAt = performance.now();
    });
    consumer.on("consumer:heartbeat:end", () => {
      if (current()) this.#renew(beatAt);
    });
    consumer.on("consumer:heartbeat:error", ({ error }) => this.#warn("a heartbeat failed", error));
    consumer.on("consumer:heartbeat:stalled", ({ lastError }) =>
      this.#warn("no heartbeat gets through; the group goes on without this member", lastError),
    );
    // Emitted when a rejoin failed: from then on the client sends no more heartbeats.
    (consumer as unknown as NodeJS.EventEmitter).on("error", (error: unknown) => {
      if (!current()) return;
      this.#warn("joining the group again failed; trying again", error);
      void this.#ensureJoined();
    });
  }

  #renew(since: number): void {
    this.#aliveAt = Math.max(this.#aliveAt, since);
    this.#leaseUntil = since + this.#context.tuning.sessionTimeoutMs;
    this.#renewed.ring();
  }

  #ensureJoined(): Promise<void> {
    if (this.#joining !== undefined) return this.#joining;
    const joining = this.#join(this.#consumer).finally(() => {
      if (this.#joining === joining) this.#joining = undefined;
    });
    this.#joining = joining;
    return joining;
  }

  async #join(consumer: Consumer): Promise<void> {
    const pause = backoff(this.#context.tuning.backoffMs);
    while (!this.#closed.signal.aborted && consumer === this.#consumer) {
      try {
        await consumer.joinGroup({});
        if (consumer.isActive()) return;
      } catch (error) {
        if (this.#closed.signal.aborted || consumer !== this.#consumer) return;
        this.#warn("the group could not be joined; trying again", error);
      }
      await pause.wait(this.#closed.signal);
    }
  }

  #warn(message: string, error: unknown): void {
    if (this.#closed.signal.aborted) return;
    this.#context.log?.warn({ group: this.#options.group, reason: reasonOf(error) }, message);
  }
}

const placesOf = (consumer: Consumer): TopicPartition[] =>
  (consumer.assignments ?? []).flatMap(({ topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition })),
  );

const countsOf = (metadata: ClusterMetadata, topics: readonly string[]): Map<string, number> =>
  new Map(topics.map((topic) => [topic, metadata.topics.get(topic)?.partitionsCount ?? 0]));
