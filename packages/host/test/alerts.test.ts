import { createServer } from "node:http";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { seedDataDir } from "../../messaging/test/support/embedded.ts";
import { readEnvironment, startHost } from "../src/index.ts";
import { failingService, until } from "./support/failing-service.ts";

const read = (variables: Record<string, string>) => readEnvironment(variables, { port: 0, dataDir: ".data" }).alerts;

describe("the environment of alerts", () => {
  test("tells nobody unless it names somebody", () => {
    expect(read({ ALERT_LAG: "5" })).toBeUndefined();
  });

  test("takes Slack, PagerDuty and every threshold", () => {
    const alerts = read({
      ALERT_SLACK_URL: "https://hooks.example/T/B/x",
      ALERT_PAGERDUTY_KEY: "key",
      ALERT_LINK: "https://shop.example/ops",
      ALERT_LAG: "50",
      ALERT_FAILURE_RATE: "0.25",
      ALERT_EVERY_S: "5",
    });
    expect(alerts).toMatchObject({
      slackUrl: "https://hooks.example/T/B/x",
      pagerDuty: { url: "https://events.pagerduty.com/v2/enqueue", routingKey: "key" },
      link: "https://shop.example/ops",
      thresholds: { deadLetters: 1, lag: 50, parkedKeys: 100, outboxAgeSeconds: 60, failureRate: 0.25 },
      everyMs: 5_000,
      patienceMs: 60_000,
      calmMs: 60_000,
    });
  });

  test("names what cannot be understood, and never repeats a secret address", () => {
    const faulty = () =>
      read({ ALERT_SLACK_URL: "hooks.example/T/secret", ALERT_PAGERDUTY_URL: "http://pd", ALERT_FAILURE_RATE: "10" });
    expect(faulty).toThrow(/ALERT_SLACK_URL[\s\S]*ALERT_FAILURE_RATE is "10"; it takes a number from 0 to 1/);
    expect(faulty).toThrow(/ALERT_PAGERDUTY_KEY/);
    expect(faulty).not.toThrow(/secret/);
  });
});

test("a host tells its Slack webhook about a dead letter", async () => {
  const told: string[] = [];
  const hook = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      told.push(body);
      response.end("ok");
    });
  });
  await new Promise<void>((resolve) => hook.listen(0, "127.0.0.1", resolve));
  const address = hook.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const dataDir = mkdtempSync(join(tmpdir(), "host-"));
  await seedDataDir(dataDir);
  const host = await startHost({
    services: [{ service: failingService }],
    environment: readEnvironment(
      { LOG_LEVEL: "silent", ALERT_SLACK_URL: `http://127.0.0.1:${port}/hook`, ALERT_EVERY_S: "0.1" },
      { port: 0, dataDir },
    ),
  });
  try {
    await host.runtime.service("desk").transact({}, async () => ({
      events: [{ event: "Asked.v1", key: "k1", data: { id: "k1" } }],
      result: undefined,
    }));
    await until(() => (told.length > 0 ? true : undefined));
    expect(told[0]).toMatch(/desk: 1 open dead letter/);
  } finally {
    await host.close();
    hook.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
