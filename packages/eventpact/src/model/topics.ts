import type { Json, JsonObject } from "../read/json.ts";
import { own } from "../read/json.ts";
import type { Channel, Operation, Topic } from "./types.ts";

/** The channels of all documents by topic, sorted by name. Settings come from the first channel that states them. */
export function readTopics(channels: readonly Channel[], operations: readonly Operation[]): readonly Topic[] {
  const names = [...new Set(channels.map((channel) => channel.topic))].toSorted();
  return names.flatMap((name): Topic[] => {
    const mine = channels.filter((channel) => channel.topic === name);
    const first = mine[0];
    if (!first) return [];
    const services = (action: "send" | "receive"): readonly string[] =>
      sorted(operations.filter((op) => op.topic === name && op.action === action).map((op) => op.service));
    const settings = mine.map((channel) => topicSettings(channel.bindings));
    return [
      {
        name,
        ...Object.assign({}, ...settings.toReversed()),
        writers: services("send"),
        readers: services("receive"),
        events: sorted(mine.flatMap((channel) => [...channel.messages.values()])),
        place: first.place,
      },
    ];
  });
}

/** The Kafka channel binding's partitions, retention, segments and cleanup policy. */
export function topicSettings(
  bindings: JsonObject,
): Pick<Topic, "partitions" | "retentionMs" | "segmentMs" | "cleanupPolicy"> {
  const kafka = own(bindings, "kafka");
  const configuration = own(kafka, "topicConfiguration");
  const partitions = own(kafka, "partitions");
  const retentionMs = own(configuration, "retention.ms");
  const segmentMs = own(configuration, "segment.ms");
  const policy = cleanupPolicy(own(configuration, "cleanup.policy"));
  return {
    ...(typeof partitions === "number" ? { partitions } : {}),
    ...(typeof retentionMs === "number" ? { retentionMs } : {}),
    ...(typeof segmentMs === "number" ? { segmentMs } : {}),
    ...(policy === undefined ? {} : { cleanupPolicy: policy }),
  };
}

function cleanupPolicy(value: Json | undefined): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.toSorted().join(",") : undefined;
}

function sorted(names: readonly string[]): readonly string[] {
  return [...new Set(names)].toSorted();
}
