// `npm start`: generates what is stale, checks the schemas and what is known of the contracts, then serves the whole shop from this one process.
// `npm start -- --kafka` puts the events on a real Kafka (KAFKA_BROKERS, or one that is started here) instead of into
// the database; DATABASE_URL puts the data into a PostgreSQL server instead of the embedded one. `-- --split` runs each
// service as a process of its own, with a gateway in front.
// OTEL_EXPORTER_OTLP_ENDPOINT sends traces to a collector.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { constants, setPriority } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readEnvironment, runHost, serveSite } from "@eventpact/host";
import { main as eventpact } from "eventpact/cli";
import { startTracing } from "./otel/tracing.ts";

const root = join(import.meta.dirname, "..");
const site = join(root, ".cache", "docs");

/** Silent while all is well; what the toolchain said is shown when it stops the start. */
async function step(what: string, args: readonly string[]): Promise<void> {
  let said = "";
  const output = { write: (text: string) => void (said += text), isTerminal: process.stderr.isTTY };
  const code = await eventpact(args, {
    cwd: root,
    env: process.env,
    stdout: output,
    stderr: output,
    now: () => new Date(),
  });
  if (code === 0) return;
  console.error(`${said}\nThe shop was not started: ${what}. Mend what is said above and start again.`);
  process.exit(code);
}

const { values } = parseArgs({
  options: { kafka: { type: "boolean", default: false }, split: { type: "boolean", default: false } },
});

/** Processes cannot share the embedded database; what they have instead is a world of its own, with its own Kafka. */
const ownServer = values.split && (process.env["DATABASE_URL"] ?? "") === "";
const dataDir = resolve(process.env["DATA_DIR"] ?? join(root, ".data", ownServer ? "split" : ""));

interface Brokers {
  readonly env: NodeJS.ProcessEnv;
  /** Resolves with how the broker ended, if it ends without being told to. */
  readonly died: Promise<string>;
  close(): Promise<void>;
}

