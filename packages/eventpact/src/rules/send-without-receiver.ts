import type { Rule } from "./rule.ts";

export const sendWithoutReceiver: Rule = {
  code: "send-without-receiver",
  category: "events",
  severity: "warning",
  title: "Every event that is sent is received by somebody.",
  why: "An event that nobody hears costs its sender work and its topic space, and nobody notices when it becomes wrong. Waive it for events meant for others outside.",
  needsEverything: true,
  check(model, report) {
    if (model.documents.length < 2) return;
    for (const operation of model.operations) {
      if (operation.action !== "send") continue;
      for (const [index, key] of operation.events.entries()) {
        const event = model.events.find((one) => one.key === key);
        if (!event || event.receivers.length > 0) continue;
        const place = operation.messagePlaces[index] ?? operation.place;
        report({ place, message: `${operation.service} sends ${key}, which no service receives.` });
      }
    }
  },
};
