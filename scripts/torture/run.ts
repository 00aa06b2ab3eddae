import { setTimeout as delay } from "node:timers/promises";
import { untilCalm } from "./calm.ts";
import { explain } from "./explain.ts";
import { furnish, startCustomers } from "./customers.ts";
import { startMisfortune } from "./faults.ts";
import { judgeClocks } from "./judge-clocks.ts";
import { judgeDelivery } from "./judge-delivery.ts";
import { judgeShop } from "./judge-shop.ts";
import { newLedger, type Ledger } from "./ledger.ts";
import { startMailServer } from "./mail-server.ts";
import { observe, type Observation } from "./observe.ts";
import { ORDER_PATIENCE_MS, startPlace, type Mode, type Place } from "./place.ts";
import { seededRandom } from "./random.ts";
import { reportOf, type Run } from "./report.ts";
import { findingOf } from "./verdict.ts";
import { clocksFrom } from "./clocks.ts";

export interface TortureOptions {
  readonly mode: Mode;
  /** How long orders come and things break. */
  readonly loadMs: number;
  readonly seed: number;
  /** Orders a second. */
  readonly rate: number;
  /** Milliseconds of peace between two faults: least and most. */
  readonly peaceMs: readonly [number, number];
  /** Only faults whose kind fits; all without it. */
  readonly only?: RegExp | undefined;
  /** How long everything may take to come to rest afterwards. */
  readonly calmSeconds: number;
  /** A folder for all that the processes print, warnings included. */
  readonly logs?: string | undefined;
  readonly tell: (line: string) => void;
  /** Ends the run early, with everything stopped and removed; `torture` rejects then. */
  readonly signal?: AbortSignal | undefined;
}

export interface Torture {
  /** How many anomalies were found. */
  readonly anomalies: number;
  /** Markdown. */
  readonly report: string;
  readonly run: Run;
}

const open = new Set(["CREATED", "PAID", "CONFIRMED", "SHIPPED"]);

/** Asks for orders until each has ended; those that have are not asked for again. */
function settling({ doors }: Place, { placings }: Ledger, signal?: AbortSignal): () => Promise<boolean> {
  const ended = new Set<string>();
  return async () => {
    signal?.throwIfAborted();
    const ids = placings.flatMap(({ orderIds }) => [...orderIds]).filter((orderId) => !ended.has(orderId));
    for (const orderId of ids) {
      try {
        const answer = await fetch(`${doors.order[0]}/orders/${orderId}`, { signal: AbortSignal.timeout(5_000) });
        const { status } = (await answer.json()) as { status?: string };
        // An unknown order is for the judge, not a reason to wait.
        if (!answer.ok && answer.status !== 404) return false;
        if (status !== undefined && open.has(status)) return false;
        ended.add(orderId);
      } catch {
        return false;
      }
    }
    return true;
  };
}

/** Orders and faults for `loadMs`, then rest. Answers all but the verdict. */
async function suffer(place: Place, options: TortureOptions, surprises: string[], onSurprise: (what: string) => void) {
  const { rate, loadMs, tell, signal, peaceMs, calmSeconds } = options;
  const random = seededRandom(options.seed);
  const ledger = newLedger();
  await furnish(place.doors, ledger);
  const customers = startCustomers(place.doors, ledger, random.fork("customers"), rate);
  const misfortune = startMisfortune(place, random.fork("faults"), {
    peaceMs,
    tell,
    only: options.only,
    onAnomaly: onSurprise,
  });
  await delay(loadMs, undefined, { signal });
  await misfortune.end();
  const ended = Date.now();
  tell("No more faults; waiting until nothing moves …");
  await customers.leave(calmSeconds);
  await Promise.all(place.members.map((member) => member.untilReady(calmSeconds)));
  const unrest = await untilCalm(place, settling(place, ledger, signal), calmSeconds, tell);
  if (unrest !== undefined) {
    const { behind, ...sums } = unrest;
    surprises.push(`Something still moved after ${calmSeconds} s: ${JSON.stringify(sums)}`);
    surprises.push(...(await explain(place, behind)));
    for (const member of place.members) tell(`-- ${member.name}:\n${member.output()}`);
  }
  const { injected } = misfortune;
  const { failedTries } = customers;
  const calmMs = Date.now() - ended;
  return { ledger, injected, failedTries, calmMs };
}

async function inspected(place: Place): Promise<Observation> {
  const { database, transport } = await place.open();
  try {
    return await observe(database, transport);
  } finally {
    await transport.close(5_000);
    await database.close();
  }
}

/** Runs the shop under load and misfortune, lets it come to rest, and judges what is left. */
export async function torture(options: TortureOptions): Promise<Torture> {
  const { mode, seed, rate, loadMs, tell } = options;
  const surprises: string[] = [];
  const refused: string[] = [];
  const began = Date.now();
  const onSurprise = (what: string): void => {
    tell(`!! ${what}`);
    surprises.push(what);
  };
  const mail = await startMailServer();
  let place: Place | undefined;
  try {
    tell(`Starting the shop (${mode}) …`);
    place = await startPlace({
      mode,
      mail,
      clockMs: clocksFrom(seededRandom(seed).fork("clocks"), options.only),
      logs: options.logs,
      onSurprise,
      onRefused: (why) => void refused.push(why),
      tell,
    });
    const suffered = await suffer(place, options, surprises, onSurprise);
    const starts = new Map(place.members.map((member) => [member.name, member.starts]));
    surprises.push(...(await place.stop()));
    const seen = await inspected(place);
    const { ledger } = suffered;
    const inOrder = findingOf("processes end only when told to, and everything comes to rest", (broken) => {
      for (const surprise of surprises) broken(surprise);
      return starts.size;
    });
    const times = mode === "embedded" ? undefined : { began, ended: Date.now(), patienceMs: ORDER_PATIENCE_MS };
    const findings = [
      ...judgeShop(ledger, seen, mail.taken),
      ...judgeDelivery(seen),
      ...judgeClocks(seen, times),
      inOrder,
    ];
    const run: Run = { mode, seed, rate, loadMs, starts, refused, seen, taken: mail.taken, findings, ...suffered };
    const anomalies = findings.reduce((sum, finding) => sum + finding.anomalies.length, 0);
    return { anomalies, report: reportOf(run), run };
  } finally {
    await place?.close();
    await mail.close();
  }
}
