import type { Table } from "./row.ts";
import { breaks, by, harmless, look, map, measured, object, words } from "./row.ts";

const security = by(
  "both",
  "Who has none of the credentials that are asked for is refused. A further alternative, or less asked of one, refuses nobody.",
  "security-changed",
  "info",
);
const described = { title: words, summary: words, description: words, tags: words, externalDocs: words } as const;
const apart = "Its operations, channels and messages are compared one by one.";
const credential = by("both", "Part of what a client must show, which is compared as a whole.", "security-changed");
const securityScheme: Table = {
  type: credential,
  description: words,
  in: credential,
  name: credential,
  scheme: credential,
  bearerFormat: credential,
  flows: credential,
  scopes: credential,
  openIdConnectUrl: credential,
};

/** Every object of AsyncAPI 3.0 and 3.1, and how each of its fields is judged. */
export const asyncapiTable: Readonly<Record<string, Table>> = {
  document: {
    asyncapi: harmless("3.0 and 3.1 are read alike; a version that is not understood is not read."),
    id: harmless(
      "The service's name is its last part; under another name it is another service, which is told by itself.",
    ),
    defaultContentType: by("both", "It counts where a message says none of its own.", "content-type-changed", "info"),
    info: object("info"),
    servers: map("server"),
    channels: map("channel"),
    operations: map("operation"),
    components: object("components"),
  },
  info: {
    title: words,
    version: harmless("The version of the documents; each event says its own."),
    description: words,
    termsOfService: words,
    contact: words,
    license: words,
    tags: words,
    externalDocs: words,
  },
  contact: { name: words, url: words, email: words },
  license: { name: words, url: words },
  tag: { name: words, description: words, externalDocs: words },
  externalDocs: { description: words, url: words },
  server: {
    ...described,
    host: by(
      "both",
      "Clients still go to the old address: of HTTP and WebSocket servers that breaks them, and brokers may have several.",
      "server-changed",
      "undecided",
    ),
    pathname: by("both", "Part of the address that clients connect to.", "server-changed", "undecided"),
    protocol: by("both", "Clients of the old protocol cannot speak to it.", "server-changed", "undecided"),
    protocolVersion: look("both", "Clients of the old version may not be able to speak to it.", "server-changed"),
    variables: map("serverVariable"),
    security,
    bindings: object("server bindings"),
  },
  serverVariable: {
    description: words,
    examples: words,
    default: breaks("both", "Who names no value goes to another address."),
    enum: measured("both", "Addresses made of the values that are gone are none any more.", {
      set: "breaking",
      cleared: "info",
      gone: "breaking",
      come: "info",
    }),
  },
  channel: {
    ...described,
    address: by(
      "both",
      "Readers listen to the old address, and what it keeps stays there. Where the Kafka binding names the topic, events go there whatever the address says.",
      "channel-address-changed channel-topic-changed",
      "info",
    ),
    messages: by("both", apart, "event-added event-removed event-renamed event-moved channel-messages-changed"),
    servers: by(
      "both",
      "Who connects to a server that is gone from the list does not find the channel there.",
      "channel-servers-changed",
    ),
    parameters: map("parameter"),
    bindings: object("channel bindings"),
  },
  parameter: {
    description: words,
    examples: words,
    enum: measured(
      "both",
      "Addresses made of the values that are gone have no channel any more.",
      { set: "breaking", cleared: "info", gone: "breaking", come: "info" },
      "channel-parameter-changed",
    ),
    default: breaks("both", "Who names no value uses another address.", "channel-parameter-changed"),
    location: breaks(
      "both",
      "The value is taken from another part of the message, so that it goes to another address.",
      "channel-parameter-changed",
    ),
  },
  operation: {
    ...described,
    action: by("both", "Who sent receives now, or the reverse.", "operation-action-changed", "undecided"),
    channel: by("both", "The other side is still on the old channel.", "operation-channel-changed"),
    messages: by(
      "both",
      "Who waits for a message that is sent no longer waits in vain; who drops one that is still sent will meet it.",
      "send-started send-stopped receive-started receive-stopped operation-messages-changed",
    ),
    reply: object("operationReply"),
    traits: by("nobody", "Traits are merged before comparing: only what they say counts.", ""),
    security,
    bindings: object("operation bindings"),
  },
  operationReply: {
    channel: by("sender", "Who asked waits on the old channel.", "reply-changed"),
    messages: by("sender", "Who asked waits for the old messages.", "reply-changed"),
    address: object("operationReplyAddress"),
  },
  operationReplyAddress: {
    location: by("sender", "Who asked named the address for the reply elsewhere.", "reply-changed", "undecided"),
    description: words,
  },
  message: {
    ...described,
    name: by(
      "both",
      "Readers tell events apart by name.",
      "event-renamed event-added event-removed message-renamed",
      "info",
    ),
    contentType: by(
      "both",
      "Readers decode the bytes by it. What means the same is the same.",
      "content-type-changed",
      "info",
    ),
    payload: by("both", "By the engine, in the directions of the event's mode.", "*payload", "info"),
    headers: by("both", "By the engine, in the directions of the event's mode.", "*headers", "info"),
    correlationId: object("correlationId"),
    deprecated: by("nobody", "The event's lifecycle.", "lifecycle-changed", "info"),
    examples: words,
    traits: by("nobody", "Traits are merged before comparing: only what they say counts.", ""),
    bindings: object("message bindings"),
    "x-compatibility": by(
      "nobody",
      "The mode that judges the event; the older one still judges this change.",
      "compatibility-weakened compatibility-strengthened compatibility-unknown",
      "info",
    ),
    "x-lifecycle": by("both", "The event's lifecycle.", "lifecycle-changed", "info"),
    "x-key-location": by(
      "both",
      "Another key puts events of one aggregate into other partitions.",
      "key-location-changed",
      "undecided",
    ),
  },
  correlationId: {
    location: breaks(
      "both",
      "Requests and replies are joined by the id, which the other side looks for in the old place.",
      "correlation-id-moved",
    ),
    description: words,
  },
  messageExample: { name: words, summary: words, payload: words, headers: words },
  multiFormatSchema: {
    schemaFormat: by(
      "both",
      "A schema in another language is mostly another encoding.",
      "payload-format-changed *payload *headers",
      "undecided",
    ),
    schema: by("both", "By the engine; a language without an engine here is undecided.", "*payload *headers", "info"),
  },
  securityScheme,
  oauth2Flow: {
    authorizationUrl: credential,
    tokenUrl: credential,
    refreshUrl: credential,
    availableScopes: credential,
  },
  components: Object.fromEntries(
    "schemas servers channels serverVariables operations messages securitySchemes parameters correlationIds operationTraits messageTraits replies replyAddresses serverBindings channelBindings operationBindings messageBindings tags externalDocs"
      .split(" ")
      .map((name) => [
        name,
        by("nobody", "Judged wherever it is referred to; what nothing refers to is told.", "component-changed"),
      ]),
  ),
};
