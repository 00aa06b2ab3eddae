import { pino } from "pino";
import { postgresLog } from "../src/adapters/postgres-log/index.ts";
import { createRuntime, openDatabase } from "../src/index.ts";
import { placed, sales, stock } from "../test/support/shop.ts";

/**
 * A rough measure of one process: commands per second, then how fast the relay drains the outbox, then how fast a
 * trivial handler works through the log with everything on (validation, inbox, order, offsets).
 * `DATABASE_URL=postgres://… node scripts/bench.ts [events]`; the embedded database without one.
 */
const total = Number(process.argv[2] ?? 20_000);
const url = process.env["DATABASE_URL"];
const database = await openDatabase(url === undefined ? { memory: true } : { url });
const transport = postgresLog({ database });
const logger = pino({ level: "silent" });
const perSecond = (count: number, since: number): string =>
  `${Math.round(count / ((performance.now() - since) / 1_000))}/s`;
const until = async (condition: () => Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const print = (what: string, figure: string): void => void process.stdout.write(`${what.padEnd(50)}${figure}\n`);

const producer = createRuntime({ services: [sales()], database, transport, logger });
await producer.start();
let since = performance.now();
const commands = 500;
await Promise.all(
  Array.from({ length: commands }, (_, index) =>
    producer.service("sales").transact({}, async () => ({ events: [placed(`k${index % 97}`)], result: undefined })),
  ),
);
print(`commands of one event (${database.kind})`, perSecond(commands, since));
since = performance.now();
for (let sent = 0; sent < total; sent += 500) {
  const events = Array.from({ length: 500 }, (_, index) => placed(`k${(sent + index) % 997}`));
  await producer.service("sales").transact({}, async () => ({ events, result: undefined }));
}
const ends = async (): Promise<number> =>
  (await transport.bounds("sales-events")).reduce((sum, { end }) => sum + end, 0);
await until(async () => (await ends()) >= total + commands);
print("events from commands of 500 through the relay", perSecond(total, since));
await producer.stop();

let heard = 0;
const consumer = createRuntime({
  services: [stock(() => ((heard += 1), []))],
  database,
  transport,
  logger,
  settings: { batchRecords: 500 },
});
since = performance.now();
await consumer.start();
await until(async () => heard >= total + commands);
print("events consumed, trivial handler, inbox on", perSecond(heard, since));
await consumer.stop();
await transport.close(1_000);
await database.close();
