import { locationParts, locationsOf } from "./locations.ts";
import type { Rule } from "./rule.ts";

export const locationInvalid: Rule = {
  code: "location-invalid",
  category: "specification",
  severity: "error",
  title: "A location is a runtime expression: $message.header#/… or $message.payload#/….",
  why: "It says where in a message the correlation ID, the reply's address or a parameter is found. What follows `#` is a JSON pointer, empty or beginning with a slash.",
  check(model, report) {
    for (const { text, place } of locationsOf(model)) {
      // What does not even begin like one is told as an invalid field.
      if (locationParts(text) || !/^\$message\.(header|payload)#/.test(text)) continue;
      const [before = "", after = ""] = text.split("#");
      const meant = `${before}#/${after}`;
      report({
        place,
        message: `"${text}" is not a location: a JSON pointer must follow "#".`,
        hint: locationParts(meant)
          ? `Write "${meant}".`
          : `In a pointer "~" is written ~0 and "/" inside of a name ~1.`,
      });
    }
  },
};
