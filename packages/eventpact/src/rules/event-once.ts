import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventOnce: Rule = {
  code: "event-once",
  category: "events",
  severity: "error",
  title: "An event version is defined in one place, and others refer to it.",
  why: "Two definitions of one name are two contracts: sooner or later one is changed and the other is not.",
  check(model, report) {
    const first = new Map<string, string>();
    for (const event of model.events) {
      const where = `${event.file}${event.pointer ? `#${event.pointer}` : ""}`;
      for (const copy of event.copies)
        report({
          place: copy,
          part: "key",
          message: `${event.name} is defined here and in ${where}.`,
          hint: "Keep one, and refer to it by $ref.",
        });
      const earlier = first.get(event.name);
      if (earlier === undefined) first.set(event.name, where);
      else {
        const message = `${event.name} is defined differently here and in ${earlier}.`;
        report({
          place: reportedPlace(model, event, "name"),
          message,
          hint: "Give one of them a new version or another name.",
        });
      }
    }
  },
};
