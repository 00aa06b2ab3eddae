// `npm run kafka`: a real Apache Kafka 4 for development, until ^C. `-- --help` tells the rest.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { startKafka } from "./kafka/start.ts";

const help = `npm run kafka -- [--port 9092] [--data .data/kafka] [--json]

Starts one Apache Kafka broker (KRaft) on loopback and keeps it until ^C:
the one of KAFKA_BROKERS if that is set (it is only checked), else in Docker, else on Java 17 or newer.

  --port N    the port on 127.0.0.1 (9092; 0 takes a free one)
  --data DIR  where topics are kept (.data/kafka; not used with Docker)
  --json      one line of JSON when ready: {"brokers":["127.0.0.1:9092"],"pid":1234,"source":"java"}`;

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: "string", default: "9092" },
      data: { type: "string", default: join(import.meta.dirname, "..", ".data", "kafka") },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(help);
    return;
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`--port ${values.port} is not a port.`);
  const stopped = new Promise<void>((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => resolve());
  });
  const kafka = await startKafka({ port, dataDir: values.data, tell: (line) => console.error(line) });
  const { brokers, pid, source } = kafka;
  if (values.json) console.log(JSON.stringify({ brokers, ...(pid === undefined ? {} : { pid }), source }));
  else
    console.log(
      `Kafka answers at ${brokers.join(",")}. In another terminal: export KAFKA_BROKERS=${brokers.join(",")}`,
    );
  if (source === "environment") return;
  // Something must keep this process alive while it only waits for a signal.
  const alive = setInterval(() => undefined, 60_000);
  const died = await Promise.race([stopped, kafka.died]);
  clearInterval(alive);
  if (died === undefined) console.error("Stopping …");
  await kafka.close();
  if (died !== undefined) throw new Error(died);
}

try {
  await run();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
