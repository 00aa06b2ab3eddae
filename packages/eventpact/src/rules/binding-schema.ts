import { isObject, own } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import { bindingsOf } from "./binding-parts.ts";
import type { Rule } from "./rule.ts";

export const bindingSchema: Rule = {
  code: "binding-schema",
  category: "specification",
  severity: "error",
  title: "The schema of a query or of protocol headers in a binding is an object with properties.",
  why: "Query parameters and headers are pairs of a name and a value. The bindings of HTTP and WebSocket want `type: object` and `properties` there.",
  check(model, report) {
    for (const { level, protocol, place } of bindingsOf(model)) {
      for (const field of fields[`${protocol} ${level}`] ?? []) {
        const at = resolveChild(model.sources, place, field);
        const schema = at && valueOf(model.sources, at);
        if (!at || !isObject(schema)) continue;
        const lacks = [
          own(schema, "type") === "object" ? "" : "type: object",
          isObject(own(schema, "properties")) ? "" : "properties",
        ].filter(Boolean);
        if (lacks.length === 0) continue;
        const message = `The schema of "${field}" in the ${protocol} binding of a ${level} lacks ${lacks.join(" and ")}.`;
        report({ place: at, part: "key", message });
      }
    }
  },
};

const fields: Readonly<Record<string, readonly string[]>> = {
  "http operation": ["query"],
  "http message": ["headers"],
  "ws channel": ["query", "headers"],
};
