import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventExample: Rule = {
  code: "event-example",
  category: "events",
  severity: "error",
  title: "Every event version has an example, with a name and a summary.",
  why: "An example is the quickest documentation there is, the first test of the schema, and what contracts and witnesses are shown with.",
  check(model, report) {
    for (const event of model.events) {
      if (event.payload.kind === "none") continue;
      if (!event.examples.some((example) => example.payload !== undefined)) {
        const hint = `Add "examples" with a name, a summary and a payload.`;
        report({
          place: reportedPlace(model, event, "examples"),
          part: "key",
          message: `${event.key} has no example.`,
          hint,
        });
      }
      for (const { name, summary, place } of event.examples) {
        const lacks = [name ? "" : "a name", summary ? "" : "a summary"].filter(Boolean).join(" and ");
        if (lacks) report({ place, message: `An example of ${event.key} lacks ${lacks}.` });
      }
    }
  },
};
