import { canonicalJson } from "../read/json.ts";
import type { Channel } from "../model/types.ts";
import type { Rule } from "./rule.ts";

export const topicAgrees: Rule = {
  code: "topic-agrees",
  category: "events",
  severity: "error",
  title: "All documents say the same about a topic.",
  why: "Partitions, retention and messages belong to the topic and not to a document. Two descriptions of one topic drift apart; define the channel once, in a shared file, and refer to it.",
  check(model, report) {
    for (const topic of model.topics) {
      const places = new Map<string, Channel>();
      for (const channel of model.channels.filter((one) => one.topic === topic.name))
        places.set(`${channel.place.file}#${channel.place.pointer}`, channel);
      const [first, ...others] = places.values();
      for (const other of others) {
        if (!first || other.name !== first.name) continue;
        const same = canonicalJson(other.bindings) === canonicalJson(first.bindings) && sameMessages(first, other);
        const message = same
          ? `${topic.name} is described here and in ${first.place.file}.`
          : `${topic.name} is described differently here and in ${first.place.file}.`;
        report({ place: other.place, part: "key", message, hint: "Keep one description, and refer to it by $ref." });
      }
    }
  },
};

function sameMessages(a: Channel, b: Channel): boolean {
  return [...a.messages.values()].toSorted().join() === [...b.messages.values()].toSorted().join();
}
