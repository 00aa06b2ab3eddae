import type { Requirement } from "./types.ts";
import { invalid, nothing, rule, section, unknown } from "./types.ts";

const latest = nothing("It binds the reader of a document: ours judges by the latest version.");
const vendor = nothing("It binds clients at run time.");
const channel = "/channels/orders/bindings";
const message = "/channels/orders/messages/placed/bindings";
const operation = "/operations/answer/bindings";

/** The bindings of Kafka, AMQP, HTTP, WebSocket and MQTT, in the versions that the specification's schema has. */
export const bindingRequirements: readonly Requirement[] = [
  ...section(
    "Kafka: server",
    ["MUST NOT", "`schemaRegistryVendor` is given without `schemaRegistryUrl`.", rule("kafka-registry")],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown("/servers/main/bindings/kafka/registry", "a")],
  ),
  ...section(
    "Kafka: channel",
    ["MUST", "`partitions` is positive.", invalid(`${channel}/kafka/partitions`, 0)],
    ["MUST", "`replicas` is positive.", invalid(`${channel}/kafka/replicas`, -1)],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${channel}/kafka/partition`, 3)],
    ["SHOULD", "Clients use the vendor's default where the strategy for keys is not given.", vendor],
    ["SHOULD", "Clients use the vendor's default where the strategy for values is not given.", vendor],
  ),
  ...section(
    "Kafka: operation",
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${operation}/kafka/group`, "a")],
  ),
  ...section(
    "Kafka: message",
    ["MUST NOT", "`schemaIdLocation` is given without a registry at the server.", rule("kafka-registry")],
    ["MUST NOT", "`schemaIdPayloadEncoding` is given without a registry at the server.", rule("kafka-registry")],
    ["MUST NOT", "`schemaLookupStrategy` is given without a registry at the server.", rule("kafka-registry")],
    ["SHOULD", "Clients use the vendor's default where the strategy is not given.", vendor],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${message}/kafka/partition`, 1)],
  ),
  ...section("AMQP: server", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section(
    "AMQP: channel",
    [
      "MUST NOT",
      "The name of an exchange exceeds 255 characters.",
      invalid(`${channel}/amqp/exchange/name`, "x".repeat(256)),
    ],
    [
      "MUST NOT",
      "The name of a queue exceeds 255 characters.",
      invalid(`/components/channelBindings/queue/amqp/queue/name`, "x".repeat(256)),
    ],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${channel}/amqp/routing`, "a")],
  ),
  ...section(
    "AMQP: operation",
    ["MUST", "`expiration` is zero or more.", invalid(`${operation}/amqp/expiration`, -1)],
    ["MUST", "`deliveryMode` is 1 or 2.", invalid(`${operation}/amqp/deliveryMode`, 3)],
    ["SHOULD", "`cc` names the routing keys that a message goes to.", invalid(`${operation}/amqp/cc`, "a")],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${operation}/amqp/durable`, true)],
  ),
  ...section(
    "AMQP: message",
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${message}/amqp/encoding`, "gzip")],
  ),
  ...section("HTTP: server", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section("HTTP: channel", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section(
    "HTTP: operation",
    ["MUST", "`method` is one of HTTP's.", invalid(`${operation}/http/method`, "FETCH")],
    ["MUST", "`query` is a schema of an object with properties.", rule("binding-schema")],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${operation}/http/path`, "/orders")],
  ),
  ...section(
    "HTTP: message",
    ["MUST", "`headers` is a schema of an object with properties.", rule("binding-schema")],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${message}/http/status`, 200)],
  ),
  ...section("WebSocket: server", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section(
    "WebSocket: channel",
    ["MUST", "`method` is GET or POST.", invalid(`${channel}/ws/method`, "PUT")],
    ["MUST", "`query` is a schema of an object with properties.", rule("binding-schema")],
    ["MUST", "`headers` is a schema of an object with properties.", rule("binding-schema")],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${channel}/ws/path`, "/orders")],
  ),
  ...section("WebSocket: operation", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section("WebSocket: message", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section(
    "MQTT: server",
    ["MUST", "`lastWill.qos` is 0, 1 or 2.", invalid("/servers/main/bindings/mqtt/lastWill/qos", 3)],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown("/servers/main/bindings/mqtt/session", true)],
  ),
  ...section("MQTT: channel", ["MUST NOT", "It has fields.", rule("binding-empty")]),
  ...section(
    "MQTT: operation",
    ["MUST", "`qos` is 0, 1 or 2.", invalid(`${operation}/mqtt/qos`, 3)],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${operation}/mqtt/topic`, "a")],
  ),
  ...section(
    "MQTT: message",
    [
      "SHOULD NOT",
      "Its `contentType` contradicts that of the message.",
      nothing("Which of the two is meant cannot be told; most documents give one."),
    ],
    ["MUST", "Without a version the latest is meant.", latest],
    ["MUST", "It has only these fields.", unknown(`${message}/mqtt/qos`, 1)],
  ),
];
