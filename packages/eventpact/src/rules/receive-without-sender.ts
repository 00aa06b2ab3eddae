import type { Rule } from "./rule.ts";

export const receiveWithoutSender: Rule = {
  code: "receive-without-sender",
  category: "events",
  severity: "error",
  title: "Every event that is received is sent by somebody.",
  why: "A receiver that nobody speaks to waits for ever. A retained version needs no sender, but somebody must have written its topic.",
  needsEverything: true,
  check(model, report) {
    if (model.documents.length < 2) return;
    for (const operation of model.operations) {
      if (operation.action !== "receive") continue;
      for (const [index, key] of operation.events.entries()) {
        const event = model.events.find((one) => one.key === key);
        const topic = model.topics.find((one) => one.name === operation.topic);
        const place = operation.messagePlaces[index] ?? operation.place;
        if (!event || event.senders.length > 0) continue;
        if (event.lifecycle !== "retained") {
          const hint = `Add a send operation for it to the service that says it, or mark the version "x-lifecycle: retained".`;
          report({ place, message: `${operation.service} receives ${key}, which no service sends.`, hint });
        } else if (topic && topic.writers.length === 0)
          report({ place, message: `${operation.service} receives ${key}, but no service writes ${topic.name}.` });
      }
    }
  },
};
