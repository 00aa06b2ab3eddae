import { splitVersion } from "../model/naming.ts";
import { childPointer } from "../read/pointer.ts";
import { reportedPlace } from "./event-place.ts";
import type { Rule } from "./rule.ts";

export const eventName: Rule = {
  code: "event-name",
  category: "events",
  severity: "error",
  title: "A message is called what its envelope says, in every place: OrderCreated.v2.",
  why: "One search must find the whole life of an event. Code is generated from the name and messages are recognised by the envelope: where the two differ, one version is taken for another.",
  check(model, report) {
    for (const event of model.events) {
      if (!event.enveloped || event.version === undefined) continue;
      const expected = `${event.eventType}.v${event.version}`;
      if (event.name === expected) continue;
      const named = splitVersion(event.name);
      const what =
        named.eventType === event.eventType
          ? `version ${event.version}`
          : `"${event.eventType}" version ${event.version}`;
      report({
        place: reportedPlace(model, event, "name"),
        message: `The message is called "${event.name}", but its envelope says ${what}.`,
        hint: `Call it "${expected}", or mend the constants of eventType and version.`,
      });
    }
    for (const channel of model.channels) {
      for (const [name, key] of channel.messages) {
        const event = model.events.find((one) => one.key === key);
        if (!event?.enveloped || name === event.name) continue;
        const pointer = childPointer(childPointer(channel.place.pointer, "messages"), name);
        const message = `The channel lists ${event.name} as "${name}".`;
        report({
          place: { file: channel.place.file, pointer },
          part: "key",
          message,
          hint: `List it as "${event.name}".`,
        });
      }
    }
  },
};
