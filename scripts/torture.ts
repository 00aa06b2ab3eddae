// `npm run torture`: the real shop under load while everything it stands on breaks, then the question whether all it
// promised held. `-- --help` tells the rest.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Mode } from "./torture/place.ts";
import { torture } from "./torture/run.ts";

const help = `npm run torture -- [--minutes 30] [--kafka | --postgres] [--seed N] [--faults RE] [--rate 5] [--report FILE]

Runs the shop, places orders, breaks things, waits until nothing moves, and checks every promise.
Processes are killed and frozen, what they stand on goes away, and their clocks are up to two hours wrong and jump.
Ends with 1 when one was broken, and prints a report in Markdown.

  --minutes N   how long orders come and things break (30)
  --kafka       every service as a process of its own on a real Kafka and a real PostgreSQL, both ours to break
  --postgres    the same without Kafka: the log in PostgreSQL
                (without either: the whole shop as one process on the embedded database)
  --seed N      what is ordered and what breaks, in which order (drawn when left out; timing stays the machine's)
  --faults RE   only faults whose name fits this regular expression, "Kafka|clock", say
  --rate N      orders a second, about (5)
  --calm N      seconds that everything may take to come to rest afterwards (240)
  --report FILE also write the report there
  --logs DIR    keep all that the processes print, warnings included, a file for each`;

// The first signal ends everything in order, the second at once.
const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, () => (interrupted.signal.aborted ? process.exit(130) : interrupted.abort()));
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} ${text} is not a number above 0.`);
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "30" },
      kafka: { type: "boolean", default: false },
      postgres: { type: "boolean", default: false },
      seed: { type: "string" },
      faults: { type: "string" },
      rate: { type: "string", default: "5" },
      calm: { type: "string", default: "240" },
      report: { type: "string" },
      logs: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  if (values.kafka && values.postgres) throw new Error("Give --kafka or --postgres, not both: --kafka has both.");
  const mode: Mode = values.kafka ? "kafka" : values.postgres ? "postgres" : "embedded";
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : Number(values.seed);
  if (!Number.isSafeInteger(seed)) throw new Error(`--seed ${values.seed} is not a whole number.`);
  console.error(`Seed ${seed}.`);
  const logs = values.logs === undefined ? undefined : resolve(values.logs);
  if (logs !== undefined) mkdirSync(logs, { recursive: true });
  const { anomalies, report } = await torture({
    mode,
    seed,
    loadMs: positive("minutes", values.minutes) * 60_000,
    rate: positive("rate", values.rate),
    logs,
    calmSeconds: positive("calm", values.calm),
    peaceMs: [2_000, 9_000],
    only: values.faults === undefined ? undefined : new RegExp(values.faults, "i"),
    tell: (line) => console.error(line),
    signal: interrupted.signal,
  });
  console.log(report);
  if (values.report !== undefined) {
    const file = resolve(values.report);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, report);
  }
  if (anomalies > 0) process.exitCode = 1;
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
