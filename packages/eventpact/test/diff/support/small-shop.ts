/** A small shop: order sends OrderPlaced and OrderPaid, email and analytics receive them. Path → text. */
export const smallShop: Readonly<Record<string, string>> = {
  "asyncapi/order.yaml": document("order", "send", "  #"),
  "asyncapi/email.yaml": document("email", "receive", "    bindings: { kafka: { groupId: { const: email } } }"),
  "asyncapi/analytics.yaml": document("analytics", "receive", "  #"),
  "asyncapi/shared/channels.yaml": `order-events:
  address: order-events
  messages:
    OrderPlaced.v1: { $ref: ../events/order-placed.v1.yaml }
    OrderPaid.v1: { $ref: ../events/order-paid.v1.yaml }
  bindings:
    kafka:
      partitions: 6
      topicConfiguration:
        cleanup.policy: [delete]
        retention.ms: 7776000000
        max.message.bytes: 1000000
`,
  "asyncapi/shared/money.yaml": "type: integer\nminimum: 0\n",
  "asyncapi/events/order-placed.v1.yaml": event("OrderPlaced", [
    "email: { type: string }",
    "note: { type: string }",
    "channel: { type: string, enum: [WEB, APP] }",
    "total: { $ref: ../shared/money.yaml }",
  ]),
  "asyncapi/events/order-paid.v1.yaml": event("OrderPaid", ["total: { $ref: ../shared/money.yaml }"]),
};

function document(service: string, action: "send" | "receive", more: string): string {
  return `asyncapi: 3.0.0
id: urn:test:${service}
info: { title: ${service}, version: 1.0.0 }
defaultContentType: application/json
servers:
  kafka: { host: "kafka.example.com:9092", protocol: kafka }
channels:
  order-events: { $ref: ./shared/channels.yaml#/order-events }
operations:
  ${action}OrderPlaced:
    action: ${action}
    channel: { $ref: "#/channels/order-events" }
    messages: [{ $ref: "#/channels/order-events/messages/OrderPlaced.v1" }]
${more}
  ${action}OrderPaid:
    action: ${action}
    channel: { $ref: "#/channels/order-events" }
    messages: [{ $ref: "#/channels/order-events/messages/OrderPaid.v1" }]
`;
}

/** `email` and `total` are required, the other fields are not. */
function event(type: string, fields: readonly string[]): string {
  const names = fields.map((field) => field.slice(0, field.indexOf(":")));
  const required = ["orderId", ...names.filter((name) => name === "email" || name === "total")];
  return `name: ${type}.v1
contentType: application/json
bindings: { kafka: { key: { type: string } } }
x-key-location: $message.payload#/data/orderId
headers: { type: object, properties: { traceparent: { type: string } } }
payload:
  type: object
  required: [eventType, version, data]
  properties:
    eventType: { const: ${type} }
    version: { const: 1 }
    data:
      type: object
      required: [${required.join(", ")}]
      properties:
        orderId: { type: string, minLength: 1 }
${fields.map((field) => `        ${field}\n`).join("")}`;
}

export type Edit = readonly [file: string, from: string | RegExp, to: string];

/** The shop with replacements; a replacement that changes nothing is a mistake of the test. */
export function edited(...edits: readonly Edit[]): Readonly<Record<string, string>> {
  const files: Record<string, string> = { ...smallShop };
  for (const [file, from, to] of edits) {
    const before = files[file] ?? "";
    const after = before.replace(from, to);
    if (after === before) throw new Error(`${file} has no ${String(from)}`);
    files[file] = after;
  }
  return files;
}

/** A Pact file: what a consumer reads of OrderPlaced.v1, each value by its type, and `uses` without relying on it. */
export function pact(consumer: string, data: object, uses: readonly string[] = []): string {
  const rule = { combine: "AND", matchers: [{ match: "type" }] };
  const names = ["orderId", ...Object.keys(data)];
  return JSON.stringify({
    consumer: { name: consumer },
    provider: { name: "order" },
    interactions: [
      {
        type: "Asynchronous/Messages",
        description: "OrderPlaced.v1",
        comments: {
          references: { AsyncAPI: { operationId: "receiveOrderPlaced", message: "OrderPlaced.v1" } },
          uses,
        },
        contents: {
          content: { eventType: "OrderPlaced", version: 1, data: { orderId: "1", ...data } },
          contentType: "application/json",
          encoded: false,
        },
        matchingRules: { body: Object.fromEntries(names.map((name) => [`$.data.${name}`, rule])) },
      },
    ],
    metadata: { pactSpecification: { version: "4.0" } },
  });
}
