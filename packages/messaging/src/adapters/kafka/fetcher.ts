import { Consumer, FetchIsolationLevels, type ClusterMetadata } from "@platformatic/kafka";
import { backoff, bell, inTime, within } from "./backoff.ts";
import { placeName } from "./batches.ts";
import { nextOffset, recordsOf } from "./convert.ts";
import { boundsOf } from "./offsets.ts";
import type { KafkaContext } from "./options.ts";
import type { Partition } from "./partition.ts";
import { hasCode, reasonOf } from "./trouble.ts";

type FetchResponse = Awaited<ReturnType<Consumer["fetch"]>>;

const offsetOutOfRange = 1;
/** How long a broker may take over the time that it was asked to wait, and the client over that. */
const answerMs = 10_000;
const marginMs = 5_000;
/** The smallest fetch worth a request when a queue is nearly full. */
const leastBytes = 65_536;

export interface FetcherOptions {
  readonly topics: readonly string[];
  /** Those owned now. */
  readonly partitions: () => readonly Partition[];
  readonly onLost: (partition: Partition, from: number, to: number) => void;
}

/**
 * Fetches for the owned partitions that have room, with one loop per broker. The client's own stream cannot pause a
 * partition, forgets nothing at a rebalance, moves silently over lost offsets, and ends at the third network error.
 */
export class Fetcher {
  readonly #context: KafkaContext;
  readonly #options: FetcherOptions;
  #client: Consumer;
  readonly #changed = bell();
  readonly #closed = new AbortController();
  readonly #loops = new Map<number, Promise<void>>();
  readonly #doing = new Map<number, { readonly what: string; readonly at: number }>();
  readonly #running: Promise<void>;

  constructor(context: KafkaContext, options: FetcherOptions) {
    this.#context = context;
    this.#options = options;
    this.#client = this.#connect();
    this.#running = this.#supervise();
  }

  #connect(): Consumer {
    const { base, tuning } = this.#context;
    const client = new Consumer({
      ...base,
      groupId: "eventpact-fetch",
      retries: 0,
      requestTimeout: tuning.fetchWaitMs + answerMs,
      isolationLevel: FetchIsolationLevels.READ_COMMITTED,
    });
    client.topics.trackAll(...this.#options.topics);
    return client;
  }

