import { posix } from "node:path";
import { kebabCase } from "../model/naming.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventFile: Rule = {
  code: "event-file",
  category: "events",
  severity: "error",
  title: "A file that holds one event version is named after it: order-created.v2.yaml.",
  why: "The file's name is what people see in a pull request. A version that was copied and not renamed, or renamed and not changed, is the most common mistake of all.",
  check(model, report) {
    for (const event of model.events) {
      if (!event.enveloped || event.version === undefined || event.pointer !== "") continue;
      const name = posix.basename(event.file);
      const expected = `${kebabCase(event.eventType)}.v${event.version}`;
      if (name.replace(/\.(ya?ml|json)$/i, "") === expected) continue;
      report({
        place: reportedPlace(model, event, "name"),
        message: `${name} holds ${event.eventType} version ${event.version}.`,
        hint: `Rename the file to ${expected}${posix.extname(name)}, or mend the version inside.`,
      });
    }
  },
};
