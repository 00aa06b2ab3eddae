import { didYouMean } from "../diagnostics/suggest.ts";
import { own } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

const stages = ["active", "deprecated", "retained"];

export const eventLifecycle: Rule = {
  code: "event-lifecycle",
  category: "events",
  severity: "error",
  title: "A version's lifecycle is active, deprecated or retained, and what the operations say agrees.",
  why: "`active` is sent; `deprecated` is still sent and has a successor; `retained` is sent no longer, but is still found in the topic, so that every reader must understand it.",
  check(model, report) {
    const newest = new Map<string, number>();
    for (const { eventType, version } of model.events)
      newest.set(eventType, Math.max(version ?? 0, newest.get(eventType) ?? 0));
    for (const event of model.events) {
      const place = reportedPlace(model, event, "x-lifecycle");
      const written = own(valueOf(model.sources, event.place), "x-lifecycle");
      if (written !== undefined && !stages.includes(String(written))) {
        const hint = didYouMean(String(written), stages) ?? `It is one of ${stages.join(", ")}.`;
        report({ place, message: `There is no lifecycle "${String(written)}".`, hint });
        continue;
      }
      if (event.lifecycle === "retained" && event.senders.length > 0) {
        const message = `${event.key} is retained, but ${event.senders.join(" and ")} still sends it.`;
        report({ place, message, hint: "Take it out of the send operation, or call it deprecated until then." });
      }
      const isNewest = (event.version ?? 0) >= (newest.get(event.eventType) ?? 0);
      if (event.lifecycle === "deprecated" && event.version !== undefined && isNewest) {
        const hint = "Add the version that takes its place, or call it retained when the event is no longer sent.";
        report({ place, message: `${event.key} is deprecated and has no successor.`, hint });
      }
    }
  },
};