async function brokers(): Promise<Brokers> {
  const env = { ...process.env, DATA_DIR: dataDir };
  if (!values.kafka) return { env, died: new Promise(() => undefined), close: async () => undefined };
  const { startKafka } = await import("./kafka/start.ts");
  try {
    const kafka = await startKafka({ dataDir: join(dataDir, "kafka"), tell: (line) => console.error(line) });
    return { env: { ...env, KAFKA_BROKERS: kafka.brokers.join(",") }, died: kafka.died, close: () => kafka.close() };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nThe shop was not started.`);
    process.exit(2);
  }
}

/** In a process of its own with a low priority, so that the shop does not wait for it. Says whether it was built. */
async function buildSite(...more: readonly string[]): Promise<boolean> {
  const bin = join(root, "packages", "eventpact", "bin", "eventpact.js");
  const building = spawn(process.execPath, [bin, "docs", "--base", "/docs/", "--out", site, ...more], {
    cwd: root,
    stdio: ["ignore", "ignore", "pipe"],
  });
  process.once("exit", () => building.kill());
  if (building.pid !== undefined) setPriority(building.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  let said = "";
  building.stderr.on("data", (chunk: Buffer) => void (said = `${said}${chunk.toString()}`.slice(-2_000)));
  building.unref();
  const trouble = await once(building, "close").then(
    // Without a code it was ended by a signal: the shop is being stopped as well.
    ([code]) => (code === 0 || code === null ? "" : `It ended with ${code}.`),
    (error: unknown) => String(error),
  );
  if (trouble !== "")
    console.error(`The documentation could not be built; npm run docs tells more. ${trouble}\n${said}`);
  return trouble === "";
}

/**
 * The site; with the reference pages where their generator is there (`npm run docs -- --reference` fetches it), or where
 * EVENTPACT_REFERENCE=1 asks for it (0 does without): nobody's first start shall fetch 300 MB unasked. The rest does not
 * wait for them.
 */
async function buildDocs(): Promise<void> {
  const cache = join(root, ".cache");
  const isThere = existsSync(cache) && readdirSync(cache).some((name) => name.startsWith("asyncapi-generator"));
  const asked = process.env["EVENTPACT_REFERENCE"];
  const isWanted = asked === "1" || (isThere && asked !== "0");
  if (isWanted && existsSync(join(site, "reference.html"))) await buildSite("--reference");
  else if ((await buildSite()) && isWanted) await buildSite("--reference");
}

const welcome = (url: string): string => `The shop is open: ${url}

  ${url}/            place an order and follow it
  ${url}/ops         who tells whom, lag, dead letters, the story of an order
  ${url}/analytics   what became of the orders
  ${url}/docs/       every event, its versions, who sends and who hears it
  ${url}/emails      the letters that would have gone out

  curl -s ${url}/orders -H 'content-type: application/json' -d '{
    "customerId": "alice", "email": "alice@example.com",
    "items": [{ "productId": "ceramic-mug", "quantity": 1 }],
    "shippingAddress": { "name": "Alice Martin", "line1": "12 Rue des Lilas", "city": "Lyon", "postalCode": "69003", "country": "FR" }
  }'
  curl -s ${url}/orders/<orderId>

^C stops it; the data stays.`;

await step("the code made from the AsyncAPI documents could not be brought up to date", ["generate"]);
await step("the AsyncAPI documents have errors", ["check", "--only-documents"]);
// By what is known of the code as it is: a contract that was found broken stops the start, one that nobody has verified
// yet does not. `eventpact verify` finds out.
await step("a service does not keep its contracts", ["verify", "--known"]);

/** All services in this process, on one origin. */
async function together(env: NodeJS.ProcessEnv, closed: () => Promise<void>): Promise<string | undefined> {
  // Only now: the services import what was just generated.
  const { shop } = await import("./lib/shop.ts");
  const host = await runHost(() => ({
    services: shop,
    environment: readEnvironment(env, { port: 3000, dataDir: ".data" }),
    routes: (app) => serveSite(app, site, "/docs/"),
    closed,
  }));
  if (host === undefined) await closed();
  void kafkaDied.then(async (sentence) => {
    console.error(`${sentence}\nThe shop is closed; the data stays. Start it again when that is mended.`);
    await host?.close();
    process.exit(1);
  });
  return host?.url;
}

/** Each service in a process of its own. */
async function apart(env: NodeJS.ProcessEnv, closed: () => Promise<void>): Promise<string | undefined> {
  const { startSplit } = await import("./start/split.ts");
  const stopping = new AbortController();
  let close = async (_code: number): Promise<void> => stopping.abort();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (stopping.signal.aborted) process.exit(130);
      console.log("Stopping: every service finishes what runs, then closes …");
      stopping.abort();
      void close(0);
    });
  }
  try {
    const split = await startSplit({ env, site, tell: (line) => console.error(line), signal: stopping.signal });
    close = async (code) => {
      const drained = await split.close();
      if (!drained && code === 0)
        console.error("Not everything was finished in time; it will be done again at the next start.");
      await closed();
      process.exit(drained ? code : 1);
    };
    void Promise.race([split.broken, kafkaDied]).then((sentence) => {
      if (stopping.signal.aborted) return;
      stopping.abort();
      console.error(`${sentence}\nThe shop is closed; the data stays. Start it again when that is mended.`);
      return close(1);
    });
    return split.url;
  } catch (error) {
    if (!stopping.signal.aborted) console.error(error instanceof Error ? error.message : error);
    await closed();
    process.exit(stopping.signal.aborted ? 0 : 2);
  }
}

const { env, close, died: kafkaDied } = await brokers();
const endTracing = await startTracing({ OTEL_SERVICE_NAME: values.split ? "gateway" : "shop", ...process.env });
const closed = async (): Promise<void> => {
  await close();
  await endTracing();
};
const url = await (values.split ? apart(env, closed) : together(env, closed));
if (url !== undefined) {
  void buildDocs();
  console.log(welcome(url));
}
