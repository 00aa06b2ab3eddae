import { childPointer, pointerTokens } from "../read/pointer.ts";
import { refTarget, resolveChild, resolvePlace, valueOf } from "../read/resolve.ts";
import { keysAt } from "../model/channels.ts";
import { ownString, own } from "../read/json.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Rule } from "./rule.ts";

export const operationChannel: Rule = {
  code: "operation-channel",
  category: "specification",
  severity: "error",
  title: "The channel of an operation or a reply is a channel of its own document.",
  why: "The specification wants `#/channels/<name>` there, so that the document alone says which channels its application uses. Add the channel to `channels` (it may be a $ref to a shared one) and refer to it.",
  check(model, report) {
    for (const document of model.documents) {
      const operations = resolveChild(model.sources, document.place, "operations");
      const channels = keysAt(model.sources, resolveChild(model.sources, document.place, "channels"));
      for (const id of keysAt(model.sources, operations)) {
        const place = operations && resolveChild(model.sources, operations, id);
        const reply = place && resolveChild(model.sources, place, "reply");
        for (const holder of [place, reply]) {
          const ref = holder && ownString(own(valueOf(model.sources, holder), "channel"), "$ref");
          if (!holder || ref === undefined) continue;
          const at = { file: holder.file, pointer: childPointer(holder.pointer, "channel") };
          const target = refTarget(at.file, ref);
          // What leads nowhere is told by `ref-resolves`.
          if (target.kind !== "local" || !resolvePlace(model.sources, at)) continue;
          const tokens = pointerTokens(target.place.pointer);
          if (target.place.file === document.file && tokens[0] === "channels" && tokens.length === 2) continue;
          const last = tokens.at(-1) ?? "";
          const known = channels.includes(last) ? `Write "#/channels/${last}".` : didYouMean(last, channels);
          const what = holder === reply ? `The reply of "${id}"` : `The operation "${id}"`;
          report({
            place: { file: at.file, pointer: childPointer(at.pointer, "$ref") },
            message: `${what} refers to "${ref}" instead of a channel under "channels" of ${document.file}.`,
            hint: known ?? `List it there first, then write "#/channels/<name>".`,
          });
        }
      }
    }
  },
};
