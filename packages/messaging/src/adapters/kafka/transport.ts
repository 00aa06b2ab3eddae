import { Admin } from "@platformatic/kafka";
import { MessagingError } from "../../errors.ts";
import type { Features, Subscription, Transport } from "../../ports/transport.ts";
import { within } from "./backoff.ts";
import { boundsOf, lagOf, partitionsOf } from "./offsets.ts";
import { baseOptions, tuning as defaults, type KafkaContext, type KafkaOptions, type KafkaTuning } from "./options.ts";
import { createReader } from "./reader.ts";
import { createSender } from "./sender.ts";
import { KafkaSubscription } from "./subscription.ts";
import { ensureTopics } from "./topics.ts";
import { orUnavailable } from "./trouble.ts";

/** What Kafka can do, known without a broker. */
export const features: Features = {
  persistent: true,
  multiProcess: true,
  denseOffsets: false,
  addPartitions: true,
  // The broker removes by itself; there is no command to remove by time.
  retention: false,
  groups: true,
  orderedFailures: true,
};

function checkTuning({ revokeDeadlineMs, sessionTimeoutMs, rebalanceTimeoutMs, heartbeatMs }: KafkaTuning): void {
  if (revokeDeadlineMs >= sessionTimeoutMs) {
    throw new RangeError("revokeDeadlineMs must be shorter than sessionTimeoutMs: no heartbeat is sent meanwhile.");
  }
  if (rebalanceTimeoutMs < sessionTimeoutMs) {
    throw new RangeError("rebalanceTimeoutMs must be at least sessionTimeoutMs.");
  }
  if (heartbeatMs * 3 > sessionTimeoutMs) {
    throw new RangeError("heartbeatMs must be at most a third of sessionTimeoutMs: one lost heartbeat is no death.");
  }
}

/** The Kafka adapter over an open client. Connects when it is first used. */
export function createTransport(options: KafkaOptions): Transport {
  const tuning = { ...defaults, ...options.tuning };
  checkTuning(tuning);
  const base = baseOptions(options, tuning);
  const admin = new Admin({ ...base, requestTimeout: tuning.sendTimeoutMs });
  const context: KafkaContext = { base, tuning, log: options.log, replicas: options.replicas ?? -1, admin };
  const sender = createSender(context);
  const reader = createReader(context);
  const subscriptions = new Set<Subscription>();
  let closing: Promise<void> | undefined;

  const open = (): void => {
    if (closing !== undefined) throw new MessagingError("closed", "The Kafka transport is closed.");
  };

  return {
    name: "kafka",
    features,
    ensureTopics: async (topics) => {
      open();
      await ensureTopics(context, topics);
    },
    send: sender.send,
    subscribe: async (wanted, subscriber) => {
      open();
      const subscription = new KafkaSubscription(context, wanted, subscriber);
      subscriptions.add(subscription);
      return subscription;
    },
    lag: async (group, topics) => {
      open();
      return lagOf(context, group, topics);
    },
    bounds: async (topic) => {
      open();
      return orUnavailable(`asking for the offsets of ${topic}`, async () =>
        boundsOf(context, await partitionsOf(context, [topic])),
      );
    },
    read: async (partition, offset, limit) => {
      open();
      return reader.read(partition, offset, limit);
    },
    close: (deadlineMs) =>
      (closing ??= (async () => {
        const end = performance.now() + deadlineMs;
        await Promise.all([...subscriptions].map((subscription) => subscription.close(deadlineMs)));
        const rest = Promise.allSettled([sender.close(), reader.close()]).then(() => admin.close());
        await within(end - performance.now(), rest);
      })()),
  };
}
