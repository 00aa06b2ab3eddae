import { describe, expect, test } from "@jest/globals";
import type { DiffOutcome } from "../../../src/diff/run-diff.ts";
import { compareFiles } from "../support/compare-files.ts";

const document = `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
servers:
  kafka: { host: "kafka.example.com:9092", protocol: kafka, security: [{ $ref: "#/components/securitySchemes/token" }] }
channels:
  orders:
    address: orders/{country}
    parameters: { country: { enum: [fr, kr], default: fr, location: $message.payload#/country } }
    bindings:
      kafka:
        topic: shop.orders
        partitions: 6
        topicConfiguration: { cleanup.policy: [delete], retention.ms: 86400000 }
    messages:
      OrderPlaced:
        contentType: application/json
        correlationId: { location: $message.header#/correlationId }
        headers: { type: object, properties: { tenant: { type: string } } }
        bindings: { kafka: { key: { type: string }, schemaIdLocation: payload, schemaIdPayloadEncoding: confluent } }
        payload: { type: object, properties: { country: { type: string } } }
      OrderPaid:
        payload: { type: object }
  answers:
    address: answers
    messages:
      Accepted: { payload: { type: string } }
      Refused: { payload: { type: string } }
operations:
  place:
    action: send
    channel: { $ref: "#/channels/orders" }
    messages: [{ $ref: "#/channels/orders/messages/OrderPlaced" }]
    bindings: { kafka: { groupId: { const: orders }, clientId: { const: orders-1 } } }
    reply:
      address: { location: $message.header#/replyTo }
      channel: { $ref: "#/channels/answers" }
      messages: [{ $ref: "#/channels/answers/messages/Accepted" }]
components:
  securitySchemes:
    token: { type: oauth2, flows: { clientCredentials: { tokenUrl: "https://example.com/t", availableScopes: { read: R, write: W } } }, scopes: [read] }
`;

type Edit = readonly [from: string, to: string];

async function after(...edits: readonly Edit[]): Promise<DiffOutcome> {
  let text = document;
  for (const [from, to] of edits) {
    if (!text.includes(from)) throw new Error(`the document has no ${from}`);
    text = text.replace(from, to);
  }
  return compareFiles({ "asyncapi/orders.yaml": text }, { older: { "asyncapi/orders.yaml": document } });
}

const told = ({ changes }: DiffOutcome): readonly string[] => changes.map(({ code, level }) => `${code} ${level}`);

