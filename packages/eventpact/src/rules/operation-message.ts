import { didYouMean } from "../diagnostics/suggest.ts";
import type { Channel, Model } from "../model/types.ts";
import { own, ownString } from "../read/json.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";
import { resolveChild, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import type { Report, Rule } from "./rule.ts";

export const operationMessage: Rule = {
  code: "operation-message",
  category: "specification",
  severity: "error",
  title: "An operation's messages belong to its channel.",
  why: "The specification wants `#/channels/<channel>/messages/<message>` there. A message that the channel does not list cannot be met on it; a reference past the channel hides from readers that it is.",
  check(model, report) {
    for (const operation of model.operations) {
      const channel = model.channels.find((c) => c.document === operation.document && c.name === operation.channel);
      if (!channel) continue;
      checkList(model, channel, operation.place, operation.id, report);
      const reply = resolveChild(model.sources, operation.place, "reply");
      const replyRef = reply && ownString(own(valueOf(model.sources, reply), "channel"), "$ref");
      const name = pointerTokens(replyRef?.split("#")[1] ?? "").at(-1);
      const replyChannel = model.channels.find((c) => c.document === operation.document && c.name === name);
      if (reply && replyChannel) checkList(model, replyChannel, reply, `${operation.id} (reply)`, report);
    }
  },
};

function checkList(model: Model, channel: Channel, holder: Place, id: string, report: Report): void {
  const list = resolveChild(model.sources, holder, "messages");
  const values = list && valueOf(model.sources, list);
  if (!list || !Array.isArray(values)) return;
  for (const [index, value] of values.entries()) {
    const ref = ownString(value, "$ref");
    const expected = childPointer("", "channels") + childPointer("", channel.name) + "/messages/";
    const [file = "", fragment = ""] = (ref ?? "").split("#");
    if (
      ref === undefined ||
      ((file === "" || holder.file !== channel.document) && decode(fragment).startsWith(expected))
    )
      continue;
    const target = resolvePlace(model.sources, { file: list.file, pointer: childPointer(list.pointer, index) });
    // What leads nowhere is told by `ref-resolves`.
    if (!target) continue;
    const place = { file: list.file, pointer: childPointer(childPointer(list.pointer, index), "$ref") };
    const last = pointerTokens(decode(fragment)).at(-1) ?? "";
    const names = [...channel.messages.keys()];
    const same = names.find((name) => isSame(resolvePlace(model.sources, messagePlace(channel, name)), target));
    const found = same ?? (names.includes(last) ? last : undefined);
    report({
      place,
      message: `The operation "${id}" refers to "${ref}", which is not a message of its channel "${channel.name}".`,
      hint: found
        ? `Write "#${expected}${found}".`
        : (didYouMean(last, names) ?? `The channel has: ${names.join(", ")}.`),
    });
  }
}

function messagePlace(channel: Channel, name: string): Place {
  return { file: channel.place.file, pointer: childPointer(childPointer(channel.place.pointer, "messages"), name) };
}

function isSame(a: Place | undefined, b: Place): boolean {
  return a?.file === b.file && a.pointer === b.pointer;
}

function decode(fragment: string): string {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
}
