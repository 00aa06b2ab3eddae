import type { StoredRecord, Subscriber, TopicPartition } from "../../ports/transport.ts";
import { backoff, bell, within } from "./backoff.ts";
import { placeName } from "./batches.ts";
import { heldBytes } from "./convert.ts";
import type { KafkaContext } from "./options.ts";
import { reasonOf } from "./trouble.ts";

/** Whether this member may still believe that the group counts it in. */
export interface Lease {
  readonly holds: () => boolean;
  /** Resolves at the next sign of life. */
  readonly renewed: () => Promise<void>;
}

export interface PartitionOptions {
  readonly place: TopicPartition;
  readonly epoch: number;
  readonly maxRecords: number;
  readonly subscriber: Subscriber;
  /** What still runs of this partition under an earlier epoch. */
  readonly previous: Promise<void>;
  /** Where to begin; asked until it answers. */
  readonly locate: () => Promise<number>;
  readonly lease: Lease;
  /** Resolves when no commit of this partition is under way. */
  readonly committed: () => Promise<void>;
  /** There is room again, or the partition became active. */
  readonly onRoom: () => void;
}

type Phase =
  | "starting"
  | "active"
  /** Nothing more is delivered; commits still count. */
  | "revoking"
  /** Nothing counts. */
  | "gone";

/** A partition while this member owns it: from its assignment to its revocation, under one epoch. */
export class Partition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  readonly name: string;
  readonly epoch: number;
  /** Resolves when nothing of it runs any more, also what outlived the deadline of its revocation. */
  readonly ended: Promise<void>;
  readonly #options: PartitionOptions;
  readonly #context: KafkaContext;
  readonly #changed = bell();
  readonly #stop = new AbortController();
  #phase: Phase = "starting";
  #position = 0;
  #queue: StoredRecord[] = [];
  #bytes = 0;
  #told = false;
  #doing = "nothing";
  #since = performance.now();
  readonly #running: Promise<void>;
  #revoked: Promise<void> = Promise.resolve();

  constructor(context: KafkaContext, options: PartitionOptions) {
    this.#context = context;
    this.#options = options;
    this.topic = options.place.topic;
    this.partition = options.place.partition;
    this.name = placeName(this.topic, this.partition);
    this.epoch = options.epoch;
    this.#running = this.#run();
    this.ended = this.#running.then(() => this.#revoked);
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Where it stands, for those who look into trouble. */
  describe(): Readonly<Record<string, unknown>> {
    return {
      name: this.name,
      epoch: this.epoch,
      phase: this.#phase,
      position: this.#position,
      queued: this.#queue.length,
      doing: this.#doing,
      forMs: Math.round(performance.now() - this.#since),
    };
  }

  #note(doing: string): void {
    this.#doing = doing;
    this.#since = performance.now();
  }

  /** The next offset to fetch. */
  get position(): number {
    return this.#position;
  }

  /** How many bytes may be fetched now; 0 pauses. */
  room(budget: number): number {
    const open = this.#phase === "active" && this.#queue.length < this.#context.tuning.queueRecords;
    return open ? Math.max(0, budget - this.#bytes) : 0;
  }

  /** Takes what was fetched at offset `asked`, unless the position has changed since. `next` is asked for next. */
  add(asked: number, records: readonly StoredRecord[], next: number): void {
    if (this.#phase !== "active" || asked !== this.#position) return;
    this.#position = next;
    if (records.length === 0) return;
    for (const record of records) {
      this.#queue.push(record);
      this.#bytes += heldBytes(record);
    }
    this.#changed.ring();
  }

  seek(offset: number): void {
    this.#position = offset;
  }

  /**
   * Ends delivery, tells the subscriber, and resolves when it is done, with the batch in hand and its commit,
   * or the deadline passed. Never rejects.
   */
  async revoke(lost: boolean, deadlineMs: number): Promise<void> {
    if (this.#phase === "revoking" || this.#phase === "gone") return;
    this.#phase = lost ? "gone" : "revoking";
    this.#queue = [];
    this.#bytes = 0;
    this.#stop.abort();
    this.#changed.ring();
    if (this.#told) {
      this.#revoked = this.#tell(lost);
      const finished = Promise.all([this.#revoked, this.#running]).then(() => this.#options.committed());
      const done = lost || (await within(deadlineMs, finished));
      if (!done) this.#log("a partition was taken away before its work was done", { deadlineMs });
    }
    this.#phase = "gone";
  }

  async #tell(lost: boolean): Promise<void> {
    try {
      await this.#options.subscriber.onRevoke(this.#options.place, this.epoch, lost);
    } catch (error) {
      this.#log("a partition was not given away in order", { reason: reasonOf(error) });
    }
  }

  async #run(): Promise<void> {
    await this.#begin();
    const { lease } = this.#options;
    while (this.#phase === "active") {
      if (this.#queue.length === 0) {
        this.#note("waiting for records");
        await this.#changed.wait();
      } else if (!lease.holds()) {
        // A process that was frozen past its session wakes up with records that others handle by now.
        this.#note("waiting for a sign of the group");
        await Promise.race([lease.renewed(), this.#changed.wait()]);
      } else {
        this.#note("delivering");
        await this.#deliver();
      }
    }
  }

  async #begin(): Promise<void> {
    const { previous, subscriber, place, locate, onRoom } = this.#options;
    this.#note("waiting for what runs of an earlier epoch");
    await previous;
    if (this.#phase !== "starting") return;
    this.#told = true;
    this.#note("being taken over");
    await this.#insist("starting", "a partition could not be taken over yet", () =>
      subscriber.onAssign(place, this.epoch),
    );
    this.#note("asking where to begin");
    const start = await this.#insist("starting", "the committed offset is not known yet", locate);
    if (start === undefined || this.#phase !== "starting") return;
    this.#position = start;
    this.#phase = "active";
    onRoom();
  }

  async #deliver(): Promise<void> {
    const { maxRecords, subscriber, place, onRoom } = this.#options;
    const batch = this.#queue.slice(0, maxRecords);
    await this.#insist("active", "records could not be handed over; they are tried again", () =>
      subscriber.onRecords(place, this.epoch, batch),
    );
    if (this.#phase !== "active") return;
    this.#queue.splice(0, batch.length);
    this.#bytes -= batch.reduce((sum, record) => sum + heldBytes(record), 0);
    onRoom();
  }

  /** Tries `work` until it does not reject, or the phase is no longer `phase`. */
  async #insist<T>(phase: Phase, trouble: string, work: () => Promise<T>): Promise<T | undefined> {
    const pause = backoff(this.#context.tuning.backoffMs);
    while (this.#phase === phase) {
      try {
        return await work();
      } catch (error) {
        if (this.#phase !== phase) break;
        this.#log(trouble, { reason: reasonOf(error) });
        await pause.wait(this.#stop.signal);
      }
    }
    return undefined;
  }

  #log(message: string, detail: object): void {
    this.#context.log?.warn({ partition: this.name, epoch: this.epoch, ...detail }, message);
  }
}
