import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { scratchRepository, type Scratch } from "./support/scratch.ts";

/** Verifying a producer takes seconds; on a machine that is busy with everything else, minutes. */
const LONG_MS = 900_000;
const DAY = 86_400_000;
/** How often Kafka looks for what is to be deleted. */
const CHECK = 300_000;
const begin = Date.now();
/** So many days from now. */
const day = (days: number): Date => new Date(begin + days * DAY);
/** The first whole day after a moment. */
const dayAfter = (moment: number): string => new Date(Math.ceil(moment / DAY) * DAY).toISOString().slice(0, 10);

const v1 = "asyncapi/events/order-delivered.v1.yaml";
const v2 = "asyncapi/events/order-delivered.v2.yaml";
const readers = ["analytics", "audit", "email", "tracking"];
const each = (services: readonly string[]): readonly string[] => services.flatMap((name) => ["--service", name]);

/** Its own field gets another name; nobody but email reads it. */
const rename = [
  ["shipmentId, deliveredAt]", "shipmentId, handedOverAt]"],
  ["        deliveredAt:", "        handedOverAt:"],
] as const;
const orderSaysIt = ["shipmentId, deliveredAt });", "shipmentId, handedOverAt: deliveredAt });"] as const;

let repository: Scratch;
beforeAll(() => {
  repository = scratchRepository();
});
afterAll(() => repository?.remove());

const eventpact = (today: Date, ...words: readonly string[]) => repository.eventpact(today, ...words);

/** Deploys by the repository's own script; what applies the manifest notes what it was given. */
async function deploy(service: string) {
  const [kubectl, log] = ["kubectl", "applied"].map((name) => join(repository.path, ".cache", name)) as [
    string,
    string,
  ];
  writeFileSync(kubectl, `#!/bin/sh\necho "$@" >> ${log}\ncat >> ${log}\n`, { mode: 0o755 });
  writeFileSync(log, "");
  const words = ["--to", "production", "--service", service, "--image", "registry.example/shop:2.0.0"];
  const told = await repository.script({ KUBECTL: kubectl }, "scripts/deploy.ts", ...words);
  return { ...told, applied: readFileSync(log, "utf8") };
}

/** The plan's lines about OrderDelivered. */
async function phases(today: Date): Promise<readonly string[]> {
  const { output } = await eventpact(today, "plan");
  const [, about = ""] = output.split("OrderDelivered.v1 → OrderDelivered.v2");
  return [...about.matchAll(/^ {4}(. \d\. \w+)/gm)].map(([, line]) => line ?? "");
}

