import { childPointer, pointerTokens } from "../read/pointer.ts";
import { refTarget, resolveChild, valueOf } from "../read/resolve.ts";
import { keysAt } from "../model/channels.ts";
import { ownString, own } from "../read/json.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Rule } from "./rule.ts";

export const operationChannel: Rule = {
  code: "operation-channel",
  category: "specification",
  severity: "error",
  title: "An operation's channel is a channel of its own document.",
  why: "The specification wants `#/channels/<name>` there, so that the document alone says which channels its application uses. Add the channel to `channels` (it may be a $ref to a shared one) and refer to it.",
  check(model, report) {
    for (const document of model.documents) {
      const operations = resolveChild(model.sources, document.place, "operations");
      const channels = keysAt(model.sources, resolveChild(model.sources, document.place, "channels"));
      for (const id of keysAt(model.sources, operations)) {
        const place = operations && resolveChild(model.sources, operations, id);
        const ref = place && ownString(own(valueOf(model.sources, place), "channel"), "$ref");
        if (!place || ref === undefined) continue;
        const target = refTarget(place.file, ref);
        const tokens = target.kind === "local" ? pointerTokens(target.place.pointer) : [];
        if (
          target.kind === "local" &&
          target.place.file === document.file &&
          tokens[0] === "channels" &&
          tokens.length === 2
        )
          continue;
        const last = tokens.at(-1) ?? "";
        const known = channels.includes(last) ? `Write "#/channels/${last}".` : didYouMean(last, channels);
        report({
          place: { file: place.file, pointer: childPointer(childPointer(place.pointer, "channel"), "$ref") },
          message: `The operation "${id}" refers to "${ref}" instead of a channel under "channels" of ${document.file}.`,
          hint: known ?? `List it there first, then write "#/channels/<name>".`,
        });
      }
    }
  },
};
