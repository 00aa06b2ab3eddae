import type { StoredRecord, Subscriber, Subscription, TopicPartition, Transport } from "../ports/transport.ts";

/** A member of a group that writes down all it is told. */
export interface Reader {
  readonly records: readonly StoredRecord[];
  readonly batches: readonly {
    readonly place: TopicPartition;
    readonly epoch: number;
    readonly records: readonly StoredRecord[];
  }[];
  /** Partitions it has now, with their epochs. */
  readonly owned: ReadonlyMap<string, number>;
  readonly lost: readonly { readonly place: TopicPartition; readonly from: number; readonly to: number }[];
  /** At most how many deliveries of one partition were under way at once. */
  readonly overlap: number;
  commitAll(): Promise<void>;
  readonly subscription: Subscription;
}

export interface ReaderOptions {
  readonly group: string;
  readonly topics: readonly string[];
  readonly maxRecords?: number;
  /** Awaited within each delivery. */
  readonly during?: (records: readonly StoredRecord[], place: TopicPartition, epoch: number) => Promise<void> | void;
  readonly onRevoke?: (place: TopicPartition, lost: boolean) => Promise<void> | void;
  /** Commit after each delivery. */
  readonly commits?: boolean;
}

const nameOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`;

export async function openReader(transport: Transport, options: ReaderOptions): Promise<Reader> {
  const records: StoredRecord[] = [];
  const batches: { place: TopicPartition; epoch: number; records: readonly StoredRecord[] }[] = [];
  const owned = new Map<string, number>();
  const lost: { place: TopicPartition; from: number; to: number }[] = [];
  const under = new Map<string, number>();
  const started = Promise.withResolvers<Subscription>();
  let overlap = 0;
  const subscriber: Subscriber = {
    onAssign: async (place, epoch) => {
      owned.set(nameOf(place), epoch);
    },
    onRecords: async (place, epoch, delivered) => {
      const name = nameOf(place);
      const now = (under.get(name) ?? 0) + 1;
      under.set(name, now);
      overlap = Math.max(overlap, now);
      try {
        await options.during?.(delivered, place, epoch);
        records.push(...delivered);
        batches.push({ place, epoch, records: delivered });
        const last = delivered.at(-1);
        if (options.commits === true && last !== undefined)
          await (await started.promise).commit(place, last.offset + 1, epoch);
      } finally {
        under.set(name, (under.get(name) ?? 1) - 1);
      }
    },
    onRevoke: async (place, epoch, gone) => {
      await options.onRevoke?.(place, gone);
      if (owned.get(nameOf(place)) === epoch) owned.delete(nameOf(place));
    },
    onLost: (place, from, to) => void lost.push({ place, from, to }),
  };
  const { group, topics, maxRecords = 100 } = options;
  const subscription = await transport.subscribe({ group, topics, maxRecords }, subscriber);
  started.resolve(subscription);
  return {
    records,
    batches,
    owned,
    lost,
    get overlap() {
      return overlap;
    },
    subscription,
    commitAll: async () => {
      for (const { place, epoch, records: delivered } of batches) {
        await subscription.commit(place, (delivered.at(-1)?.offset ?? 0) + 1, epoch);
      }
    },
  };
}
