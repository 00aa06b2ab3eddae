import type { Located } from "../schema/document.ts";
import { isObject } from "../schema/json.ts";

/** Where the types of a schema stand, by whatever keyword says them; not what it refers to, which others may share. */
export function typePlace(older: Located, newer: Located): { older: string; newer: string; keyword: string } {
  const at = ({ schema, pointer }: Located): string => {
    const keyword = ["type", "anyOf", "oneOf"].find((name) => isObject(schema) && Object.hasOwn(schema, name));
    return keyword === undefined ? pointer : `${pointer}/${keyword}`;
  };
  return { older: at(older), newer: at(newer), keyword: "type" };
}

/** What a keyword whose value holds schemas asks, has ceased to ask or asks otherwise. */
export function asked(keyword: string, old: unknown, next: unknown): string {
  const list = Array.isArray(next) ? next : Array.isArray(old) ? old : [];
  const what =
    keyword === "oneOf"
      ? ` (exactly one of ${list.length} alternatives must fit)`
      : keyword === "anyOf"
        ? ` (one of ${list.length} alternatives must fit)`
        : "";
  if (old === undefined) return `now has \`${keyword}\`${what}`;
  return next === undefined ? `no longer has \`${keyword}\`${what}` : `has another \`${keyword}\``;
}
