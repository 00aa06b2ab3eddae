import type { Table } from "./row.ts";
import { breaks, by, harmless, look, measured, object, schema } from "./row.ts";

const bindingVersion = harmless("The version of the binding's own description; what it says is compared.");
const redeclared =
  "The broker refuses to declare again, with other arguments, what is there: clients of one side cannot start.";

/** Kafka, bindings 0.3.0 to 0.5.0. */
const kafka: Readonly<Record<string, Table>> = {
  "kafka server": {
    schemaRegistryUrl: breaks("both", "Who writes registers schemas there, and who reads looks them up."),
    schemaRegistryVendor: breaks("both", "Vendors put the schema's id into the bytes differently."),
    bindingVersion,
  },
  "kafka channel": {
    topic: by(
      "both",
      "Readers listen to the old topic, and what it keeps stays there.",
      "channel-topic-changed channel-address-changed",
      "info",
    ),
    partitions: measured(
      "receiver",
      "The partition of a key follows from their number: the order of its events is lost.",
      { less: "breaking", more: "breaking" },
      "partitions-changed",
    ),
    replicas: harmless("Copies for the broker's own safety."),
    topicConfiguration: object("kafka topicConfiguration"),
    bindingVersion,
  },
  "kafka topicConfiguration": {
    "cleanup.policy": by(
      "receiver",
      "Compaction keeps the newest event of each key only; without it the last one goes in time.",
      "cleanup-policy-changed",
      "info",
    ),
    "retention.ms": by(
      "receiver",
      "Who is behind, and who replays, misses what goes earlier.",
      "retention-shortened retention-lengthened",
      "undecided",
    ),
    "retention.bytes": measured(
      "receiver",
      "Who is behind, and who replays, misses what goes earlier.",
      { less: "warning", more: "info" },
      "retention-changed",
    ),
    "delete.retention.ms": measured(
      "receiver",
      "Who is behind misses that a key was deleted.",
      { less: "warning", more: "info" },
      "retention-changed",
    ),
    "max.message.bytes": measured(
      "both",
      "Smaller: what senders still send is refused. Larger: readers may not fetch it.",
      { set: "warning", less: "breaking", more: "warning" },
      "message-size-changed",
    ),
    // Kafka's own, which the binding's schema admits and does not name.
    "segment.ms": harmless("When Kafka ends a segment; how long an event can be met is reckoned with it."),
    "segment.bytes": harmless("A full segment ends earlier; how long an event can be met is reckoned without it."),
    "min.insync.replicas": harmless("Copies for the broker's own safety."),
    "compression.type": harmless("Clients see the records as they were."),
    "message.timestamp.type": look("receiver", "Whose clock a record's time is."),
    "confluent.key.schema.validation": look("sender", "The broker refuses keys whose schema is not registered."),
    "confluent.key.subject.name.strategy": breaks(
      "both",
      "Schemas of keys are registered and looked up under another name.",
    ),
    "confluent.value.schema.validation": look("sender", "The broker refuses events whose schema is not registered."),
    "confluent.value.subject.name.strategy": breaks("both", "Schemas are registered and looked up under another name."),
  },
  "kafka operation": {
    groupId: by(
      "receiver",
      "A new group has read nothing yet; the old one's offsets stay where they are.",
      "group-changed",
      "undecided",
    ),
    clientId: look("nobody", "Quotas and access lists of the broker may go by it."),
    bindingVersion,
  },
  "kafka message": {
    key: by(
      "both",
      "By the engine, in the directions of the event's mode: the key decides the partition.",
      "*key",
      "info",
    ),
    schemaIdLocation: breaks("receiver", "Readers look for the schema's id in the old place."),
    schemaIdPayloadEncoding: breaks("receiver", "Readers take the first bytes for something else."),
    schemaLookupStrategy: breaks("receiver", "Readers look the schema up in another way."),
    bindingVersion,
  },
};

/** AMQP 0-9-1, binding 0.3.0. */
const amqp: Readonly<Record<string, Table>> = {
  "amqp server": {},
  "amqp channel": {
    is: breaks("both", "A queue is read by itself, a routing key through an exchange."),
    exchange: object("amqp exchange"),
    queue: object("amqp queue"),
    bindingVersion,
  },
  "amqp exchange": {
    name: breaks("both", "Senders and readers are still on the old exchange."),
    type: breaks("both", `Another type routes otherwise. ${redeclared}`),
    durable: breaks("both", redeclared),
    autoDelete: breaks("both", redeclared),
    vhost: breaks("both", "Senders and readers are still in the old virtual host."),
  },
  "amqp queue": {
    name: breaks("both", "Readers still listen to the old queue."),
    durable: breaks("both", redeclared),
    exclusive: breaks("both", `Only one connection may read an exclusive queue. ${redeclared}`),
    autoDelete: breaks("both", redeclared),
    vhost: breaks("both", "Senders and readers are still in the old virtual host."),
  },
  "amqp operation": {
    expiration: measured("receiver", "Who is behind misses what expires earlier.", {
      set: "warning",
      cleared: "info",
      less: "warning",
      more: "info",
    }),
    userId: look("sender", "The broker refuses messages of another user."),
    cc: measured("receiver", "Readers behind a routing key that is gone get no more copies.", {
      set: "info",
      cleared: "breaking",
      gone: "breaking",
      come: "info",
    }),
    bcc: measured("receiver", "Readers behind a routing key that is gone get no more copies.", {
      set: "info",
      cleared: "breaking",
      gone: "breaking",
      come: "info",
    }),
    priority: look("receiver", "Messages overtake each other otherwise than before."),
    deliveryMode: measured("receiver", "What is not persistent is lost when the broker restarts.", {
      less: "warning",
      more: "info",
    }),
    mandatory: look("sender", "What cannot be routed is returned, or is lost in silence."),
    replyTo: breaks("both", "Who asked waits on the old queue."),
    timestamp: look("receiver", "Readers may go by the time in the message's properties."),
    ack: look("receiver", "Without an acknowledgement what a reader was busy with is lost when it dies."),
    bindingVersion,
  },
  "amqp message": {
    contentEncoding: breaks("receiver", "Readers decode the bytes by it."),
    messageType: breaks("receiver", "Readers tell messages apart by it."),
    bindingVersion,
  },
};

/** HTTP, bindings 0.2.0 and 0.3.0. */
const http: Readonly<Record<string, Table>> = {
  "http server": {},
  "http channel": {},
  "http operation": {
    type: breaks("both", "A request is answered, a response is none."),
    is: breaks("both", "A request is answered, a response is none."),
    method: breaks("both", "The other side refuses the old method."),
    query: schema("What one side sends in the query must be what the other one takes."),
    bindingVersion,
  },
  "http message": {
    headers: schema("What one side sends in headers must be what the other one takes."),
    statusCode: breaks("receiver", "Clients go by the old status."),
    bindingVersion,
  },
};

/** WebSocket, binding 0.1.0. */
const ws: Readonly<Record<string, Table>> = {
  "ws server": {},
  "ws channel": {
    method: breaks("both", "The server refuses the old method of the handshake."),
    query: schema("What a client sends in the query of the handshake must be what the server takes."),
    headers: schema("What a client sends in headers of the handshake must be what the server takes."),
    bindingVersion,
  },
  "ws operation": {},
  "ws message": {},
};

export const bindingTable: Readonly<Record<string, Table>> = { ...kafka, ...amqp, ...http, ...ws };
