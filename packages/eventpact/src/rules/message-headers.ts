import { localTarget } from "../model/envelope.ts";
import type { JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import type { Rule } from "./rule.ts";

export const messageHeaders: Rule = {
  code: "message-headers",
  category: "specification",
  severity: "error",
  title: "The headers of a message are an object.",
  why: "Headers are pairs of a name and a value. A schema of text, of a list or of a number describes none of them.",
  check(model, report) {
    const seen = new Set<string>();
    for (const { headers } of model.events) {
      const id = headers && `${headers.place.file}#${headers.place.pointer}`;
      if (!headers || id === undefined || seen.has(id)) continue;
      seen.add(id);
      const other = otherType(headers.schema, headers.schema, new Set());
      if (other === undefined) continue;
      const message = `Headers must be a map of names to values; this schema allows only ${other}.`;
      report({
        place: headers.place,
        part: "key",
        message,
        hint: "Write type: object, and the headers as its properties.",
      });
    }
  },
};

/** What the schema allows instead of objects; undefined where an object may fit. */
function otherType(schema: Json | undefined, root: JsonSchema, seen: Set<Json>): string | undefined {
  if (schema === false) return "nothing";
  if (!isObject(schema) || seen.has(schema)) return undefined;
  seen.add(schema);
  const type = own(schema, "type");
  const types = (Array.isArray(type) ? type : [type]) as readonly Json[];
  if (type !== undefined && !types.includes("object")) return types.join(" or ");
  const values =
    own(schema, "enum") ?? (own(schema, "const") === undefined ? undefined : [own(schema, "const") ?? null]);
  if (Array.isArray(values) && !(values as readonly Json[]).some(isObject)) return "values that are no objects";
  const ref = own(schema, "$ref");
  const all = own(schema, "allOf");
  const parts = [
    ...(typeof ref === "string" ? [localTarget(root, ref)] : []),
    ...(Array.isArray(all) ? (all as readonly Json[]) : []),
  ];
  for (const part of parts) {
    const other = otherType(part, root, seen);
    if (other !== undefined) return other;
  }
  for (const keyword of ["oneOf", "anyOf"]) {
    const branches = own(schema, keyword);
    if (!Array.isArray(branches) || branches.length === 0) continue;
    const others = (branches as readonly Json[]).map((branch) => otherType(branch, root, new Set(seen)));
    if (others.every((other) => other !== undefined)) return others.join(" or ");
  }
  return undefined;
}
