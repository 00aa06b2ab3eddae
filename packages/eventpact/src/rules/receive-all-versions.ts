import type { Rule } from "./rule.ts";

export const receiveAllVersions: Rule = {
  code: "receive-all-versions",
  category: "events",
  severity: "error",
  title: "Who receives an event receives every version of it that its topic holds.",
  why: "Old versions stay in the topic as long as it is kept. A reader that declares only the newest one stops at the first old event, at the latest when it is replayed.",
  check(model, report) {
    for (const service of model.services) {
      const received = new Set(service.receives.map(({ event }) => event));
      for (const topic of model.topics) {
        const inTopic = model.events.filter((event) => topic.events.includes(event.key) && event.version !== undefined);
        for (const event of inTopic) {
          const known = inTopic.filter((other) => other.eventType === event.eventType && received.has(other.key));
          if (received.has(event.key) || known.length === 0) continue;
          const operation = model.operations.find(
            (one) =>
              one.service === service.name &&
              one.action === "receive" &&
              one.events.some((key) => known.some((k) => k.key === key)),
          );
          if (!operation) continue;
          const message = `${service.name} receives ${known.map(({ key }) => key).join(" and ")}, but not ${event.key}, which is ${event.lifecycle} in ${topic.name}.`;
          report({
            place: operation.place,
            part: "key",
            message,
            hint: `Add ${event.key} to the messages of ${operation.id}.`,
          });
        }
      }
    }
  },
};
