// `npm run load`: places thousands of orders in a running shop, lets some fail and some customers change their mind, and
// checks afterwards that everything adds up. `-- --help` tells the rest.
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { isLoopback } from "@eventpact/host";
import { furnish, placeOrders, readBooks, watchOrders, type Run } from "./load/customers.ts";
import { booksFaults, judge } from "./load/judge.ts";
import { hasEnded, type Books } from "./load/ledger.ts";
import { report } from "./load/report.ts";
import { shopAt } from "./load/shop.ts";
import { seededRandom } from "./torture/random.ts";

const help = `npm run load -- [--orders 1000] [--rate 20] [--url http://127.0.0.1:3000] [--seed N] [--settle 120]

Places orders in a running shop (\`npm start\`): some cannot be paid, some are out of stock, some are cancelled at a stage
drawn at random, some are submitted three times under one Idempotency-Key. Then waits until every order has ended and
checks that each ended as its customer was told, and that stock and money are conserved. Ends with 1 when not.

  --orders N     how many, at most 100000 (1000)
  --rate N       orders a second, at most 1000 (20); the shop takes 6000 requests a minute from one address unless
                 REQUESTS_PER_MINUTE says otherwise, and an order needs about three
  --url URL      the shop, or the gateway in front of it (http://127.0.0.1:3000)
  --anywhere     the shop may be on another machine; it gets the same load
  --seed N       what is ordered and cancelled (drawn when left out)
  --settle N     seconds without any movement after which the rest counts as stuck (120)

OPS_TOKEN is sent when it is set. ^C stops ordering, waits for what was ordered, and reports; a second one ends at once.`;

const options = {
  orders: { type: "string", default: "1000" },
  rate: { type: "string", default: "20" },
  url: { type: "string", default: "http://127.0.0.1:3000" },
  anywhere: { type: "boolean", default: false },
  seed: { type: "string" },
  settle: { type: "string", default: "120" },
  help: { type: "boolean", default: false },
} as const;

function number(name: string, text: string, most: number): number {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0 && value <= most) return value;
  throw new Error(`--${name} ${text} is not a number above 0 and up to ${most}.`);
}

function target(url: string, anywhere: boolean): string {
  if (!URL.canParse(url)) throw new Error(`--url ${url} is not an address; http://127.0.0.1:3000 is one.`);
  const { hostname, origin } = new URL(url);
  if (anywhere || isLoopback(hostname.replace(/^\[|\]$/g, ""))) return origin;
  throw new Error(`${hostname} is not this machine. Add --anywhere if it is yours and may be put under load.`);
}

/** Says once a second on a terminal, every five elsewhere, how far it is. */
function showProgress({ ledger, shop }: Run, orders: number): () => void {
  const began = performance.now();
  const line = (): string => {
    const accepted = ledger.placings.filter(({ orderIds }) => orderIds.length > 0);
    const ended = accepted.filter(hasEnded);
    const delivered = ended.filter(({ seen }) => seen?.status === "DELIVERED").length;
    const seconds = Math.round((performance.now() - began) / 1_000);
    const held = shop.heldBack > 0 ? ` · held back ${shop.heldBack}` : "";
    return `${seconds} s: placed ${accepted.length}/${orders} · open ${accepted.length - ended.length} · delivered ${delivered} · cancelled ${ended.length - delivered}${held}`;
  };
  const terminal = process.stderr.isTTY;
  const show = (): boolean => process.stderr.write(terminal ? `\r\u001b[K${line()}` : `${line()}\n`);
  const timer = setInterval(show, terminal ? 1_000 : 5_000);
  return () => {
    clearInterval(timer);
    process.stderr.write(terminal ? `\r\u001b[K${line()}\n` : `${line()}\n`);
  };
}

/** The books once the last refunds and releases are in, or as they stand after half a minute. */
async function closeBooks(run: Run, before: Books): Promise<Books> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    const after = await readBooks(run);
    if (booksFaults(run.ledger.placings, before, after).length === 0 || performance.now() > deadline) return after;
    await delay(500);
  }
}

async function load(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const orders = Math.ceil(number("orders", values.orders, 100_000));
  const rate = number("rate", values.rate, 1_000);
  const patienceMs = number("settle", values.settle, 86_400) * 1_000;
  const url = target(values.url, values.anywhere);
  const seed = values.seed === undefined ? Date.now() % 1_000_000 : number("seed", values.seed, 2 ** 32);
  const stop = new AbortController();
  const giveUp = new AbortController();
  process.on("SIGINT", () => {
    if (stop.signal.aborted) process.exit(130);
    process.stderr.write("\nNo further orders; waiting for those that were placed. ^C again ends at once.\n");
    stop.abort();
  });
  const shop = shopAt(url, process.env["OPS_TOKEN"], giveUp.signal);
  const run: Run = {
    shop,
    ledger: { placings: [], refusals: [] },
    random: seededRandom(seed),
    name: Date.now().toString(36),
  };
  await fetch(`${url}/readyz`).catch(() => {
    throw new Error(`Nothing answers at ${url}. Start the shop with \`npm start\`, or say where it is with --url.`);
  });
  const before = await furnish(run, orders);
  const scarce = before.shelves.find(({ productId }) => productId === "espresso-machine")?.available ?? 0;
  console.error(`${orders} orders at ${rate} a second for ${url}, seed ${seed}.`);
  const quiet = showProgress(run, orders);
  let placing = true;
  const watching = watchOrders(run, () => placing, patienceMs);
  const seconds = await placeOrders(run, { orders, rate, scarce }, stop.signal, giveUp.signal);
  placing = false;
  await watching;
  quiet();
  const faults = judge(run.ledger, before, await closeBooks(run, before));
  const accepted = run.ledger.placings.filter(({ orderIds }) => orderIds.length > 0);
  console.log(report(accepted, { seconds, heldBack: shop.heldBack, failedTries: shop.failedTries }));
  console.log(
    faults.length === 0
      ? "\nStock and money are conserved, and every order ended as its customer was told."
      : `\n${faults.length} things do not add up:\n${faults
          .slice(0, 20)
          .map((fault) => `- ${fault}`)
          .join("\n")}`,
  );
  if (faults.length > 0) console.log("If somebody else used the shop meanwhile, its books cannot be judged.");
  return faults.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await load();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
