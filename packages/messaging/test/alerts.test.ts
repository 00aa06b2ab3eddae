import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "@jest/globals";
import { pino } from "pino";
import { Registry } from "prom-client";
import { parse } from "yaml";
import {
  alertMetrics,
  incidentMemory,
  pagerDutySink,
  slackSink,
  thresholds,
  watchRuntime,
  type IncidentMemory,
  type Sink,
  type Watch,
  type WatchSettings,
} from "../src/alerts/index.ts";
import { readingsOf, type Figures } from "../src/alerts/conditions.ts";
import { rateWindow } from "../src/alerts/figures.ts";
import { adopted, look, type Incidents } from "../src/alerts/incidents.ts";
import { systemClock, type Database } from "../src/index.ts";
import { createMetrics, type Metrics } from "../src/runtime/metrics.ts";
import { embeddedForTests, wipe } from "./support/embedded.ts";
import { until } from "./support/world.ts";

const healthy: Figures = {
  service: "stock",
  deadLetters: 0,
  lag: 0,
  parkedKeys: 0,
  outboxAgeSeconds: 0,
  failed: 0,
  done: 0,
};

describe("an incident", () => {
  /** Tells the values of lag, one a second, to the pure rule; answers what happened when. */
  const told = (lags: readonly number[], before: Incidents = new Map()): string[] => {
    let incidents = before;
    return lags.flatMap((lag, second) => {
      const readings = readingsOf({ ...healthy, lag }, undefined, thresholds, 3_000);
      const seen = look(incidents, readings, second * 1_000, 2_000);
      incidents = seen.incidents;
      return seen.changes
        .filter(({ kind }) => kind !== "touch")
        .map(({ kind, reading }) => `${kind} ${reading.key} at ${second}`);
    });
  };

  test("begins when the threshold was reached for long enough, and ends when it was calm for long enough", () => {
    expect(told([0, 1_000, 1_200, 5_000, 1_000, 900, 400, 0, 0, 0])).toEqual([
      "open stock/lag at 4",
      "close stock/lag at 8",
    ]);
  });

  test("is not begun by a spell", () => {
    expect(told([2_000, 2_000, 900, 2_000, 2_000, 0, 2_000])).toEqual([]);
  });

  test("is one incident while the value wavers around the threshold", () => {
    expect(told([1_100, 1_100, 1_100, 1_100, 990, 1_010, 700, 1_400, 450, 600, 1_000, 1_200, 0, 0, 0])).toEqual([
      "open stock/lag at 3",
      "close stock/lag at 14",
    ]);
  });

  test("that another process began is ended without being begun again", () => {
    expect(told([3_000, 3_000, 3_000, 3_000, 3_000, 0, 0, 0], adopted(["stock/lag"]))).toEqual([
      "close stock/lag at 7",
    ]);
  });

  test("of dead letters begins at once, and its sentence says what to do", () => {
    const [reading] = readingsOf({ ...healthy, deadLetters: 2 }, undefined, thresholds, 60_000);
    expect(reading).toMatchObject({ key: "stock/deadLetters", over: true, forMs: 0, severity: "critical" });
    expect(reading?.summary).toMatch(/stock: 2 open dead letters.*redrive/);
  });

  test("does not exist for a condition that is switched off", () => {
    const keys = readingsOf(healthy, undefined, { ...thresholds, lag: 0 }, 0).map(({ key }) => key);
    expect(keys).toEqual(["stock/deadLetters", "stock/parkedKeys", "stock/outboxAgeSeconds", "stock/failureRate"]);
  });
});

describe("the failure rate", () => {
  test("is that of the window, not of the whole life of the process", () => {
    const rate = rateWindow(60_000);
    expect(rate({ ...healthy, failed: 0, done: 100_000 }, 0)).toBeUndefined();
    expect(rate({ ...healthy, failed: 50, done: 100_050 }, 30_000)).toEqual({ failed: 50, runs: 100 });
    expect(rate({ ...healthy, failed: 50, done: 100_150 }, 95_000)).toEqual({ failed: 0, runs: 100 });
  });

  test("is unknown while too little happens to speak of a rate", () => {
    const rate = rateWindow(60_000);
    rate(healthy, 0);
    expect(rate({ ...healthy, failed: 5 }, 1_000)).toBeUndefined();
  });
});

interface Taken {
  readonly path: string;
  readonly body: Record<string, unknown>;
}

