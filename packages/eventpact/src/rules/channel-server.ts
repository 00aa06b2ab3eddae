import { didYouMean } from "../diagnostics/suggest.ts";
import { keysAt } from "../model/channels.ts";
import { ownString } from "../read/json.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";
import { resolveChild, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Rule } from "./rule.ts";

export const channelServer: Rule = {
  code: "channel-server",
  category: "specification",
  severity: "error",
  title: "A channel's servers are servers of its own document.",
  why: "The specification wants a subset of the document's `servers` there: `#/servers/<name>`.",
  check(model, report) {
    for (const channel of model.channels) {
      const servers = resolveChild(model.sources, { file: channel.document, pointer: "" }, "servers");
      const names = keysAt(model.sources, servers);
      const known = names.map((name) => servers && resolveChild(model.sources, servers, name));
      const list = resolveChild(model.sources, channel.place, "servers");
      const values = list && valueOf(model.sources, list);
      if (!list || !Array.isArray(values)) continue;
      for (const [index, value] of values.entries()) {
        const ref = ownString(value, "$ref");
        if (ref === undefined) continue;
        const place = { file: list.file, pointer: childPointer(list.pointer, index) };
        const target = resolvePlace(model.sources, place);
        // What leads nowhere is told by `ref-resolves`.
        if (!target) continue;
        const isListed = known.some((server) => server?.file === target.file && server.pointer === target.pointer);
        if (isListed && ref.includes("#/servers/")) continue;
        const last = pointerTokens(ref.split("#")[1] ?? "").at(-1) ?? "";
        report({
          place: { file: place.file, pointer: childPointer(place.pointer, "$ref") },
          message: `"${ref}" is not a server under "servers" of ${channel.document}.`,
          hint: names.includes(last) ? `Write "#/servers/${last}".` : didYouMean(last, names),
        });
      }
    }
  },
};
