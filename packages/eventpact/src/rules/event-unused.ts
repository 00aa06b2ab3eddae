import type { Rule } from "./rule.ts";

export const eventUnused: Rule = {
  code: "event-unused",
  category: "events",
  severity: "warning",
  title: "Every message is sent or received by some operation.",
  why: "A message that no operation names is described for nobody: it was forgotten when its event went, or its operation is missing.",
  needsEverything: true,
  check(model, report) {
    const replies = new Set(model.operations.flatMap((operation) => operation.reply?.events ?? []));
    for (const event of model.events) {
      if (event.senders.length + event.receivers.length > 0 || replies.has(event.key)) continue;
      const hint = event.topics.length > 0 ? undefined : "No channel lists it either.";
      report({ place: event.place, part: "key", message: `No operation sends or receives ${event.key}.`, hint });
    }
  },
};
