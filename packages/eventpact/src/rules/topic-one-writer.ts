import type { Rule } from "./rule.ts";

export const topicOneWriter: Rule = {
  code: "topic-one-writer",
  category: "events",
  severity: "error",
  title: "A topic is written by one service.",
  why: "Order and sequence numbers hold per writer. With two of them nobody owns the contract, and neither can promise what comes first.",
  check(model, report) {
    for (const topic of model.topics) {
      if (topic.writers.length < 2) continue;
      for (const operation of model.operations) {
        if (operation.action !== "send" || operation.topic !== topic.name || operation.service === topic.writers[0])
          continue;
        report({
          place: operation.place,
          part: "key",
          message: `${topic.name} is written by ${topic.writers.join(" and ")}.`,
          hint: "Give each of them a topic of its own; readers may listen to both.",
        });
      }
    }
  },
};
