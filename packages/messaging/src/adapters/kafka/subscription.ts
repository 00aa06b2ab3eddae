import { setTimeout as delay } from "node:timers/promises";
import type { Subscriber, SubscribeOptions, Subscription, TopicPartition } from "../../ports/transport.ts";
import { within } from "./backoff.ts";
import { placeName } from "./batches.ts";
import { Committer } from "./commits.ts";
import { Fetcher, startWithin } from "./fetcher.ts";
import { Membership } from "./member.ts";
import { boundsOf, committedOf } from "./offsets.ts";
import type { KafkaContext } from "./options.ts";
import { Partition } from "./partition.ts";
import { reasonOf } from "./trouble.ts";

const longestLeaveMs = 2_000;

/**
 * One member of a consumer group. Everything that happens to a partition happens here: it comes with an assignment under
 * a new epoch, is fetched and delivered while it is owned, and goes with a revoke; what came under an older epoch counts no more.
 */
export class KafkaSubscription implements Subscription {
  readonly #context: KafkaContext;
  readonly #options: SubscribeOptions;
  readonly #subscriber: Subscriber;
  readonly #owned = new Map<string, Partition>();
  /** What of a partition still runs under an earlier epoch. */
  readonly #leftovers = new Map<string, Promise<void>>();
  readonly #fetcher: Fetcher;
  readonly #committer: Committer;
  readonly #membership: Membership;
  readonly #stop = new AbortController();
  #epochs = 0;
  #closing: Promise<void> | undefined;

  constructor(context: KafkaContext, options: SubscribeOptions, subscriber: Subscriber) {
    this.#context = context;
    this.#options = options;
    this.#subscriber = subscriber;
    const topics = [...new Set(options.topics)].sort();
    this.#fetcher = new Fetcher(context, {
      topics,
      partitions: () => [...this.#owned.values()],
      onLost: (place, from, to) => this.#lost(place, from, to),
    });
    this.#membership = new Membership(context, {
      group: options.group,
      topics,
      onRelease: (kept, lost) => this.#onRelease(kept, lost),
      onAssigned: (places) => this.#onAssigned(places),
    });
    this.#committer = new Committer(context, options.group, () => this.#membership.member());
    void this.#watchPartitions();
  }

  async commit({ topic, partition }: TopicPartition, offset: number, epoch: number): Promise<"committed" | "fenced"> {
    const current = this.#owned.get(placeName(topic, partition));
    return current === undefined || current.epoch !== epoch ? "fenced" : this.#committer.commit(current, offset);
  }

  describe(): Readonly<Record<string, unknown>> {
    return {
      member: this.#membership.describe(),
      fetching: this.#fetcher.describe(),
      commitsWaiting: this.#committer.waiting,
      partitions: [...this.#owned.values()].map((partition) => partition.describe()),
    };
  }

  close(deadlineMs: number): Promise<void> {
    return (this.#closing ??= this.#close(deadlineMs));
  }

  async #close(deadlineMs: number): Promise<void> {
    const end = performance.now() + deadlineMs;
    this.#stop.abort();
    // The last part of the time belongs to leaving, so that others take over at once and not after the session.
    await this.#release([...this.#owned.values()], false, deadlineMs * 0.8);
    // In the middle of a rebalance the broker hears a leaving member only when the rebalance is over: not worth waiting for.
    const left = Promise.allSettled([this.#membership.close(), this.#fetcher.close()]);
    await within(Math.min(longestLeaveMs, end - performance.now()), left);
  }

  async #onRelease(kept: readonly TopicPartition[], lost: boolean): Promise<void> {
    const released = this.#release(this.#allBut(kept), lost, this.#context.tuning.revokeDeadlineMs);
    // What is lost cannot be finished in order: being away any longer helps nobody.
    if (!lost) await released;
  }

  #onAssigned(places: readonly TopicPartition[]): void {
    this.#committer.wake();
    void this.#release(this.#allBut(places), true, this.#context.tuning.revokeDeadlineMs);
    if (this.#closing !== undefined) return;
    for (const place of places) {
      const phase = this.#owned.get(placeName(place.topic, place.partition))?.phase;
      if (phase !== "starting" && phase !== "active") this.#take(place);
    }
  }

  #allBut(kept: readonly TopicPartition[]): Partition[] {
    const names = new Set(kept.map(({ topic, partition }) => placeName(topic, partition)));
    return [...this.#owned.values()].filter(({ name }) => !names.has(name));
  }

  async #release(partitions: readonly Partition[], lost: boolean, deadlineMs: number): Promise<void> {
    await Promise.all(
      partitions.map(async (partition) => {
        await partition.revoke(lost, deadlineMs);
        if (this.#owned.get(partition.name) === partition) this.#owned.delete(partition.name);
        this.#committer.wake();
      }),
    );
  }

  #take(place: TopicPartition): void {
    const name = placeName(place.topic, place.partition);
    const partition: Partition = new Partition(this.#context, {
      place,
      epoch: (this.#epochs += 1),
      maxRecords: this.#options.maxRecords,
      subscriber: this.#subscriber,
      previous: this.#leftovers.get(name) ?? Promise.resolve(),
      locate: () => this.#locate(place),
      lease: this.#membership.lease,
      committed: () => this.#committer.idle(partition),
      onRoom: () => this.#fetcher.wake(),
    });
    this.#owned.set(name, partition);
    this.#leftovers.set(name, partition.ended);
  }

  /** The committed offset; the oldest kept one for a group that never committed. */
  async #locate(place: TopicPartition): Promise<number> {
    const committed = (await committedOf(this.#context, this.#options.group)).get(
      placeName(place.topic, place.partition),
    );
    const [bounds] = await boundsOf(this.#context, [place]);
    if (bounds === undefined) throw new Error(`${place.topic} has no partition ${place.partition}`);
    if (committed === undefined) return bounds.begin;
    return startWithin(this.#context, place, committed, bounds, (from, to) => this.#lost(place, from, to));
  }

  #lost({ topic, partition }: TopicPartition, from: number, to: number): void {
    const { group } = this.#options;
    this.#context.log?.error({ group, topic, partition, from, to }, "records were removed before this group read them");
    this.#subscriber.onLost({ topic, partition }, from, to);
  }

  async #watchPartitions(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await delay(this.#context.tuning.partitionsCheckMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      try {
        await this.#membership.checkPartitions();
      } catch (error) {
        const { group } = this.#options;
        this.#context.log?.warn({ group, reason: reasonOf(error) }, "added partitions could not be looked for");
      }
    }
  }
}