  /** Where each loop is, for those who look into trouble. */
  describe(): Readonly<Record<string, unknown>> {
    const since = (at: number): number => Math.round(performance.now() - at);
    return Object.fromEntries(
      [...this.#doing].map(([node, { what, at }]) => [`node ${node}`, `${what} for ${since(at)} ms`]),
    );
  }

  /** Something changed: a partition came, went, or has room again. */
  wake(): void {
    this.#changed.ring();
  }

  async close(): Promise<void> {
    this.#closed.abort();
    this.#changed.ring();
    await this.#client.close(true);
    await this.#running;
  }

  async #supervise(): Promise<void> {
    const { tuning, log } = this.#context;
    const pause = backoff(tuning.backoffMs);
    while (!this.#closed.signal.aborted) {
      const rung = this.#changed.wait();
      try {
        const { brokers } = await this.#metadata();
        for (const node of brokers.keys()) if (!this.#loops.has(node)) this.#loops.set(node, this.#loop(node));
        pause.reset();
        await within(tuning.partitionsCheckMs, rung);
      } catch (error) {
        if (!this.#closed.signal.aborted) log?.warn({ reason: reasonOf(error) }, "no broker answers; trying again");
        await pause.wait(this.#closed.signal);
      }
    }
    await Promise.all(this.#loops.values());
  }

  #metadata(): Promise<ClusterMetadata> {
    const asked = this.#client.metadata({ topics: [...this.#options.topics] });
    return this.#orAnew(this.#client, this.#context.tuning.callTimeoutMs, "asking for metadata", asked);
  }

  /** Waits for an answer of `client`; one that gives none within its own limits is replaced, with its connections. */
  async #orAnew<T>(client: Consumer, ms: number, doing: string, work: Promise<T>): Promise<T> {
    let silent = true;
    const heard = work.finally(() => (silent = false));
    try {
      return await inTime(ms, doing, heard);
    } catch (error) {
      if (silent && client === this.#client && !this.#closed.signal.aborted) {
        this.#client = this.#connect();
        client.close(true).catch(() => undefined);
      }
      throw error;
    }
  }

  async #loop(node: number): Promise<void> {
    const pause = backoff(this.#context.tuning.backoffMs);
    while (!this.#closed.signal.aborted) {
      const rung = this.#changed.wait();
      try {
        if (!(await this.#round(node))) {
          this.#note(node, "nothing to ask for");
          await within(1_000, rung);
        }
        pause.reset();
      } catch (error) {
        this.#note(node, `after trouble (${reasonOf(error)})`);
        if (this.#closed.signal.aborted) return;
        // After an answer with an error in it, the client is one behind in its session with the broker.
        if (hasCode(error, "INVALID_FETCH_SESSION_EPOCH", "FETCH_SESSION_ID_NOT_FOUND")) continue;
        this.#context.log?.warn({ node, reason: reasonOf(error) }, "fetching failed; trying again");
        this.#client.clearMetadata();
        await pause.wait(this.#closed.signal);
      }
    }
  }

  #note(node: number, what: string): void {
    this.#doing.set(node, { what, at: performance.now() });
  }

  /** One request to one broker. Answers whether there was anything to ask for. */
  async #round(node: number): Promise<boolean> {
    const { tuning } = this.#context;
    this.#note(node, "asking where to fetch");
    const metadata = await this.#metadata();
    const wanted = wantedAt(node, metadata, this.#options.partitions(), tuning);
    if (wanted.length === 0) return false;
    this.#note(node, `fetching ${wanted.length} partitions`);
    const client = this.#client;
    const asked = fetchOnce(client, node, metadata, wanted, tuning);
    const response = await this.#orAnew(client, tuning.fetchWaitMs + answerMs + marginMs, "fetching", asked);
    for (const { partition, asked } of take(metadata, response, wanted)) {
      await relocate(this.#context, this.#options, partition, asked);
    }
    return true;
  }
}

interface Wanted {
  readonly partition: Partition;
  readonly asked: number;
  readonly bytes: number;
}

function wantedAt(
  node: number,
  metadata: ClusterMetadata,
  owned: readonly Partition[],
  tuning: KafkaContext["tuning"],
): Wanted[] {
  const budget = Math.min(tuning.queueBytes, Math.floor(tuning.totalBytes / Math.max(1, owned.length)));
  return owned.flatMap((partition) => {
    const leader = metadata.topics.get(partition.topic)?.partitions[partition.partition]?.leader;
    const room = leader === node ? partition.room(budget) : 0;
    return room > 0 ? [{ partition, asked: partition.position, bytes: Math.max(room, leastBytes) }] : [];
  });
}

/** The broker's answer, also where the client turned it into an error because one partition of it had one. */
async function fetchOnce(
  client: Consumer,
  node: number,
  metadata: ClusterMetadata,
  wanted: readonly Wanted[],
  tuning: KafkaContext["tuning"],
): Promise<FetchResponse> {
  const byTopic = Map.groupBy(wanted, ({ partition }) => partition.topic);
  try {
    return await client.fetch({
      node,
      maxWaitTime: tuning.fetchWaitMs,
      minBytes: 1,
      maxBytes: tuning.fetchBytes,
      topics: [...byTopic].map(([topic, list]) => ({
        topicId: metadata.topics.get(topic)?.id ?? "",
        partitions: list.map(({ partition, asked, bytes }) => ({
          partition: partition.partition,
          fetchOffset: BigInt(asked),
          partitionMaxBytes: Math.min(bytes, tuning.fetchBytes),
          currentLeaderEpoch: -1,
          lastFetchedEpoch: -1,
        })),
      })),
    });
  } catch (error) {
    const response = (error as { response?: FetchResponse }).response;
    if (response !== undefined && response.errorCode === 0 && hasCode(error, "OFFSET_OUT_OF_RANGE")) return response;
    throw error;
  }
}

/** Hands over what came; answers with the partitions whose offset the broker does not have. */
function take(metadata: ClusterMetadata, response: FetchResponse, wanted: readonly Wanted[]): Wanted[] {
  const byName = new Map(wanted.map((each) => [each.partition.name, each]));
  const topics = new Map([...metadata.topics].map(([name, { id }]) => [id, name]));
  const outOfRange: Wanted[] = [];
  for (const { topicId, partitions } of response.responses) {
    const topic = topics.get(topicId) ?? "";
    for (const { partitionIndex, errorCode, records } of partitions) {
      const found = byName.get(placeName(topic, partitionIndex));
      if (found === undefined) continue;
      if (errorCode === offsetOutOfRange) outOfRange.push(found);
      const next = nextOffset(records ?? []);
      if (errorCode !== 0 || next === undefined || next <= found.asked) continue;
      found.partition.add(found.asked, recordsOf(topic, partitionIndex, records ?? [], found.asked), next);
    }
  }
  return outOfRange;
}

/** The records at `asked` are gone (or the topic was made anew): says so, and goes on at the oldest kept one. */
async function relocate(
  context: KafkaContext,
  options: FetcherOptions,
  partition: Partition,
  asked: number,
): Promise<void> {
  const [bounds] = await boundsOf(context, [partition]);
  if (bounds === undefined || partition.position !== asked) return;
  startWithin(context, partition, asked, bounds, (from, to) => options.onLost(partition, from, to));
  partition.seek(bounds.begin);
}

/**
 * Whether a group may go on at `offset`: before the oldest kept record, records were lost; after the end, the log is
 * not the one that was read (the topic was deleted and made anew), and everything in it is new.
 */
export function startWithin(
  { log }: KafkaContext,
  { topic, partition }: { topic: string; partition: number },
  offset: number,
  { begin, end }: { begin: number; end: number },
  onLost: (from: number, to: number) => void,
): number {
  if (offset < begin) onLost(offset, begin);
  else if (offset > end) {
    log?.error(
      { topic, partition, offset, end },
      "the log ends before the group's offset; reading it from its beginning",
    );
  }
  return offset < begin || offset > end ? begin : offset;
}
