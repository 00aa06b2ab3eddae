// A process of its own, since it runs the code of a service: loads its module, tries its upcasters, writes what it found.
// Arguments: a file with a `TrialRequest`, a file for the `TrialReport`.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Script } from "node:vm";
import { locate, placeInStack } from "./locate.ts";
import { Endless, instancesFor, tryUpcaster } from "./try-upcaster.ts";
import type { Limited, Upcast } from "./try-upcaster.ts";
import type { TrialReport, TrialRequest, TriedUpcaster } from "./types.ts";

async function report({ module, service, events, answerMs }: TrialRequest): Promise<TrialReport> {
  let loaded: object;
  try {
    loaded = (await import(pathToFileURL(module).href)) as object;
  } catch (error) {
    const place = placeInStack(error);
    const problem = error instanceof Error ? error.message : String(error);
    return { problem, ...(place ? { place } : {}), upcasters: [] };
  }
  const shown = upcastersIn(loaded, service);
  if (shown === undefined)
    return { problem: `it exports neither a service "${service}" nor a list "upcasters"`, upcasters: [] };
  const broken = shown.upcasters.findIndex((one) => !isUpcaster(one));
  if (broken >= 0) return { problem: `upcaster ${broken + 1} of its list is no { from, to, upcast }`, upcasters: [] };
  const limited = limitedTo(answerMs);
  return {
    ...(shown.handlers ? { handlers: shown.handlers } : {}),
    upcasters: (shown.upcasters as readonly Upcaster[]).map(({ from, to, upcast }): TriedUpcaster => {
      const place = locate(upcast);
      const at = place ? { place } : {};
      const [older, newer] = [events[from], events[to]];
      if (older === undefined || newer === undefined) return { from, to, ...at, instances: 0, failures: [] };
      const { tried, failures } = tryUpcaster(upcast, instancesFor(older, newer), older, newer, limited);
      return { from, to, ...at, instances: tried, failures };
    }),
  };
}

interface Upcaster {
  readonly from: string;
  readonly to: string;
  readonly upcast: Upcast;
}

const isUpcaster = (value: unknown): value is Upcaster =>
  isRecord(value) &&
  typeof value["from"] === "string" &&
  typeof value["to"] === "string" &&
  typeof value["upcast"] === "function";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;

/** Those of the exported service of this name, else the exported list. */
function upcastersIn(
  loaded: object,
  service: string,
): { readonly upcasters: readonly unknown[]; readonly handlers?: readonly string[] } | undefined {
  for (const value of Object.values(loaded) as readonly unknown[]) {
    if (!isRecord(value) || value["name"] !== service || !isRecord(value["handlers"])) continue;
    const upcasters = value["upcasters"] ?? [];
    if (Array.isArray(upcasters)) return { upcasters, handlers: Object.keys(value["handlers"]) };
  }
  const { upcasters } = loaded as { readonly upcasters?: unknown };
  return Array.isArray(upcasters) ? { upcasters } : undefined;
}

/** Code that never waits can be stopped from outside only: the watchdog of a script reaches it. */
function limitedTo(milliseconds: number): Limited {
  const holder = globalThis as { eventpactWork?: () => void };
  const script = new Script("globalThis.eventpactWork()");
  return <Result>(work: () => Result): Result => {
    const done: Result[] = [];
    holder.eventpactWork = () => void done.push(work());
    try {
      script.runInThisContext({ timeout: milliseconds, displayErrors: false });
    } catch (error) {
      if (isRecord(error) && error["code"] === "ERR_SCRIPT_EXECUTION_TIMEOUT")
        throw new Endless(`it did not answer within ${milliseconds / 1000} s`);
      throw error;
    }
    return done[0] as Result;
  };
}

const [requestFile = "", reportFile = ""] = process.argv.slice(2);
const request = JSON.parse(readFileSync(requestFile, "utf8")) as TrialRequest;
writeFileSync(reportFile, JSON.stringify(await report(request)));
process.exit(0);
