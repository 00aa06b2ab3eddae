// Writes a folder of AsyncAPI documents with many event versions, for benchmarks: node scripts/bench/make-schemas.ts 1000 <folder>
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { argv, exit } from "node:process";
import { fileURLToPath } from "node:url";
import { stringify } from "yaml";
import { sharedFiles } from "./shared-schemas.ts";

const NOUNS =
  "Order Payment Invoice Shipment Parcel Refund Basket Customer Account Product Price Stock Supplier Return Ticket Review Coupon Carrier Address Contract".split(
    " ",
  );
const VERBS =
  "Created Changed Confirmed Rejected Approved Cancelled Closed Opened Assigned Released Received Counted Merged Split Expired Renewed Archived Restored Flagged Verified".split(
    " ",
  );
const PER_SERVICE = 20;

interface Made {
  readonly service: string;
  readonly eventType: string;
  readonly version: number;
}

/**
 * A folder as a company has it: services of about twenty event versions, an envelope and types shared by `$ref`, every
 * fifth event in two versions, descriptions and examples. Passes `eventpact check`. The same count gives the same bytes.
 */
export function makeSchemas(count: number, folder: string): void {
  const made = eventVersions(count);
  for (const [path, value] of Object.entries(sharedFiles)) write(join(folder, "shared", path), value);
  for (const event of made) write(join(folder, "events", `${fileOf(event)}.yaml`), message(event));
  const services = Map.groupBy(made, ({ service }) => service);
  const channels = Object.fromEntries(
    [...services].map(([service, events]) => [topicOf(service), channel(service, events)]),
  );
  write(join(folder, "shared", "channels.yaml"), channels);
  const names = [...services.keys()];
  for (const [at, name] of names.entries()) {
    const heard = names[(at + 1) % names.length] ?? name;
    write(join(folder, `${name}.yaml`), document(name, services.get(name) ?? [], heard, services.get(heard) ?? []));
  }
}

function eventVersions(count: number): readonly Made[] {
  const made: Made[] = [];
  for (let at = 0; made.length < count; at++) {
    const noun = NOUNS[Math.floor(at / VERBS.length) % NOUNS.length] ?? "";
    const round = Math.floor(at / (NOUNS.length * VERBS.length));
    const eventType = `${noun}${round > 0 ? `Line${round}` : ""}${VERBS[at % VERBS.length]}`;
    const service = `service-${String(Math.floor(made.length / PER_SERVICE) + 1).padStart(3, "0")}`;
    made.push({ service, eventType, version: 1 });
    if (at % 5 === 4 && made.length < count) made.push({ service, eventType, version: 2 });
  }
  return made;
}

function message({ service, eventType, version }: Made): object {
  const ref = (file: string): object => ({ $ref: `../shared/${file}` });
  const data = {
    description: "What is known about it.",
    type: "object",
    required: ["id", "status", "total", "items", ...(version > 1 ? ["channel"] : [])],
    properties: {
      id: ref("ids.yaml#/id"),
      status: {
        description: "Where it stands.",
        type: "string",
        enum: ["NEW", "OPEN", "DONE", `${eventType.toUpperCase()}`],
      },
      total: ref("money.yaml"),
      items: { description: "Line by line.", type: "array", minItems: 1, maxItems: 100, items: ref("line.yaml") },
      address: ref("address.yaml"),
      note: { description: `A remark of ${service}.`, type: "string", maxLength: 500 },
      contact: { description: "Where to ask.", type: "string", format: "email" },
      ...(version > 1
        ? { channel: { description: "How it came.", type: "string", enum: ["WEB", "APP", "SHOP"] } }
        : {}),
    },
  };
  const envelope = ["eventId", "timestamp", "sequence", "correlationId"].map((name) => [
    name,
    ref(`envelope.yaml#/${name}`),
  ]);
  return {
    name: `${eventType}.v${version}`,
    title: eventType,
    summary: `${eventType} happened.`,
    description: `${eventType} happened, and ${service} says so. Version ${version}.`,
    contentType: "application/json",
    "x-key-location": "$message.payload#/data/id",
    "x-lifecycle": "active",
    payload: {
      type: "object",
      required: ["eventId", "eventType", "version", "timestamp", "sequence", "correlationId", "data"],
      properties: {
        eventType: { description: "The kind of event.", type: "string", const: eventType },
        version: { description: "The version of its schema.", type: "integer", const: version },
        ...Object.fromEntries(envelope),
        data,
      },
    },
    examples: [{ name: "typical", summary: "As it usually is.", payload: example(eventType, version) }],
  };
}

