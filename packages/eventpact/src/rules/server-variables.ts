import { didYouMean } from "../diagnostics/suggest.ts";
import { keysAt } from "../model/channels.ts";
import { ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { down, fieldOf, partsOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const serverVariables: Rule = {
  code: "server-variables",
  category: "schema",
  severity: "error",
  title: "A server describes exactly the variables that its host and pathname name.",
  why: "Without a description nobody knows what to put in for `{region}`; a variable that host and pathname do not name is never put in.",
  check(model, report) {
    for (const { place } of partsOf(model, "servers", "components/servers")) {
      const value = valueOf(model.sources, place);
      const map = down(model, place, "variables");
      const described = keysAt(model.sources, map);
      const named = new Set<string>();
      for (const field of ["host", "pathname"]) {
        for (const [, name = ""] of (ownString(value, field) ?? "").matchAll(/\{([^{}]*)\}/g)) {
          named.add(name);
          if (described.includes(name)) continue;
          const hint = didYouMean(name, described) ?? `Describe it: variables: { ${name}: { … } }.`;
          report({
            place: fieldOf(place, field),
            message: `The variable "${name}" of the ${field} is not described.`,
            hint,
          });
        }
      }
      for (const name of described) {
        if (named.has(name) || !map) continue;
        const message = `Neither host nor pathname has a variable "${name}".`;
        report({ place: fieldOf(map, name), part: "key", message, hint: didYouMean(name, named) });
      }
    }
  },
};
