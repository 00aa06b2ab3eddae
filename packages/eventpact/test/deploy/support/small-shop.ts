import { temporaryFolder, writeFiles } from "../../support/run-command.ts";

/** A field of an event's data: a JSON Schema; a name that ends in `?` is optional. */
export type Fields = Readonly<Record<string, object>>;

export interface ShopEvent {
  readonly fields: Fields;
  readonly lifecycle?: "deprecated" | "retained";
}

export interface ShopService {
  readonly sends?: readonly string[];
  readonly receives?: readonly string[];
  /** Provider → event → what the consumer needs of `data`: values, matched by type. */
  readonly needs?: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

/** A project in which one topic, `orders`, carries everything. */
export interface Shop {
  readonly events: Readonly<Record<string, ShopEvent>>;
  readonly services: Readonly<Record<string, ShopService>>;
  /** What each producer's code says: event → data. */
  readonly says?: Readonly<Record<string, Readonly<Record<string, object>>>>;
  readonly topic?: object;
  readonly deploy?: object;
  readonly compatibility?: object;
}

export const text = { type: "string" };

const splitKey = (key: string): { eventType: string; version: number } => {
  const [eventType = "", version = "1"] = key.split(".v");
  return { eventType, version: Number(version) };
};

function messageOf(key: string, { fields, lifecycle }: ShopEvent): object {
  const { eventType, version } = splitKey(key);
  const names = Object.keys(fields);
  return {
    name: key,
    ...(lifecycle ? { "x-lifecycle": lifecycle } : {}),
    contentType: "application/json",
    payload: {
      type: "object",
      required: ["eventType", "version", "data"],
      properties: {
        eventType: { const: eventType },
        version: { const: version },
        data: {
          type: "object",
          required: names.filter((name) => !name.endsWith("?")),
          properties: Object.fromEntries(names.map((name) => [name.replace("?", ""), fields[name]])),
        },
      },
    },
  };
}

const settled = { "retention.ms": 10 * 86_400_000, "cleanup.policy": ["delete"] };

function documentOf(
  name: string,
  { sends = [], receives = [] }: ShopService,
  keys: readonly string[],
  topic: object,
): object {
  const messages = (some: readonly string[]): object =>
    some.map((key) => ({ $ref: `#/channels/orders/messages/${key}` }));
  const operation = (action: string, some: readonly string[]): object =>
    some.length === 0
      ? {}
      : { [`${action}Orders`]: { action, channel: { $ref: "#/channels/orders" }, messages: messages(some) } };
  return {
    asyncapi: "3.0.0",
    id: `urn:shop:${name}`,
    info: { title: name, version: "1.0.0" },
    channels: {
      orders: {
        address: "orders",
        messages: Object.fromEntries(keys.map((key) => [key, { $ref: `events/${key}.yaml` }])),
        bindings: { kafka: { topic: "orders", topicConfiguration: topic } },
      },
    },
    operations: { ...operation("send", sends), ...operation("receive", receives) },
  };
}

function pactOf(consumer: string, provider: string, needs: Readonly<Record<string, object>>): object {
  return {
    consumer: { name: consumer },
    provider: { name: provider },
    interactions: Object.entries(needs).map(([event, data]) => ({
      type: "Asynchronous/Messages",
      description: event,
      comments: { references: { AsyncAPI: { message: event } } },
      contents: { content: { ...splitKey(event), data }, contentType: "application/json", encoded: false },
      matchingRules: {
        body: Object.fromEntries(
          Object.keys(data).map((name) => [`$.data.${name}`, { combine: "AND", matchers: [{ match: "type" }] }]),
        ),
      },
    })),
    metadata: { pactSpecification: { version: "4.0" } },
  };
}

/** Stands for a producer's contract test: holds what its "code" says against what the contracts name. */
const verifier = `
const { readFileSync, writeFileSync } = require("node:fs");
const says = JSON.parse(readFileSync(\`code/\${process.env.EVENTPACT_PROVIDER}.json\`, "utf8"));
const split = (key) => ({ eventType: key.split(".v")[0], version: Number(key.split(".v")[1]) });
const pacts = process.env.EVENTPACT_PACTS.split("\\n").filter(Boolean).map((file) => JSON.parse(readFileSync(file, "utf8")));
const interactions = pacts.flatMap(({ consumer, interactions }) => interactions.map(({ key: id, description, contents }) => {
  const said = says[description] ?? {};
  const missing = Object.keys(contents.content.data).filter((name) => !(name in said));
  return { id, consumer: consumer.name, description, ok: missing.length === 0, mismatches: missing.map((name) => ({ path: \`$.data.\${name}\`, message: "It is missing" })) };
}));
const messages = Object.entries(says).map(([event, data]) => ({ event, payload: { ...split(event), data } }));
writeFileSync(process.env.EVENTPACT_RESULT, JSON.stringify({ run: process.env.EVENTPACT_RUN, interactions, messages }));
`;

/** The files of a shop. Documents are JSON, which is YAML. */
export function shopFiles({
  events,
  services,
  says = {},
  topic = settled,
  deploy,
  compatibility,
}: Shop): Record<string, string> {
  const keys = Object.keys(events);
  const files: Record<string, object> = {};
  for (const [key, event] of Object.entries(events)) files[`asyncapi/events/${key}.yaml`] = messageOf(key, event);
  for (const [name, service] of Object.entries(services)) {
    files[`asyncapi/${name}.yaml`] = documentOf(name, service, keys, topic);
    if (service.sends)
      files[`code/${name}.json`] =
        says[name] ?? Object.fromEntries(service.sends.map((key) => [key, exampleOf(events[key])]));
    for (const [provider, needs] of Object.entries(service.needs ?? {}))
      files[`contracts/pacts/${name}-${provider}.json`] = pactOf(name, provider, needs);
  }
  files["eventpact.yaml"] = {
    dir: "asyncapi",
    verify: { provider: { command: ["node", "verify.cjs"], sources: ["code/{provider}.json"] } },
    // Days are counted in these tests: Kafka's segments and its looks would add theirs.
    deploy: {
      environment: "production",
      package: "code/{service}.package.json",
      outbox: "1d",
      segment: 0,
      retentionCheck: 0,
      ...deploy,
    },
    ...(compatibility === undefined ? {} : { compatibility }),
  };
  return {
    ...Object.fromEntries(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value, undefined, 2)])),
    "verify.cjs": verifier,
  };
}