/** A valid event with three items; also what the throughput is measured with. */
export function example(eventType: string, version: number): object {
  const item = (name: string, amount: number): object => ({
    productId: name,
    quantity: 2,
    unitPrice: { amount, currency: "EUR" },
  });
  return {
    eventId: "019bc134-7840-7b97-bff2-d5c62a3d0b33",
    eventType,
    version,
    timestamp: "2026-01-15T10:30:00.000Z",
    sequence: 1,
    correlationId: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
    data: {
      id: "019bc134-782d-7aa8-8f7f-6add4e1224f0",
      status: "NEW",
      total: { amount: 5030, currency: "EUR" },
      items: [item("espresso-beans", 1890), item("ceramic-mug", 1250), item("kettle", 8900)],
      address: { name: "Alice Martin", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
      contact: "alice@example.com",
      ...(version > 1 ? { channel: "WEB" } : {}),
    },
  };
}

function channel(service: string, events: readonly Made[]): object {
  const topic = topicOf(service);
  return {
    address: topic,
    title: `Events of ${service}`,
    messages: Object.fromEntries(events.map((event) => [keyOf(event), { $ref: `../events/${fileOf(event)}.yaml` }])),
    bindings: { kafka: { topic, partitions: 6, bindingVersion: "0.5.0" } },
  };
}

function document(name: string, sent: readonly Made[], other: string, heard: readonly Made[]): object {
  const topics = [...new Set([topicOf(name), topicOf(other)])];
  return {
    asyncapi: "3.0.0",
    id: `urn:bench:${name}`,
    info: { title: name, version: "1.0.0", description: `What ${name} says and hears.` },
    defaultContentType: "application/json",
    channels: Object.fromEntries(topics.map((topic) => [topic, { $ref: `./shared/channels.yaml#/${topic}` }])),
    operations: { ...operations("send", topicOf(name), sent), ...operations("receive", topicOf(other), heard) },
  };
}

function operations(action: "send" | "receive", topic: string, events: readonly Made[]): object {
  const byType = Map.groupBy(events, ({ eventType }) => eventType);
  const reference = `#/channels/${topic}`;
  return Object.fromEntries(
    [...byType].map(([eventType, versions]) => [
      `${action}${eventType}`,
      {
        action,
        channel: { $ref: reference },
        summary: `Whoever ${action}s ${eventType}.`,
        messages: versions.map((event) => ({ $ref: `${reference}/messages/${keyOf(event)}` })),
      },
    ]),
  );
}

function topicOf(service: string): string {
  return `${service}-events`;
}

function keyOf({ eventType, version }: Made): string {
  return `${eventType}.v${version}`;
}

function fileOf({ eventType, version }: Made): string {
  return `${eventType.replaceAll(/([a-z0-9])([A-Z])/g, "$1-$2").toLowerCase()}.v${version}`;
}

function write(path: string, value: object): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, stringify(value, { lineWidth: 120 }));
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  const [count, folder] = argv.slice(2);
  if (!(Number(count) > 0) || folder === undefined) {
    console.error("Usage: node scripts/bench/make-schemas.ts <count> <folder>");
    exit(2);
  }
  makeSchemas(Number(count), folder);
  console.log(`${count} event versions in ${folder}`);
}

/** A project with that many event versions, and a folder for its cache. */
export function makeProject(count: number): string {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-bench-"));
  makeSchemas(count, join(folder, "asyncapi"));
  mkdirSync(join(folder, "node_modules"));
  writeFileSync(join(folder, "eventpact.yaml"), "dir: asyncapi\n");
  return folder;
}
