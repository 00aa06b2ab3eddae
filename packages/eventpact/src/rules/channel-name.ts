import { keysAt } from "../model/channels.ts";
import { childPointer } from "../read/pointer.ts";
import { resolveChild } from "../read/resolve.ts";
import type { Rule } from "./rule.ts";

export const channelName: Rule = {
  code: "channel-name",
  category: "specification",
  severity: "error",
  title: "A channel's name holds no `?` and no `#`.",
  why: "Both have a meaning in references, so that the channel could not be referred to. Query parameters go into the channel's bindings.",
  check(model, report) {
    for (const document of model.documents) {
      const channels = resolveChild(model.sources, document.place, "channels");
      for (const name of keysAt(model.sources, channels)) {
        if (!channels || !/[?#]/.test(name)) continue;
        const place = { file: channels.file, pointer: childPointer(channels.pointer, name) };
        report({ place, part: "key", message: `The channel's name "${name}" contains "?" or "#".` });
      }
    }
  },
};