describe("a field is renamed that only email reads", () => {
  beforeAll(async () => {
    repository.edit(v1, ...rename);
    repository.edit("services/order/src/domain.ts", orderSaysIt);
    await eventpact(day(0), "generate");
  });

  test("check breaks, at the line, with an event that shows it", async () => {
    const { exitCode, output } = await eventpact(day(0), "check");
    expect(exitCode).toBe(1);
    expect(output).toMatch(/order-delivered\.v1\.yaml:\d+:\d+: error: OrderDelivered\.v1: .*probably a rename/);
    expect(output).toMatch(
      /Breaks email \(data\.deliveredAt\)\. Old events are refused by new readers, such as \{"orderId":/,
    );
  });

  test("diff names email and the field, and shows that analytics is unaffected", async () => {
    const { exitCode, output } = await eventpact(day(0), "diff", "--against", "HEAD");
    expect(exitCode).toBe(1);
    expect(output).toContain("email breaks: reads data.deliveredAt");
    expect(output).toMatch(/unaffected: analytics/);
  });

  test(
    "verify fails: whose contract, which field, and where the schema speaks of it",
    async () => {
      const { exitCode, output } = await eventpact(day(0), "verify", "--provider", "order");
      expect(exitCode).toBe(1);
      expect(output).toMatch(
        /order-delivered\.v1\.yaml:\d+:\d+: error: order does not keep its contract with email: OrderDelivered\.v1 at \$\.data\.deliveredAt: It is missing/,
      );
      expect(output).toMatch(/^order .*✓ analytics \d+ .*✗ email \d+/m);
    },
    LONG_MS,
  );

  test("npm start refuses, and says which service does not keep which contract", async () => {
    const env = { PORT: "0", DATA_DIR: join(repository.path, ".data", "refused") };
    const { exitCode, output } = await repository.script(env, "scripts/start.ts");
    expect(exitCode).toBe(1);
    expect(output).toContain("order does not keep its contract with email");
    expect(output).toContain("The shop was not started: a service does not keep its contracts.");
  });

  test("can-i-deploy says no, and prints the way", async () => {
    const { exitCode, output } = await eventpact(day(0), "can-i-deploy", "--service", "order");
    expect(exitCode).toBe(1);
    expect(output).toMatch(/^May order \S+ go to production\? No\.$/m);
    expect(output).toMatch(
      /✗ email \S+ reads OrderDelivered\.v1 of order \S+: its contract needs \$\.data\.deliveredAt/,
    );
    expect(output).toContain("OrderDelivered.v1 → OrderDelivered.v2: side by side.");
    expect(output).toContain("▶ 1. Describe OrderDelivered.v2 beside OrderDelivered.v1");
  });
});

describe("the way that the plan shows", () => {
  test(
    "1. the second version beside the first: every reader takes both, and everything holds",
    async () => {
      repository.git("checkout", "--quiet", "--", ".");
      expect((await eventpact(day(0), "new", "version", "OrderDelivered")).exitCode).toBe(0);
      readBoth(repository);
      await eventpact(day(0), "generate");
      const contracts = await repository.script({}, "scripts/contracts.ts", ...readers);
      expect(contracts).toMatchObject({ exitCode: 0, output: expect.stringContaining("contracts, 4 changed") });
      expect(await eventpact(day(0), "verify", "--provider", "order", "--provider", "email")).toMatchObject({
        exitCode: 0,
      });
      expect(await eventpact(day(0), "check")).toMatchObject({ exitCode: 0 });
      repository.git("add", "--all");
      repository.git("commit", "--quiet", "--message=Say when the parcel was handed over");
      expect(await phases(day(0))).toEqual(["✓ 1. Describe", "▶ 2. Consumers", "· 3. Producers", "· 4. Retire"]);
    },
    LONG_MS,
  );

  test(
    "and the pull request passes: its comment says what changed and in which order it goes to production",
    async () => {
      const summary = join(repository.path, ".cache", "summary.md");
      const env = { GITHUB_STEP_SUMMARY: summary };
      const { exitCode, output } = await repository.script(env, "scripts/pull-request.ts", "--against", "HEAD~1");
      expect({ exitCode, output }).toEqual({ exitCode: 0, output: expect.stringContaining("✓ The way to production") });
      const comment = repository.read(".cache/summary.md");
      expect(comment).toContain("| ✅ | Contracts |");
      expect(comment).toMatch(
        /May this change go to production\? Yes\.\nIn this order:\n {2}1\. analytics, .*\n {2}2\. order\n/,
      );
      expect(comment).toContain("OrderDelivered.v2");
    },
    LONG_MS,
  );

  test("2. the consumers, one after the other; the producer waits for the last of them", async () => {
    const early = await deploy("order");
    expect(early.exitCode).toBe(1);
    expect(early.output).toMatch(/✗ email \S+ reads .*: it receives OrderDelivered\.v1, not OrderDelivered\.v2/);
    expect(early.output).toContain("order was not deployed to production.");
    expect(early.applied).toBe("");
    expect(await eventpact(day(0), "can-i-deploy", ...each(readers))).toMatchObject({ exitCode: 0 });
    for (const reader of readers) {
      expect((await phases(day(0)))[1]).toBe("▶ 2. Consumers");
      await eventpact(day(0), "record-deployment", "--service", reader, "--here", "--version", "2.0.0");
    }
    expect(await phases(day(0))).toEqual(["✓ 1. Describe", "✓ 2. Consumers", "▶ 3. Producers", "· 4. Retire"]);
  });

  test("3. the producer; and how long there is a way back", async () => {
    const { exitCode, output } = await eventpact(day(0), "can-i-deploy", "--service", "order");
    expect(exitCode).toBe(0);
    expect(output).toMatch(
      /to order \S+: yes, until \d{4}-\d\d-\d\d\. Until then every reader must read OrderDelivered\.v1/,
    );
    const deployed = await deploy("order");
    expect(deployed).toMatchObject({
      exitCode: 0,
      output: expect.stringMatching(/production: order 1\.0\.0\+[0-9a-f]{12} is deployed/),
    });
    expect(deployed.applied).toMatch(/^apply -f -\n[^]*name: order\n[^]*image: registry\.example\/shop:2\.0\.0\n/);
    expect(deployed.applied).toContain("rollout status deployment/order");
    expect(await phases(day(1))).toEqual(["✓ 1. Describe", "✓ 2. Consumers", "✓ 3. Producers", "▶ 4. Retire"]);
  });

  /** After the last sender had gone: a day in an outbox, a year in the topic and a week until its segment ended, the same as a dead letter. */
  const free = (): number => {
    const { past } = JSON.parse(repository.read("contracts/environments/production/order.json"));
    return Date.parse(past.at(-1).until) + (1 + 2 * (365 + 7)) * DAY + 2 * CHECK;
  };

  test("4. the first version goes too early: refused, with what is in the way and the day from which it may go", async () => {
    retire(repository);
    await eventpact(day(100), "generate");
    const check = await eventpact(day(100), "check");
    expect(check.exitCode).toBe(1);
    expect(check.output).toContain(
      `OrderDelivered.v1 left order-events, but production is not done with it: it may go from ${dayAfter(free())}. In the way: order-events may hold it, written by order `,
    );
    const plan = await eventpact(day(100), "plan");
    expect(plan.exitCode).toBe(1);
    expect(plan.output).toContain(`OrderDelivered.v1 left the documents too early: it may go from ${dayAfter(free())}`);
    const reader = await eventpact(day(100), "can-i-deploy", "--service", "tracking");
    expect(reader.exitCode).toBe(1);
    expect(reader.output).toContain("must read OrderDelivered.v1, which can still be met in order-events");
  });

  test("5. and on that day it goes: nothing is in the way any more", async () => {
    const later = new Date(free() + DAY);
    expect(await eventpact(later, "check")).toMatchObject({ exitCode: 0 });
    expect((await eventpact(later, "diff", "--against", "HEAD")).output).toContain(
      "Nothing sends, holds or needs it any more in production.",
    );
    expect((await eventpact(later, "can-i-deploy", "--service", "tracking")).exitCode).toBe(0);
    const plan = await eventpact(later, "plan");
    expect(plan.exitCode).toBe(0);
    expect(plan.output).not.toContain("OrderDelivered.v1");
  });
});

/** What the author does after `new version`: the field's new name, a row for each reader, the sender's story. */
function readBoth({ edit, read }: Scratch): void {
  edit(v2, ...rename);
  for (const [service, row] of Object.entries({
    analytics: "count",
    audit: "remember",
    tracking: "follow",
    email: "writeTo",
  }))
    edit(`services/${service}/src/handlers.ts`, [
      `"OrderDelivered.v1": ${row},`,
      `"OrderDelivered.v1": ${row},\n"OrderDelivered.v2": ${row},`,
    ]);
  edit("services/email/src/domain.ts", [
    "event.data.deliveredAt.slice",
    "(event.version === 1 ? event.data.deliveredAt : event.data.handedOverAt).slice",
  ]);
  edit("services/order/src/domain.ts", orderSaysIt, ['case "OrderDelivered.v1":', 'case "OrderDelivered.v2":']);
  edit("services/order/test/sends.contract.test.ts", ['"OrderDelivered.v1": told', '"OrderDelivered.v2": told']);
  for (const service of ["analytics", "tracking", "email"]) {
    const file = `services/${service}/test/receives.contract.test.ts`;
    const [row = ""] = /^ {2}"OrderDelivered\.v1": [^]*?(?=^ {2}"Order)/m.exec(read(file)) ?? [];
    edit(file, [row, `${row}${row.replace(".v1", ".v2").replaceAll("deliveredAt", "handedOverAt")}`]);
  }
}

/** The first version leaves the documents, and with it what the readers' tests said of it leaves the contracts. */
function retire({ path, edit, read }: Scratch): void {
  rmSync(join(path, v1));
  for (const reader of readers) {
    const file = `contracts/pacts/${reader}-order.json`;
    const pact = JSON.parse(read(file));
    pact.interactions = pact.interactions.filter(
      ({ description }: { description: string }) => !description.startsWith("OrderDelivered.v1"),
    );
    writeFileSync(join(path, file), `${JSON.stringify(pact, undefined, 2)}\n`);
  }
  for (const name of [...readers, "shared/channels"]) {
    const file = `asyncapi/${name}.yaml`;
    for (const line of read(file)
      .split("\n")
      .filter((one) => one.includes("OrderDelivered.v1")))
      edit(file, [`${line}\n`, ""]);
  }
}
