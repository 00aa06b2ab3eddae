/** A short torture of the real shop. The long one is `npm run torture -- --minutes 30 --kafka`. */
import { expect, test } from "@jest/globals";
import { torture, type TortureOptions } from "../scripts/torture/run.ts";

const short = { seed: 20_260_115, rate: 3, calmSeconds: 300, tell: () => undefined } as const;

async function survives(options: Pick<TortureOptions, "mode" | "loadMs" | "peaceMs">): Promise<void> {
  // A broker and a server of its own: it stops them.
  const given = { DATABASE_URL: process.env["DATABASE_URL"], KAFKA_BROKERS: process.env["KAFKA_BROKERS"] };
  for (const name of Object.keys(given)) delete process.env[name];
  try {
    const { anomalies, report, run } = await torture({ ...short, ...options });
    // The report says what was broken, where a number would not.
    if (anomalies > 0) throw new Error(report);
    expect(run.seen.orders.size).toBeGreaterThan(10);
    const suffered = new Set(run.injected.map(({ kind }) => kind));
    for (const kind of ["kill -9", "clock wrong from the start", "clock jumps forwards", "clock jumps backwards"])
      expect(suffered).toContain(kind);
  } finally {
    for (const [name, value] of Object.entries(given)) if (value !== undefined) process.env[name] = value;
  }
}

test(
  "the shop in one process keeps every promise through kills at any moment and a clock that jumps",
  () => survives({ mode: "embedded", loadMs: 20_000, peaceMs: [1_000, 4_000] }),
  420_000,
);

test(
  "the shop on Kafka and PostgreSQL keeps every promise through kills, freezes, outages of both and clocks that are hours apart",
  () => survives({ mode: "kafka", loadMs: 45_000, peaceMs: [1_000, 4_000] }),
  720_000,
);