/** A real HTTP server that answers what `answers` says next (200 by default; 0: never). */
async function endpoint(answers: number[] = []): Promise<{ url: string; taken: Taken[]; close(): void }> {
  const taken: Taken[] = [];
  const server: Server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const status = answers.shift() ?? 200;
      if (status === 0) return;
      if (status < 300) taken.push({ path: request.url ?? "", body: JSON.parse(text) as Record<string, unknown> });
      response.writeHead(status).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const opened = {
    url: `http://127.0.0.1:${port}`,
    taken,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
  open.push(opened);
  return opened;
}

const open: { close(): void }[] = [];
const watches: Watch[] = [];
let database: Database;
beforeAll(async () => {
  database = await embeddedForTests();
});
afterEach(async () => {
  await Promise.all(watches.splice(0).map((watch) => watch.stop(0)));
  for (const one of open.splice(0)) one.close();
  await wipe(database);
});
afterAll(() => database.close());

interface Watched {
  readonly metrics: Metrics;
  readonly watch: Watch;
  deadLetters(count: number): void;
  /** How often the figures were read. */
  looks(): number;
}

const quick: Partial<WatchSettings> = {
  everyMs: 10,
  patienceMs: 0,
  calmMs: 30,
  outbound: { timeoutMs: 2_000, backoffMs: [10, 40], mostWaiting: 100 },
};

function watching(sinks: readonly Sink[], memory: IncidentMemory = incidentMemory(database), link?: string): Watched {
  const registry = new Registry();
  const figures = { deadLetters: 0, reads: 0 };
  const metrics = createMetrics(registry, async () => {
    figures.reads += 1;
    metrics.deadLetters.set({ service: "stock" }, figures.deadLetters);
  });
  const runtime = { registry, clock: systemClock, logger: pino({ level: "silent" }), services: [{ name: "stock" }] };
  const watch = watchRuntime({ runtime, sinks, memory, link, settings: quick });
  watches.push(watch);
  return {
    metrics,
    watch,
    deadLetters: (count) => void (figures.deadLetters = count),
    looks: () => figures.reads,
  };
}

describe("people", () => {
  test("are told once in Slack and PagerDuty when something begins, and once when it ends", async () => {
    const slack = await endpoint();
    const pagerDuty = await endpoint();
    const sinks = [slackSink(`${slack.url}/hook`), pagerDutySink(`${pagerDuty.url}/v2/enqueue`, "the-key")];
    const shop = watching(sinks, incidentMemory(database), "http://console.example/ops");
    shop.deadLetters(3);
    await until(() => slack.taken.length === 1 && pagerDuty.taken.length === 1);
    shop.deadLetters(5);
    shop.deadLetters(0);
    await until(() => slack.taken.length === 2 && pagerDuty.taken.length === 2);
    expect(slack.taken.map(({ path, body }) => [path, body["text"]])).toEqual([
      [
        "/hook",
        expect.stringMatching(/^🔴 Critical: stock: [35] open dead letters.*\n<http:\/\/console.example\/ops\|/),
      ],
      ["/hook", expect.stringMatching(/^✅ Resolved: stock/)],
    ]);
    const [trigger, resolve] = pagerDuty.taken.map(({ body }) => body);
    expect(trigger).toMatchObject({
      routing_key: "the-key",
      event_action: "trigger",
      dedup_key: "eventpact/stock/deadLetters",
      payload: { severity: "critical", source: "stock", class: "deadLetters", custom_details: { threshold: 1 } },
      links: [{ href: "http://console.example/ops" }],
    });
    expect(resolve).toEqual({
      routing_key: "the-key",
      event_action: "resolve",
      dedup_key: "eventpact/stock/deadLetters",
    });
  });

  test("are told of failing handlers", async () => {
    const slack = await endpoint();
    const shop = watching([slackSink(slack.url)]);
    const runs = (result: string, count: number) =>
      shop.metrics.attempts.inc({ service: "stock", event: "Placed.v1", result }, count);
    // The first look is where the window begins: everything after it counts.
    await until(() => {
      runs("failed", 30);
      runs("done", 70);
      return slack.taken.length === 1;
    });
    expect(slack.taken[0]?.body["text"]).toMatch(/30 % of handler runs fail/);
  });

  test("are told by one of two processes, and by neither again after a restart", async () => {
    const slack = await endpoint();
    const [one, other] = [watching([slackSink(slack.url)]), watching([slackSink(slack.url)])];
    one.deadLetters(1);
    other.deadLetters(1);
    await until(() => slack.taken.length === 1);
    await one.watch.stop();
    await other.watch.stop();
    const heir = watching([slackSink(slack.url)]);
    heir.deadLetters(1);
    await until(() => heir.looks() > 20);
    heir.deadLetters(0);
    await until(() => slack.taken.length > 1);
    expect(slack.taken.map(({ body }) => String(body["text"]).split(" ")[1])).toEqual(["Critical:", "Resolved:"]);
    expect(await incidentMemory(database).open(["stock"])).toEqual([]);
  });

  test("are told all the same when the database cannot say who tells", async () => {
    const slack = await endpoint();
    const gone = () => Promise.reject(new Error("the database is gone"));
    const shop = watching([slackSink(slack.url)], { open: gone, claim: gone, touch: gone, release: gone });
    shop.deadLetters(1);
    await until(() => slack.taken.length === 1);
    shop.deadLetters(0);
    await until(() => slack.taken.length === 2);
  });
});

describe("an endpoint", () => {
  test("that never answers blocks nothing and nobody else", async () => {
    const dead = await endpoint(Array.from({ length: 1_000 }, () => 0));
    const alive = await endpoint();
    const shop = watching([slackSink(dead.url), slackSink(alive.url)]);
    for (const [round, count] of [1, 0, 2, 0].entries()) {
      shop.deadLetters(count);
      await until(() => alive.taken.length === round + 1);
    }
    await shop.watch.stop(50);
    expect(dead.taken).toEqual([]);
  });

  test("that is in trouble is asked again until it takes the alert, and hears of the end after the beginning", async () => {
    const flaky = await endpoint([503, 429, 0, 500]);
    const shop = watching([slackSink(flaky.url)]);
    shop.deadLetters(1);
    await until(() => flaky.taken.length === 1);
    shop.deadLetters(0);
    await until(() => flaky.taken.length === 2);
    expect(flaky.taken.map(({ body }) => String(body["text"]).split(" ")[1])).toEqual(["Critical:", "Resolved:"]);
  });

  test("that refuses an alert hears the next one all the same", async () => {
    const strict = await endpoint([400]);
    const shop = watching([slackSink(strict.url)]);
    shop.deadLetters(1);
    await until(async () => (await incidentMemory(database).open(["stock"])).length === 1);
    shop.deadLetters(0);
    await until(() => strict.taken.some(({ body }) => /Resolved/.test(String(body["text"]))));
  });
});

describe("the files for Prometheus and Grafana", () => {
  const registry = new Registry();
  createMetrics(registry, async () => undefined);
  const known = new Map(
    registry.getMetricsAsArray().map((metric) => [metric.name, metric as unknown as { labelNames: string[] }]),
  );
  const file = (path: string): string => readFileSync(new URL(`../../../deploy/${path}`, import.meta.url), "utf8");
  const rules = (
    parse(file("prometheus/alerts.yaml")) as { groups: { rules: { alert: string; expr: string; for?: string }[] }[] }
  ).groups.flatMap((group) => group.rules);
  const dashboard = JSON.parse(file("grafana/eventpact.json")) as {
    panels: { id: number; targets: { expr: string }[] }[];
  };
  const expressions = [
    ...rules.map(({ expr }) => expr),
    ...dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ];

  test("ask only for metrics and labels that the runtime shows", () => {
    const extra = new Set(["le"]);
    for (const expression of expressions) {
      const names = [...expression.matchAll(/\beventpact_\w+/g)].map(([name]) =>
        name.replace(/_(bucket|sum|count)$/, ""),
      );
      expect(names.length).toBeGreaterThan(0);
      const labels = names.flatMap((name) => known.get(name)?.labelNames ?? [`no metric ${name}`]);
      const asked = [...expression.matchAll(/\bby \(([^)]*)\)|\{([^}]*)\}/g)].flatMap(([, by, where]) =>
        by === undefined ? (where ?? "").split(/,(?=\w+=)/).map((pair) => pair.split("=")[0] ?? "") : by.split(/,\s*/),
      );
      expect(asked.filter((label) => !labels.includes(label) && !extra.has(label))).toEqual([]);
      expect(names.filter((name) => !known.has(name))).toEqual([]);
    }
    expect(expressions.length).toBeGreaterThan(20);
  });

  test("leave no metric of the runtime out of the dashboard", () => {
    const shown = dashboard.panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(" ");
    expect([...known.keys()].filter((name) => !shown.includes(name))).toEqual([]);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });

  test("have the thresholds that the runtime's own alerts have", () => {
    const of = (metric: string): number[] =>
      rules.filter(({ expr }) => expr.includes(metric)).map(({ expr }) => Number(/>= ([\d.]+)/.exec(expr)?.[1]));
    expect({
      deadLetters: of(alertMetrics.deadLetters)[0],
      lag: of(alertMetrics.lag)[0],
      parkedKeys: of(alertMetrics.parkedKeys)[0],
      outboxAgeSeconds: of(alertMetrics.outboxAge)[0],
      failureRate: of(alertMetrics.attempts)[0],
    }).toEqual(thresholds);
  });
});
