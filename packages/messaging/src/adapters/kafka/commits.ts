import {
  FindCoordinatorKeyTypes,
  kGetApi,
  kGetConnection,
  type Broker,
  type offsetCommitV9,
} from "@platformatic/kafka";
import { bell, inTime, within } from "./backoff.ts";
import { placeName } from "./batches.ts";
import type { KafkaContext } from "./options.ts";
import type { Partition } from "./partition.ts";
import { reasonOf } from "./trouble.ts";

type OffsetCommitRequest = offsetCommitV9.OffsetCommitRequest;
type OffsetCommitResponse = offsetCommitV9.OffsetCommitResponse;

export interface Member {
  readonly memberId: string;
  readonly generationId: number;
}

export type Committed = "committed" | "fenced";

interface Pending {
  offset: number;
  readonly waiters: { readonly offset: number; readonly resolve: (how: Committed) => void }[];
}

/**
 * Commits of one group member: one request at a time, the highest offset of each partition, in the member's current
 * generation. The client's own commit would join again when it is refused and then repeat itself, also for partitions
 * that belong to somebody else by then; here, what is no longer owned is dropped.
 */
export class Committer {
  readonly #context: KafkaContext;
  readonly #group: string;
  readonly #member: () => Member | undefined;
  readonly #pending = new Map<Partition, Pending>();
  readonly #done = new WeakMap<Partition, number>();
  readonly #changed = bell();
  #coordinator: Broker | undefined;
  #running = false;

  constructor(context: KafkaContext, group: string, member: () => Member | undefined) {
    this.#context = context;
    this.#group = group;
    this.#member = member;
  }

  commit(partition: Partition, offset: number): Promise<Committed> {
    if (partition.phase === "gone") return Promise.resolve("fenced");
    if (offset <= (this.#done.get(partition) ?? -1)) return Promise.resolve("committed");
    return new Promise((resolve) => {
      const entry = this.#pending.get(partition) ?? { offset, waiters: [] };
      entry.offset = Math.max(entry.offset, offset);
      entry.waiters.push({ offset, resolve });
      this.#pending.set(partition, entry);
      // A turn later, so that commits of many partitions travel in one request.
      if (!this.#running) {
        this.#running = true;
        setImmediate(() => void this.#run());
      }
    });
  }

  /** Resolves when nothing of the partition waits to be committed. */
  async idle(partition: Partition): Promise<void> {
    const entry = this.#pending.get(partition);
    if (entry !== undefined) await this.commit(partition, entry.offset);
  }

  /** Partitions whose offset waits to be committed. */
  get waiting(): number {
    return this.#pending.size;
  }

  /** A partition went, or the group has a new generation: what waits is looked at again. */
  wake(): void {
    this.#changed.ring();
  }

  async #run(): Promise<void> {
    let pause = firstPauseMs;
    while (this.#pending.size > 0) {
      for (const partition of this.#pending.keys()) {
        if (partition.phase === "gone") this.#settle(partition, Number.POSITIVE_INFINITY, "fenced");
      }
      const rung = this.#changed.wait();
      if (this.#pending.size > 0 && !(await this.#flush())) {
        await within(pause, rung);
        pause = Math.min(pause * 2, longestPauseMs);
      } else {
        pause = firstPauseMs;
      }
    }
    this.#running = false;
  }

  /** One request. Answers whether everything in it was committed. */
  async #flush(): Promise<boolean> {
    const who = this.#member();
    if (who === undefined) return false;
    const batch = new Map([...this.#pending].map(([partition, { offset }]) => [partition, offset]));
    try {
      const codes = await inTime(this.#context.tuning.callTimeoutMs, "committing", this.#send(who, batch));
      const refused = [...batch].filter(([partition, offset]) => {
        if (codes.get(partition.name) !== 0) return true;
        this.#done.set(partition, Math.max(offset, this.#done.get(partition) ?? 0));
        this.#settle(partition, offset, "committed");
        return false;
      });
      const misplaced = refused.some(([partition]) => !membershipCodes.has(codes.get(partition.name) ?? -1));
      if (misplaced) this.#coordinator = undefined;
      return refused.length === 0;
    } catch (error) {
      this.#coordinator = undefined;
      this.#context.log?.warn(
        { group: this.#group, reason: reasonOf(error) },
        "offsets could not be committed; trying again",
      );
      return false;
    }
  }

  async #send(who: Member, batch: ReadonlyMap<Partition, number>): Promise<Map<string, number>> {
    this.#coordinator ??= await findCoordinator(this.#context, this.#group);
    return sendCommit(this.#context, this.#coordinator, this.#group, who, batch);
  }

  #settle(partition: Partition, upTo: number, how: Committed): void {
    const entry = this.#pending.get(partition);
    if (entry === undefined) return;
    const rest = entry.waiters.filter((waiter) => waiter.offset > upTo);
    if (rest.length === 0) this.#pending.delete(partition);
    else this.#pending.set(partition, { offset: entry.offset, waiters: rest });
    for (const waiter of entry.waiters) if (waiter.offset <= upTo) waiter.resolve(how);
  }
}

const firstPauseMs = 20;
const longestPauseMs = 1_000;

/** ILLEGAL_GENERATION, UNKNOWN_MEMBER_ID, REBALANCE_IN_PROGRESS: the coordinator is the right one, the moment is not. */
const membershipCodes = new Set([22, 25, 27]);

async function findCoordinator({ admin }: KafkaContext, group: string): Promise<Broker> {
  const [found] = await admin.findCoordinator({ keyType: FindCoordinatorKeyTypes.GROUP, keys: [group] });
  if (found === undefined) throw new Error(`no coordinator for ${group}`);
  return { host: found.host, port: found.port };
}

type CommitError = Error & { readonly response?: OffsetCommitResponse };

/** The broker's error code for each partition, 0 where the offset was committed. */
async function sendCommit(
  { admin }: KafkaContext,
  coordinator: Broker,
  group: string,
  { memberId, generationId }: Member,
  offsets: ReadonlyMap<Partition, number>,
): Promise<Map<string, number>> {
  const byTopic = Map.groupBy(offsets, ([partition]) => partition.topic);
  const topics = [...byTopic].map(([name, list]) => ({
    name,
    partitions: list.map(([{ partition }, offset]) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: -1,
      committedMetadata: null,
    })),
  }));
  const response = await new Promise<OffsetCommitResponse>((resolve, reject) => {
    admin[kGetConnection](coordinator, (error, connection) => {
      if (error !== null || connection === undefined) {
        reject(error ?? new Error("no connection"));
        return;
      }
      admin[kGetApi]<OffsetCommitRequest, OffsetCommitResponse>("OffsetCommit", (missing, api) => {
        if (missing !== null || api === undefined) {
          reject(missing ?? new Error("no OffsetCommit"));
          return;
        }
        api(connection, group, generationId, memberId, null, topics, (refused, answer) => {
          const heard = answer ?? (refused as CommitError | null)?.response;
          if (heard === undefined) reject(refused ?? new Error("no answer"));
          else resolve(heard);
        });
      });
    });
  });
  return new Map(
    response.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, errorCode }) => [placeName(name, partitionIndex), errorCode]),
    ),
  );
}