describe("who is hit by a change", () => {
  test.each<[string, Edit, string[]]>([
    [
      "the Kafka topic, under the same address",
      ["topic: shop.orders", "topic: shop.orders.v2"],
      ["channel-topic-changed breaking"],
    ],
    [
      "the address, over the same Kafka topic",
      ["address: orders/{country}", "address: sales/{country}"],
      ["channel-address-changed info"],
    ],
    [
      "the address where no binding names a topic",
      ["address: answers", "address: replies"],
      ["reply-changed breaking", "channel-address-changed breaking"],
    ],
    ["fewer partitions", ["partitions: 6", "partitions: 3"], ["partitions-changed breaking"]],
    ["more partitions", ["partitions: 6", "partitions: 12"], ["partitions-changed breaking"]],
    ["compaction", ["[delete]", "[compact]"], ["cleanup-policy-changed breaking"]],
    ["shorter retention", ["86400000", "3600000"], ["retention-shortened warning"]],
    ["the schema of the key", ["key: { type: string }", "key: { type: integer }"], ["type-changed breaking"]],
    [
      "where the schema's id is",
      ["schemaIdLocation: payload", "schemaIdLocation: header"],
      ["binding-changed breaking"],
    ],
    [
      "how the schema's id is written",
      ["schemaIdPayloadEncoding: confluent", "schemaIdPayloadEncoding: apicurio-new"],
      ["binding-changed breaking"],
    ],
    ["the group", ["const: orders }, clientId", "const: sales }, clientId"], ["group-changed warning"]],
    ["the client's id", ["const: orders-1", "const: orders-2"], ["binding-changed warning"]],
    ["the correlation id", ["header#/correlationId", "header#/id"], ["correlation-id-moved breaking"]],
    ["the reply's address", ["header#/replyTo", "header#/answerTo"], ["reply-changed breaking"]],
    ["the reply's messages", ["answers/messages/Accepted", "answers/messages/Refused"], ["reply-changed breaking"]],
    [
      "JSON in UTF-8, said once more",
      ["contentType: application/json", 'contentType: "application/json; charset=utf-8"'],
      ["content-type-changed info"],
    ],
    [
      "JSON in other letters",
      ["contentType: application/json", "contentType: Application/JSON"],
      ["content-type-changed info"],
    ],
    [
      "a kind of JSON",
      ["contentType: application/json", "contentType: application/cloudevents+json"],
      ["content-type-changed breaking"],
    ],
    [
      "a header that is required",
      ["headers: { type: object,", "headers: { type: object, required: [tenant],"],
      ["property-required breaking"],
    ],
    ["a parameter's values", ["enum: [fr, kr]", "enum: [fr]"], ["channel-parameter-changed breaking"]],
    ["a further value of a parameter", ["enum: [fr, kr]", "enum: [fr, kr, de]"], ["channel-parameter-changed info"]],
    ["a parameter's default", ["default: fr", "default: kr"], ["channel-parameter-changed breaking"]],
    ["a parameter's location", ["payload#/country", "payload#/land"], ["channel-parameter-changed breaking"]],
    ["a broker's host", ["kafka.example.com", "broker.example.com"], ["server-changed warning"]],
    ["a server's protocol", ["protocol: kafka", "protocol: amqp"], ["server-changed breaking"]],
    [
      "credentials where there were none",
      [
        'channel: { $ref: "#/channels/orders" }',
        'channel: { $ref: "#/channels/orders" }\n    security: [{ type: X509 }]',
      ],
      ["security-changed breaking"],
    ],
    ["a further scope", ["scopes: [read]", "scopes: [read, write]"], ["security-changed breaking"]],
    ["no scope any more", ["scopes: [read]", "scopes: []"], ["security-changed info"]],
    ["another way in", [", security: [{", ", security: [{ type: X509 }, {"], ["security-changed info"]],
    [
      "no credentials",
      [`, security: [{ $ref: "#/components/securitySchemes/token" }]`, ""],
      ["security-changed warning"],
    ],
    ["the direction", ["action: send", "action: receive"], ["operation-action-changed breaking"]],
    ["a binding of nobody's", ["partitions: 6", "partitions: 6\n        tier: gold"], ["binding-changed undecided"]],
    ["an extension of a binding", ["partitions: 6", "partitions: 6\n        x-tier: gold"], ["binding-changed info"]],
    ["a title", ["title: Orders", "title: All orders"], ["annotation-changed info"]],
  ])("%s", async (_, edit, expected) => {
    const outcome = await after(edit);
    expect(told(outcome).filter((one) => !/^(send|receive)-st|^component-changed/.test(one))).toEqual(expected);
  });

  test("an address that nobody goes by names no consumer that breaks", async () => {
    const { changes, verdict } = await after(["address: orders/{country}", "address: sales/{country}"]);
    expect([verdict, changes[0]?.consumers]).toEqual(["compatible", []]);
  });
});

describe("nothing changed", () => {
  const trait = `components:
  messageTraits:
    common:
      contentType: application/json
      correlationId: { location: $message.header#/correlationId }
      headers: { type: object, properties: { tenant: { type: string } } }
      bindings: { kafka: { key: { type: string }, schemaIdLocation: payload } }
  operationTraits:
    common: { bindings: { kafka: { groupId: { const: orders }, clientId: { const: orders-1 } } } }`;

  test("where fields move into a trait: traits are merged before comparing", async () => {
    const outcome = await after(
      ["components:", trait],
      ["        contentType: application/json\n", '        traits: [{ $ref: "#/components/messageTraits/common" }]\n'],
      ["        correlationId: { location: $message.header#/correlationId }\n", ""],
      ["        headers: { type: object, properties: { tenant: { type: string } } }\n", ""],
      ["key: { type: string }, schemaIdLocation: payload, schemaIdPayloadEncoding", "schemaIdPayloadEncoding"],
      [
        "    bindings: { kafka: { groupId: { const: orders }, clientId: { const: orders-1 } } }\n",
        '    traits: [{ $ref: "#/components/operationTraits/common" }]\n',
      ],
    );
    expect(outcome.changes).toEqual([]);
  });

  test("where a scheme, a parameter or a message moves behind a reference", async () => {
    const outcome = await after(
      [
        "{ country: { enum: [fr, kr], default: fr, location: $message.payload#/country } }",
        '{ country: { $ref: "#/components/parameters/country" } }',
      ],
      [
        "      OrderPaid:\n        payload: { type: object }",
        '      OrderPaid: { $ref: "#/components/messages/OrderPaid" }',
      ],
      [
        "components:",
        "components:\n  messages: { OrderPaid: { payload: { type: object } } }\n  parameters: { country: { enum: [fr, kr], default: fr, location: $message.payload#/country } }",
      ],
    );
    expect(outcome.changes).toEqual([]);
  });
});
