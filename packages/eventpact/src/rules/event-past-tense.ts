import { isPastTense, toPastTense } from "../model/tense.ts";
import { splitVersion } from "../model/naming.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventPastTense: Rule = {
  code: "event-past-tense",
  category: "events",
  severity: "error",
  title: "An event is named in the past tense.",
  why: "An event is a fact that nobody can refuse any more: OrderCreated, not CreateOrder. A name in the imperative is a command, which expects somebody to obey, and couples its sender to them.",
  check(model, report) {
    for (const event of model.events) {
      const { eventType } = event.enveloped ? event : splitVersion(event.name);
      if (isPastTense(eventType)) continue;
      report({
        place: reportedPlace(model, event, "name"),
        message: `"${eventType}" is not in the past tense.`,
        hint: toPastTense(eventType) ?? "Say what has happened: a noun and a past participle, such as OrderCreated.",
      });
    }
  },
};
