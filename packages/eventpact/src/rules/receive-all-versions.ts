import type { EventVersion, Model } from "../model/types.ts";
import type { Rule } from "./rule.ts";

export const receiveAllVersions: Rule = {
  code: "receive-all-versions",
  category: "events",
  severity: "error",
  title: "Who receives an event receives every version of it that its topic holds.",
  why: "Old versions stay in the topic as long as it is kept. A reader that declares only the newest one stops at the first old event, at the latest when it is replayed.",
  check(model, report) {
    const families = versionFamilies(model);
    for (const operation of model.operations) {
      if (operation.action !== "receive" || operation.topic === undefined) continue;
      const service = model.services.find(({ name }) => name === operation.service);
      const received = new Set(service?.receives.map(({ event }) => event));
      for (const type of new Set(operation.events.map((key) => families.typeOf.get(key)))) {
        const family = families.members.get(`${operation.topic} ${type ?? ""}`) ?? [];
        const known = family.filter(({ key }) => received.has(key)).map(({ key }) => key);
        for (const { key, lifecycle } of family.filter((event) => !received.has(event.key)))
          report({
            place: operation.place,
            part: "key",
            message: `${operation.service} receives ${known.join(" and ")}, but not ${key}, which is ${lifecycle} in ${operation.topic}.`,
            hint: `Add ${key} to the messages of ${operation.id}.`,
          });
      }
    }
  },
};

interface Families {
  /** Event key → event type; versioned events only. */
  readonly typeOf: ReadonlyMap<string, string>;
  /** `topic type` → its versions in that topic. */
  readonly members: ReadonlyMap<string, readonly EventVersion[]>;
}

function versionFamilies(model: Model): Families {
  const members = new Map<string, EventVersion[]>();
  const versioned = model.events.filter(({ version }) => version !== undefined);
  for (const event of versioned)
    for (const topic of event.topics) {
      const id = `${topic} ${event.eventType}`;
      members.set(id, [...(members.get(id) ?? []), event]);
    }
  return { typeOf: new Map(versioned.map(({ key, eventType }) => [key, eventType])), members };
}
