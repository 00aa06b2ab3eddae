// Rounds in which ours and the raw client take turns on the same broker, so that what else the machine does hits both.
import { openDatabase, type StoredRecord, type Transport } from "@eventpact/messaging";
import { openKafka } from "@eventpact/messaging/kafka";
import { byHand } from "./by-hand.ts";
import { ourConsume, ourProduce } from "./ours.ts";
import type { Place } from "./place.ts";
import { BATCH, rawConsume, rawProduce } from "./raw.ts";

/** Records per second, and milliseconds of this process's CPU per thousand records. */
export interface Rate {
  readonly perSecond: number;
  readonly cpuMs: number;
}

export interface Round {
  readonly bytes: number;
  readonly rawProduce: Rate;
  readonly ourProduce: Rate;
  readonly drain: number;
  readonly rawConsume: Rate;
  readonly rawCommitted: Rate;
  readonly ourConsume: Rate;
  readonly byHand: Rate;
}

async function timed(count: number, work: () => Promise<number>): Promise<Rate> {
  const before = process.cpuUsage();
  const perSecond = await work();
  const { user, system } = process.cpuUsage(before);
  return { perSecond, cpuMs: (user + system) / count };
}

async function everything(transport: Transport, topic: string): Promise<StoredRecord[]> {
  const records: StoredRecord[] = [];
  for (const { partition, begin, end } of await transport.bounds(topic)) {
    for (let at = begin; at < end;) {
      const page = await transport.read({ topic, partition }, at, 1_000);
      records.push(...page);
      at = (page.at(-1)?.offset ?? end) + 1;
    }
  }
  return records;
}

/** Runs `rounds` rounds of `count` records, after one that only warms up. The order within a round turns. */
export async function measureRounds(
  place: Place,
  rounds: number,
  count: number,
  tell: (line: string) => void,
): Promise<Round[]> {
  const database = await openDatabase({ url: place.url });
  const transport = await openKafka({ brokers: place.brokers });
  try {
    const measured: Round[] = [];
    for (let round = 0; round <= rounds; round += 1) {
      const size = round === 0 ? Math.min(count, 5_000) : count;
      const one = await oneRound(place, database, transport, `orders-${round}`, size, round % 2 === 0);
      if (round > 0) measured.push(one);
      tell(`round ${round} of ${rounds}${round === 0 ? " (to warm up)" : ""}`);
    }
    return measured;
  } finally {
    await transport.close(5_000);
    await database.close();
  }
}

async function oneRound(
  { url, brokers }: Place,
  database: Awaited<ReturnType<typeof openDatabase>>,
  transport: Transport,
  topic: string,
  count: number,
  oursFirst: boolean,
): Promise<Round> {
  let drain = 0;
  const ourProduced = await timed(2 * count, async () => {
    const produced = await ourProduce(database, transport, topic, count);
    drain = produced.drain;
    return produced.whole;
  });
  const records = await everything(transport, topic);
  const text = new TextDecoder();
  const messages = records.map(({ key, value, headers }) => ({
    key: text.decode(key ?? undefined),
    value: text.decode(value ?? undefined),
    headers: { ...headers },
  }));
  await transport.ensureTopics([{ name: `${topic}-raw`, partitions: 6 }]);
  const rawProduced = await timed(count, () => rawProduce(brokers, `${topic}-raw`, messages));
  const some = Math.min(count, 1_000);
  const turns = {
    rawConsume: () => timed(count, () => rawConsume(brokers, topic, count, {})),
    ourConsume: () => timed(count, () => ourConsume(database, transport, topic, count)),
    rawCommitted: () => timed(count, () => rawConsume(brokers, topic, count, { commitEvery: BATCH })),
    byHand: () => timed(some, () => byHand(url, brokers, topic, some)),
  };
  const order = ["rawCommitted", "ourConsume", "rawConsume", "byHand"] as const;
  const rates: Partial<Record<keyof typeof turns, Rate>> = {};
  for (const name of oursFirst ? order.toReversed() : order) rates[name] = await turns[name]();
  const none = { perSecond: 0, cpuMs: 0 };
  return {
    bytes: messages.reduce((sum, { value }) => sum + value.length, 0) / count,
    rawProduce: rawProduced,
    ourProduce: ourProduced,
    drain,
    rawConsume: rates.rawConsume ?? none,
    rawCommitted: rates.rawCommitted ?? none,
    ourConsume: rates.ourConsume ?? none,
    byHand: rates.byHand ?? none,
  };
}