function exampleOf(event: ShopEvent | undefined): object {
  return Object.fromEntries(
    Object.entries(event?.fields ?? {})
      .filter(([name]) => !name.endsWith("?"))
      .map(([name, schema]) => [name, "type" in schema && schema.type === "integer" ? 1 : "text"]),
  );
}

export const shopFolder = (shop: Shop): ReturnType<typeof temporaryFolder> => temporaryFolder(shopFiles(shop));

/** The documents, contracts and code of another state of the shop, in the same folder. */
export const becomes = (folder: string, shop: Shop): void => writeFiles(folder, shopFiles(shop));

/** order sends, email needs two fields, analytics one of them. */
export const base: Shop = {
  events: { "OrderShipped.v1": { fields: { orderId: text, trackingNumber: text } } },
  services: {
    order: { sends: ["OrderShipped.v1"] },
    email: {
      receives: ["OrderShipped.v1"],
      needs: { order: { "OrderShipped.v1": { orderId: "o1", trackingNumber: "SP1" } } },
    },
    analytics: { receives: ["OrderShipped.v1"], needs: { order: { "OrderShipped.v1": { orderId: "o1" } } } },
  },
};

/** As `base` with v2 beside v1: the field has another name in it. */
export function withVersion2(parts: {
  readonly order?: readonly string[];
  readonly email?: readonly string[];
  readonly analytics?: readonly string[];
  readonly retained?: boolean;
  readonly without1?: boolean;
}): Shop {
  const both = ["OrderShipped.v1", "OrderShipped.v2"];
  const { order = ["OrderShipped.v2"], email = both, analytics = both } = parts;
  const needs = (some: readonly string[], fields: readonly string[]): NonNullable<ShopService["needs"]> => ({
    order: Object.fromEntries(
      some.map((key) => [
        key,
        Object.fromEntries(
          fields.map((name) => [key.endsWith("2") ? name.replace("trackingNumber", "tracking") : name, "x"]),
        ),
      ]),
    ),
  });
  const v1 = {
    fields: { orderId: text, trackingNumber: text },
    ...(parts.retained ? { lifecycle: "retained" as const } : {}),
  };
  return {
    events: {
      ...(parts.without1 ? {} : { "OrderShipped.v1": v1 }),
      "OrderShipped.v2": { fields: { orderId: text, tracking: text } },
    },
    services: {
      order: { sends: order },
      email: { receives: email, needs: needs(email, ["orderId", "trackingNumber"]) },
      analytics: { receives: analytics, needs: needs(analytics, ["orderId"]) },
    },
  };
}
