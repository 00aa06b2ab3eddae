import { tables } from "../../../src/diff/fields/table.ts";
import type { Row } from "../../../src/diff/fields/row.ts";
import type { Json, JsonObject } from "../../../src/read/json.ts";

/** One field of one kind of object, as the table has it. */
export interface Field {
  readonly type: string;
  readonly field: string;
  readonly row: Row;
}

/** Rows that hold further objects have no value of their own. */
export const fields: readonly Field[] = Object.entries(tables).flatMap(([type, table]) =>
  Object.entries(table).flatMap(([field, row]) => ("type" in row ? [] : [{ type, field, row }])),
);

type Mutable = { [key: string]: Mutable } & { [key: string]: unknown };

/** A document in which every kind of object has a place. */
function whole(): Mutable {
  return {
    asyncapi: "3.1.0",
    info: { title: "Orders", version: "1.0.0", contact: {}, license: { name: "MIT" } },
    servers: {
      main: { host: "{region}.example.com", protocol: "kafka", variables: { region: {} }, bindings: {} },
      other: { host: "other.example.com", protocol: "amqp" },
    },
    channels: {
      orders: {
        address: "orders/{id}",
        parameters: { id: {} },
        bindings: {},
        messages: {
          OrderPlaced: {
            payload: { type: "object", properties: { id: { type: "string" } } },
            correlationId: { location: "$message.header#/id" },
            bindings: {},
          },
          OrderPaid: { payload: { type: "object" } },
        },
      },
      answers: {
        address: null,
        messages: { Answer: { payload: { type: "string" } }, Refusal: { payload: { type: "null" } } },
      },
    },
    operations: {
      place: {
        action: "send",
        channel: { $ref: "#/channels/orders" },
        reply: { channel: { $ref: "#/channels/answers" }, address: { location: "$message.header#/replyTo" } },
        bindings: {},
      },
    },
    components: {},
  } as unknown as Mutable;
}

const ways: Readonly<Record<string, readonly string[]>> = {
  document: [],
  info: ["info"],
  contact: ["info", "contact"],
  license: ["info", "license"],
  server: ["servers", "main"],
  serverVariable: ["servers", "main", "variables", "region"],
  channel: ["channels", "orders"],
  parameter: ["channels", "orders", "parameters", "id"],
  operation: ["operations", "place"],
  operationReply: ["operations", "place", "reply"],
  operationReplyAddress: ["operations", "place", "reply", "address"],
  message: ["channels", "orders", "messages", "OrderPlaced"],
  correlationId: ["channels", "orders", "messages", "OrderPlaced", "correlationId"],
  components: ["components"],
};

/** Where an object of this kind is in the document; undefined for kinds that are compared as part of another field. */
function wayTo(type: string): readonly string[] | undefined {
  const [protocol = "", holder = ""] = type.split(" ");
  if (holder === "") return ways[type];
  if (holder === "topicConfiguration" || holder === "exchange" || holder === "queue")
    return [...(ways["channel"] ?? []), "bindings", protocol, holder];
  const way = ways[holder];
  return way && [...way, "bindings", protocol];
}

/** The document with a field set to a value, or without it; undefined where the field has no place of its own. */
export function documentWith({ type, field }: Field, value: Json | undefined): string | undefined {
  const way = wayTo(type);
  if (!way) return undefined;
  const document = whole();
  let object = document;
  for (const step of way) object = object[step] = (object[step] as Mutable | undefined) ?? ({} as Mutable);
  if (value === undefined) delete object[field];
  else object[field] = value as Mutable;
  return JSON.stringify(document);
}

const scheme = (type: string): JsonObject => ({ type, description: "Who asks." });
const reference = (...path: readonly string[]): JsonObject => ({ $ref: `#/${path.join("/")}` });

/** Two values that a field of this name may have; most fields take any. */
export function valuesOf({ type, field, row }: Field): readonly [Json, Json] {
  const special = specials[`${type}.${field}`] ?? specials[field];
  if (special) return special;
  if (row.kind === "schema") return [{ type: "object" }, { type: "object", required: ["a"] }];
  if (row.kind === "judged" && row.levels.less !== undefined) return [10, 20];
  if (row.kind === "judged" && row.levels.gone !== undefined) return [["a", "b"], ["a"]];
  return ["one", "two"];
}

const specials: Readonly<Record<string, readonly [Json, Json]>> = {
  asyncapi: ["3.1.0", "3.0.0"],
  security: [[scheme("X509")], [scheme("userPassword")]],
  "document.id": ["urn:a:orders", "urn:b:orders"],
  "server.host": ["a.example.com", "b.example.com"],
  "channel.servers": [[reference("servers", "main")], [reference("servers", "other")]],
  "channel.messages": [
    { OrderPlaced: { payload: { type: "object" } } },
    { OrderPlaced: { payload: { type: "object" } }, More: {} },
  ],
  "operation.action": ["send", "receive"],
  "operation.channel": [reference("channels", "orders"), reference("channels", "answers")],
  "operation.messages": [
    [reference("channels", "orders", "messages", "OrderPlaced")],
    [reference("channels", "orders", "messages", "OrderPaid")],
  ],
  "operationReply.channel": [reference("channels", "answers"), reference("channels", "orders")],
  "operationReply.messages": [[reference("channels", "answers", "messages", "Answer")], []],
  "message.payload": [{ type: "string" }, { type: "integer" }],
  "message.headers": [{ type: "object" }, { type: "object", required: ["a"] }],
  "message.deprecated": [false, true],
  "message.x-lifecycle": ["active", "deprecated"],
  "message.x-compatibility": ["FULL", "NONE"],
  "message.x-key-location": ["$message.payload#/a", "$message.payload#/b"],
  "message.contentType": ["application/json", "application/cbor"],
  "message.traits": [[{ summary: "One." }], [{ summary: "Two." }]],
  "operation.traits": [[{ summary: "One." }], [{ summary: "Two." }]],
  "document.defaultContentType": ["application/json", "application/cbor"],
  "kafka topicConfiguration.retention.ms": [1000, 2000],
  "kafka topicConfiguration.cleanup.policy": [["delete"], ["compact"]],
  "kafka operation.groupId": [{ const: "a" }, { const: "b" }],
  "kafka message.key": [{ type: "string" }, { type: "integer" }],
  ...Object.fromEntries(
    Object.keys(tables["components"] ?? {}).map((name) => [
      `components.${name}`,
      [{ a: { title: "one" } }, { a: { title: "two" } }],
    ]),
  ),
};
