import { didYouMean } from "../diagnostics/suggest.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { valueOf } from "../read/resolve.ts";
import type { Rule } from "./rule.ts";

export const channelParameters: Rule = {
  code: "channel-parameters",
  category: "specification",
  severity: "error",
  title: "A channel describes exactly the parameters that its address names.",
  why: "A parameter that is not in the address is never filled in; one that is not described leaves readers guessing what to put there.",
  check(model, report) {
    for (const channel of model.channels) {
      if (!isObject(own(valueOf(model.sources, channel.place), "parameters"))) continue;
      const named = [...(channel.address ?? "").matchAll(/\{([^}]+)\}/g)].map((match) => match[1] as string);
      const pointer = childPointer(channel.place.pointer, "parameters");
      for (const name of channel.parameters) {
        if (named.includes(name)) continue;
        report({
          place: { file: channel.place.file, pointer: childPointer(pointer, name) },
          part: "key",
          message: `The address "${channel.address ?? ""}" has no parameter "${name}".`,
          hint: didYouMean(name, named),
        });
      }
      for (const name of named) {
        if (channel.parameters.includes(name)) continue;
        const message = `The parameter "${name}" of the address is not described.`;
        report({ place: { file: channel.place.file, pointer }, part: "key", message });
      }
    }
  },
};
