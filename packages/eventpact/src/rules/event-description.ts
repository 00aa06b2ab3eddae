import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventDescription: Rule = {
  code: "event-description",
  category: "events",
  severity: "warning",
  title: "Every event version has a title, a summary and a description.",
  why: "Whoever considers to listen wants to know when the event happens, and what it does not say. The three are what the documentation shows in lists, in tables and on the event's own page.",
  check(model, report) {
    for (const event of model.events) {
      const lacks = (["title", "summary", "description"] as const).filter((field) => !event[field]?.trim());
      if (lacks.length === 0) continue;
      const message = `${event.key} has no ${lacks.join(", no ")}.`;
      report({ place: reportedPlace(model, event, "name"), message });
    }
  },
};
