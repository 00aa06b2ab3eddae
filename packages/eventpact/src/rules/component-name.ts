import { keysAt } from "../model/channels.ts";
import { resolveChild } from "../read/resolve.ts";
import { down, fieldOf } from "./parts.ts";
import type { Rule } from "./rule.ts";

export const componentName: Rule = {
  code: "component-name",
  category: "schema",
  severity: "warning",
  title: "The name of a component is made of letters, digits, dots, hyphens and underscores.",
  why: "The specification wants `^[a-zA-Z0-9.\\-_]+$`: other letters must be escaped wherever the component is referred to, and generators make file names and identifiers of them.",
  check(model, report) {
    for (const document of model.documents) {
      const components = down(model, document.place, "components");
      for (const kind of keysAt(model.sources, components)) {
        const map = components && !kind.startsWith("x-") ? resolveChild(model.sources, components, kind) : undefined;
        for (const name of keysAt(model.sources, map)) {
          if (!map || /^[\w.-]+$/.test(name)) continue;
          const better = name.replaceAll(/[^\w.-]+/g, "-").replaceAll(/^-|-$/g, "");
          const hint = better === "" ? undefined : `Call it "${better}".`;
          report({ place: fieldOf(map, name), part: "key", message: `"${name}" is no name for a component.`, hint });
        }
      }
    }
  },
};
