// `node scripts/run.js scripts/bench/gate.ts [services] [pacts] [interactions]`: how long the gate takes, in CPU and wall time, on a
// project of many services with many contracts, and on one contract of many interactions. Compare, don't quote.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const [services = 40, pacts = 400, interactions = 10_000] = process.argv.slice(2).map(Number);
const bin = join(import.meta.dirname, "../../packages/eventpact/bin/eventpact.js");

const script = `
const { readFileSync, writeFileSync } = require("node:fs");
const pacts = process.env.EVENTPACT_PACTS.split("\\n").map((file) => JSON.parse(readFileSync(file, "utf8")));
const rows = pacts.flatMap(({ consumer, interactions }) =>
  interactions.map(({ key: id, description, contents: { content } }) =>
    ({ id, consumer: consumer.name, description, ok: true, message: { payload: content } })));
writeFileSync(process.env.EVENTPACT_RESULT, JSON.stringify({ run: process.env.EVENTPACT_RUN, interactions: rows, messages: [] }));
`;

const type = (index: number): string => `Happened${index}`;

function documentOf(index: number, hears: readonly number[]): object {
  const message = (of: number): object => ({
    name: `${type(of)}.v1`,
    contentType: "application/json",
    payload: {
      type: "object",
      required: ["eventType", "version", "data"],
      properties: {
        eventType: { const: type(of) },
        version: { const: 1 },
        data: { type: "object", required: ["id"], properties: { id: { type: "string" }, note: { type: "string" } } },
      },
    },
  });
  const operation = (action: string, of: number): object => ({
    action,
    channel: { $ref: `#/channels/t${of}` },
    messages: [{ $ref: `#/channels/t${of}/messages/${type(of)}.v1` }],
  });
  return {
    asyncapi: "3.0.0",
    id: `urn:bench:s${index}`,
    info: { title: `s${index}`, version: "1.0.0" },
    channels: Object.fromEntries(
      [index, ...hears].map((of) => [`t${of}`, { address: `t${of}`, messages: { [`${type(of)}.v1`]: message(of) } }]),
    ),
    operations: Object.fromEntries([
      ["send", operation("send", index)],
      ...hears.map((of) => [`receive${of}`, operation("receive", of)]),
    ]),
  };
}

function pactOf(consumer: number, provider: number, many = 1): object {
  return {
    consumer: { name: `s${consumer}` },
    provider: { name: `s${provider}` },
    interactions: Array.from({ length: many }, (_, index) => ({
      type: "Asynchronous/Messages",
      description: many === 1 ? `${type(provider)}.v1` : `${type(provider)}.v1 of ${index}`,
      comments: { references: { AsyncAPI: { message: `${type(provider)}.v1` } } },
      contents: {
        content: { eventType: type(provider), version: 1, data: { id: `i${index}` } },
        contentType: "application/json",
        encoded: false,
      },
      matchingRules: { body: { "$.data.id": { combine: "AND", matchers: [{ match: "type" }] } } },
    })),
    metadata: { pactSpecification: { version: "4.0" } },
  };
}

function project(files: Readonly<Record<string, object | string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-bench-"));
  for (const [name, value] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value));
  }
  return folder;
}

function timed(what: string, cwd: string, ...words: readonly string[]): void {
  const started = performance.now();
  // The shell's own measure of what it waited for: a machine that is busy with other things does not count.
  const command = [process.execPath, bin, ...words].map((word) => `'${word}'`).join(" ");
  const run = spawnSync("bash", ["-c", `TIMEFORMAT='cpu %U+%S'; time ${command}`], {
    cwd,
    encoding: "utf8",
    maxBuffer: 1e9,
  });
  const wall = performance.now() - started;
  const last = run.stdout.trim().split("\n").at(-1) ?? "";
  console.log(
    `${what.padEnd(52)} ${wall.toFixed(0).padStart(6)} ms  exit ${run.status}  ${run.stderr.trim().slice(-200)}  ${last.slice(0, 90)}`,
  );
}

const each = Math.max(1, Math.round(pacts / services));
const hearsOf = (index: number): readonly number[] =>
  Array.from({ length: each }, (_, step) => (index + 1 + step) % services).filter((of) => of !== index);
const config = {
  dir: "asyncapi",
  verify: { provider: { command: [process.execPath, "verify.cjs"], sources: ["code"] } },
  deploy: { environment: "production" },
};
const indices = Array.from({ length: services }, (_, index) => index);
const many = project({
  "eventpact.yaml": config,
  "verify.cjs": script,
  "code/a.js": "1",
  ...Object.fromEntries(indices.map((index) => [`asyncapi/s${index}.json`, documentOf(index, hearsOf(index))])),
  ...Object.fromEntries(
    indices.flatMap((index) =>
      hearsOf(index).map((of) => [`contracts/pacts/s${index}-s${of}.json`, pactOf(index, of)]),
    ),
  ),
});
timed(`verify --record, ${services} services, ${pacts} pacts`, many, "verify", "--record");
timed("record-deployment --all", many, "record-deployment", "--all", "--here", "--version", "1");
timed("can-i-deploy, cold", many, "can-i-deploy", "--service", "s0", "--no-cache");
timed("can-i-deploy, second time", many, "can-i-deploy", "--service", "s0");
timed("can-i-deploy, third time", many, "can-i-deploy", "--service", "s0");
timed("verify, nothing changed", many, "verify");
timed("verify --known, nothing changed (1)", many, "verify", "--known");
timed("verify --known, nothing changed (2)", many, "verify", "--known");
rmSync(many, { recursive: true });

const one = project({
  "eventpact.yaml": config,
  "verify.cjs": script,
  "code/a.js": "1",
  "asyncapi/s0.json": documentOf(0, []),
  "asyncapi/s1.json": documentOf(1, [0]),
  "contracts/pacts/s1-s0.json": pactOf(1, 0, interactions),
});
timed(`verify --only-schemas, ${interactions} interactions`, one, "verify", "--only-schemas");
timed("the same again", one, "verify", "--only-schemas");
timed(`verify, ${interactions} interactions`, one, "verify");
timed("verify, nothing changed", one, "verify");
rmSync(one, { recursive: true });
