import { temporaryFolder } from "../../support/run-command.ts";

const message = (type: string, properties: object, required: readonly string[]): object => ({
  name: `${type}.v1`,
  title: type,
  description: `${type} happened.`,
  contentType: "application/json",
  headers: {
    type: "object",
    required: ["event-type"],
    properties: { "event-type": { type: "string", enum: [`${type}.v1`] }, tenant: { type: "string" } },
  },
  "x-key-location": "$message.payload#/data/id",
  payload: {
    type: "object",
    required: ["eventType", "version", "data"],
    properties: {
      eventType: { type: "string", const: type },
      version: { type: "integer", const: 1 },
      data: { type: "object", required, properties },
    },
  },
});

const channels = {
  sales: {
    address: "sales",
    messages: {
      "Placed.v1": message(
        "Placed",
        {
          id: { type: "string" },
          status: { type: "string", enum: ["NEW", "PAID", "LOST"] },
          note: { type: "string" },
          lines: {
            type: "array",
            minItems: 0,
            items: {
              type: "object",
              required: ["sku"],
              properties: { sku: { type: "string" }, count: { type: "integer" } },
            },
          },
        },
        ["id", "status", "lines"],
      ),
      "Dropped.v1": message("Dropped", { id: { type: "string" } }, ["id"]),
    },
  },
};

const operations = (action: "send" | "receive", ...types: readonly string[]): object =>
  Object.fromEntries(
    types.map((type) => [
      `${action}${type}`,
      { action, channel: { $ref: "#/channels/sales" }, messages: [{ $ref: `#/channels/sales/messages/${type}.v1` }] },
    ]),
  );

const document = (name: string, doing: object): string =>
  JSON.stringify(
    {
      asyncapi: "3.0.0",
      id: `urn:test:${name}`,
      info: { title: name, version: "1.0.0" },
      channels: { sales: { $ref: "./channels.json#/sales" } },
      operations: doing,
    },
    undefined,
    1,
  );

/** One interaction of post with sales, as Pact writes it. */
export interface Wish {
  readonly contents: object;
  readonly rules?: object;
  readonly event?: string;
  readonly operationId?: string;
  readonly description?: string;
  /** Name of a provider state. */
  readonly state?: string;
  readonly metadata?: object;
  readonly metadataRules?: object;
}

const anything = { combine: "AND", matchers: [{ match: "type" }] };

/** A matching rule list with one matcher. */
export const rule = (match: string, more: object = {}): object => ({ combine: "AND", matchers: [{ match, ...more }] });

/** The text of a Pact file. */
export function pactOf(wishes: readonly Wish[], consumer = "post", provider = "sales"): string {
  const interactions = wishes.map(
    ({ contents, rules = {}, event = "Placed.v1", operationId = "receivePlaced", description = event, ...more }) => ({
      type: "Asynchronous/Messages",
      description,
      comments: { references: { AsyncAPI: { operationId, message: event } } },
      contents: {
        content: { eventType: event.split(".")[0], version: 1, ...contents },
        contentType: "application/json",
        encoded: false,
      },
      matchingRules: { body: rules, ...(more.metadataRules ? { metadata: more.metadataRules } : {}) },
      ...(more.state ? { providerStates: [{ name: more.state }] } : {}),
      ...(more.metadata ? { metadata: more.metadata } : {}),
    }),
  );
  return JSON.stringify(
    {
      consumer: { name: consumer },
      provider: { name: provider },
      interactions,
      metadata: { pactSpecification: { version: "4.0" } },
    },
    undefined,
    1,
  );
}

/** What post needs, and sales always says. */
export const modest: Wish = { contents: { data: { id: "1" } }, rules: { "$.data.id": anything } };
/** The same of the other event. */
export const dropped: Wish = { ...modest, event: "Dropped.v1", operationId: "receiveDropped" };

/** A repository with two services: sales sends Placed and Dropped, post receives both. */
export function repository(files: Readonly<Record<string, string>>) {
  return temporaryFolder({
    "asyncapi/channels.json": JSON.stringify(channels, undefined, 1),
    "asyncapi/sales.json": document("sales", operations("send", "Placed", "Dropped")),
    "asyncapi/post.json": document("post", operations("receive", "Placed", "Dropped")),
    "eventpact.yaml": "dir: asyncapi\n",
    ...files,
  });
}
