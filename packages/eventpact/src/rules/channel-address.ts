import { ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { fieldOf, partsOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const channelAddress: Rule = {
  code: "channel-address",
  category: "specification",
  severity: "error",
  title: "A channel's address has no query and no fragment, and its expressions are names in braces.",
  why: "Query parameters belong into the channel's bindings. A brace that is not closed, or holds no name, is no parameter, and nothing is ever put in for it. `#` as a whole step of an address is a broker's wildcard and is none of these.",
  check(model, report) {
    for (const { place } of partsOf(model, "channels", "components/channels")) {
      const address = ownString(valueOf(model.sources, place), "address");
      const fault = address === undefined ? undefined : faultOf(address);
      if (fault) report({ place: fieldOf(place, "address"), ...fault });
    }
  },
};

function faultOf(address: string): { message: string; hint: string } | undefined {
  const bare = address.replace(/\{[^{}]*\}/g, "");
  if (/[{}]/.test(bare))
    return {
      message: `A brace of the address "${address}" has no counterpart.`,
      hint: "A parameter is a name in braces: {orderId}.",
    };
  if (/\{\s*\}/.test(address))
    return {
      message: `The address "${address}" has braces without a name.`,
      hint: "A parameter is a name in braces: {orderId}.",
    };
  const isFragment = /[^/.]#|#[^/.]/.test(bare);
  if (!isFragment && !bare.includes("?")) return undefined;
  const what = bare.includes("?") ? "a query" : "a fragment";
  return { message: `The address "${address}" has ${what}.`, hint: "Describe it in the bindings of the channel." };
}
