import { setTimeout as delay } from "node:timers/promises";
import { ConfigResourceTypes, IncrementalAlterConfigOperationTypes } from "@platformatic/kafka";
import type { TopicSpec } from "../../ports/transport.ts";
import { backoff, inTime } from "./backoff.ts";
import type { KafkaContext } from "./options.ts";
import { hasCode, orUnavailable, reasonOf, unavailable } from "./trouble.ts";

/**
 * Creates missing topics, adds partitions where there are fewer, and lengthens retention where it is shorter.
 * Never takes away: fewer partitions are impossible, and shorter retention would delete events; both are logged.
 */
export async function ensureTopics(context: KafkaContext, specs: readonly TopicSpec[]): Promise<void> {
  const deadline = performance.now() + context.tuning.startTimeoutMs;
  // One after the other: the client answers a second createPartitions with the outcome of the first.
  for (const spec of specs) {
    await insist(context, deadline, `creating topic ${spec.name}`, async () => {
      if (!(await create(context, spec))) await extend(context, spec);
    });
  }
  await orUnavailable("waiting for the new topics", () => untilReady(context, specs));
}

/** What trying again cannot mend: somebody has to change something. */
const hopeless = [
  "SASL_AUTHENTICATION_FAILED",
  "TOPIC_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "INVALID_TOPIC_EXCEPTION",
  "INVALID_CONFIG",
  "POLICY_VIOLATION",
];

/**
 * Tries until `deadline`: a broker that is just starting, or that has heard of a topic from somebody else and does not
 * know it yet, answers with all sorts of errors. Rejects with `broker-unavailable` and the last of them.
 */
async function insist(
  { tuning, log }: KafkaContext,
  deadline: number,
  doing: string,
  work: () => Promise<void>,
): Promise<void> {
  const pause = backoff(tuning.backoffMs);
  for (;;) {
    try {
      return await inTime(tuning.callTimeoutMs, doing, work());
    } catch (error) {
      if (hasCode(error, ...hopeless) || performance.now() >= deadline) throw unavailable(error, doing);
      log?.warn({ reason: reasonOf(error) }, `${doing}: not yet; trying again`);
      await pause.wait(new AbortController().signal);
    }
  }
}

const configsOf = (spec: TopicSpec): { name: string; value: string }[] => [
  ...(spec.retentionMs === undefined ? [] : [{ name: "retention.ms", value: String(spec.retentionMs) }]),
  ...(spec.cleanupPolicy === undefined ? [] : [{ name: "cleanup.policy", value: spec.cleanupPolicy }]),
];

async function create({ admin, replicas }: KafkaContext, spec: TopicSpec): Promise<boolean> {
  try {
    await admin.createTopics({ topics: [spec.name], partitions: spec.partitions, replicas, configs: configsOf(spec) });
    return true;
  } catch (error) {
    if (hasCode(error, "TOPIC_ALREADY_EXISTS")) return false;
    throw error;
  }
}

async function extend(context: KafkaContext, spec: TopicSpec): Promise<void> {
  const { admin, log } = context;
  const metadata = await admin.metadata({ topics: [spec.name], forceUpdate: true });
  const count = metadata.topics.get(spec.name)?.partitionsCount ?? spec.partitions;
  if (count < spec.partitions) {
    try {
      await admin.createPartitions({ topics: [{ name: spec.name, count: spec.partitions, assignments: null }] });
      log?.info({ topic: spec.name, from: count, to: spec.partitions }, "partitions added");
    } catch (error) {
      // Another process of this service did the same in this moment.
      if (!hasCode(error, "INVALID_PARTITIONS")) throw error;
    }
  } else if (count > spec.partitions) {
    log?.warn(
      { topic: spec.name, has: count, asked: spec.partitions },
      "the topic keeps its larger number of partitions",
    );
  }
  await lengthen(context, spec);
}

async function lengthen({ admin, log }: KafkaContext, spec: TopicSpec): Promise<void> {
  if (spec.retentionMs === undefined) return;
  const [described] = await admin.describeConfigs({
    resources: [
      { resourceType: ConfigResourceTypes.TOPIC, resourceName: spec.name, configurationKeys: ["retention.ms"] },
    ],
  });
  const kept = Number(described?.configs[0]?.value ?? Number.NaN);
  if (Number.isNaN(kept) || kept === spec.retentionMs) return;
  const longer = kept >= 0 && (spec.retentionMs < 0 || spec.retentionMs > kept);
  if (!longer) {
    log?.warn({ topic: spec.name, has: kept, asked: spec.retentionMs }, "the topic keeps its longer retention");
    return;
  }
  await admin.incrementalAlterConfigs({
    resources: [
      {
        resourceType: ConfigResourceTypes.TOPIC,
        resourceName: spec.name,
        configs: [
          {
            name: "retention.ms",
            configOperation: IncrementalAlterConfigOperationTypes.SET,
            value: String(spec.retentionMs),
          },
        ],
      },
    ],
  });
  log?.info({ topic: spec.name, from: kept, to: spec.retentionMs }, "retention lengthened");
}

/** A topic is created before its partitions have leaders; a send in between fails. */
async function untilReady({ admin, tuning }: KafkaContext, specs: readonly TopicSpec[]): Promise<void> {
  const deadline = Date.now() + tuning.startTimeoutMs;
  for (;;) {
    try {
      const asked = admin.metadata({ topics: specs.map((spec) => spec.name), forceUpdate: true });
      const metadata = await inTime(tuning.callTimeoutMs, "asking for the topics", asked);
      const ready = specs.every((spec) => {
        const topic = metadata.topics.get(spec.name);
        return (
          topic !== undefined &&
          topic.partitionsCount >= spec.partitions &&
          topic.partitions.every((p) => p.leader >= 0)
        );
      });
      if (ready) return;
      if (Date.now() > deadline) throw new Error("some partitions have no leader");
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
    await delay(50);
  }
}
