// npm run bench:runtime -- [--rounds 5] [--records 30000] [--orders 200] [--only client|saga|long] [--events 1000000] [--write]
// Our runtime beside the client it is built on, on one real Kafka and one real PostgreSQL, and the shop's whole saga.
import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, loadavg } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { longRun, longText } from "./runtime/long.ts";
import { openPlace } from "./runtime/place.ts";
import { measureRounds } from "./runtime/rounds.ts";
import { measureSaga, type SagaFigures } from "./runtime/saga.ts";
import { clientTable, sagaTable } from "./runtime/table.ts";

const readme = join(import.meta.dirname, "../../packages/messaging/README.md");
const [opening, closing] = ["<!-- figures of npm run bench:runtime -->", "<!-- end of figures -->"];

function writeReadme(text: string): void {
  const before = readFileSync(readme, "utf8");
  const [start, end] = [before.indexOf(opening), before.indexOf(closing)];
  if (start < 0 || end < start) throw new Error(`${readme} has no ${opening} … ${closing} to write between`);
  writeFileSync(readme, `${before.slice(0, start + opening.length)}\n\n${text}\n\n${before.slice(end)}`);
}

const load = (): string =>
  loadavg()
    .slice(0, 1)
    .map((value) => value.toFixed(1))
    .join(" ");
const tell = (line: string): void => void process.stderr.write(`${line}\n`);

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    records: { type: "string", default: "30000" },
    orders: { type: "string", default: "200" },
    only: { type: "string" },
    events: { type: "string" },
    write: { type: "boolean", default: false },
  },
});
const [rounds, records, orders] = [Number(values.rounds), Number(values.records), Number(values.orders)];
if (![rounds, records, orders].every((value) => Number.isSafeInteger(value) && value > 0))
  throw new RangeError("--rounds, --records and --orders are whole numbers above zero.");
const events = Number(values.events ?? (values.only === "long" ? 1_000_000 : 0));
if (!Number.isSafeInteger(events) || events < 0) throw new RangeError("--events is a whole number.");
if (!["client", "saga", "long", undefined].includes(values.only))
  throw new RangeError("--only takes client, saga or long.");
const asked = (part: "client" | "saga" | "long"): boolean => (values.only ?? part) === part;

const loadBefore = load();
const place = await openPlace();
try {
  const parts: string[] = [];
  if (asked("client")) parts.push(clientTable(await measureRounds(place, rounds, records, tell), records));
  if (asked("saga")) {
    const on = async (environment: Record<string, string>): Promise<SagaFigures> =>
      measureSaga(environment, { single: 30, orders });
    tell("the saga on the embedded database");
    const embedded = await on({ DATABASE_URL: "", KAFKA_BROKERS: "" });
    tell("the saga on Kafka and PostgreSQL");
    const kafka = await on({ DATABASE_URL: await place.newDatabase("shop"), KAFKA_BROKERS: place.brokers.join(",") });
    parts.push(
      sagaTable([
        ["embedded", embedded],
        ["Kafka and PostgreSQL", kafka],
      ]),
    );
  }
  if (asked("long") && events > 0) {
    const url = await place.newDatabase("long");
    parts.push(longText(await longRun({ ...place, url }, events, tell)));
  }
  const machine = `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? "CPU"}, Node ${process.version}, load average ${loadBefore} before and ${load()} after. Broker, database and the measured process share the machine; PostgreSQL waits for its disk at each commit, Kafka does not.`;
  const text = [`Measured on ${new Date().toISOString().slice(0, 10)}: ${machine}`, ...parts].join("\n\n");
  process.stdout.write(`${text}\n`);
  if (values.write) writeReadme(text);
} finally {
  await place.close();
}
