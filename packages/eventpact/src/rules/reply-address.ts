import { own, ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import type { Model } from "../model/types.ts";
import type { Place } from "../read/sources.ts";
import { down, fieldOf, partsOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const replyAddress: Rule = {
  code: "reply-address",
  category: "specification",
  severity: "error",
  title: "A reply has an address of its own, or a channel with one, not both.",
  why: "With `address` the requester says in each message where the answer goes, and the address of the reply's channel must be null or absent. Where both are given, nobody can tell which of the two is used.",
  check(model, report) {
    for (const reply of replies(model)) {
      const channel = down(model, reply, "channel");
      const address = channel && ownString(valueOf(model.sources, channel), "address");
      if (address === undefined || own(valueOf(model.sources, reply), "address") === undefined) continue;
      report({
        place: fieldOf(reply, "address"),
        part: "key",
        message: `The reply finds its address in the request, but its channel has the fixed address "${address}".`,
        hint: "Take one of the two out: this one, or the channel's (address: null).",
      });
    }
  },
};

function replies(model: Model): ReadonlySet<Place> {
  const found = new Map<string, Place>();
  const add = (place: Place | undefined): void => {
    if (place) found.set(`${place.file}#${place.pointer}`, place);
  };
  for (const { place } of partsOf(model, "operations", "components/operations")) add(down(model, place, "reply"));
  for (const { place } of partsOf(model, "components/replies")) add(place);
  return new Set(found.values());
}
