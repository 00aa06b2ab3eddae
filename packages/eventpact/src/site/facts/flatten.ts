import type { JsonSchema } from "../../model/types.ts";
import type { Json, JsonObject } from "../../read/json.ts";
import { isObject, own } from "../../read/json.ts";
import { valueAt } from "../../read/pointer.ts";

/** The schemas that hold together at one place, without `$ref` and `allOf`. Records references in `trail`. */
export function flatten(
  schemas: readonly Json[],
  root: JsonSchema,
  trail: Map<string, string>,
  path: string,
): { parts: JsonObject[]; sameAs?: string } {
  const parts: JsonObject[] = [];
  const queue = [...schemas];
  let sameAs: string | undefined;
  for (let count = 0; queue.length > 0 && count < 200; count += 1) {
    const schema = queue.shift();
    if (schema === false) parts.push({ not: {} });
    if (!isObject(schema)) continue;
    const { $ref: ref, allOf, ...own } = schema;
    parts.push(own);
    if (typeof ref === "string") {
      const known = trail.get(ref);
      if (known === undefined) {
        trail.set(ref, path);
        queue.unshift(valueAt(root as Json, decodeFragment(ref)) ?? true);
      } else if (known !== path) sameAs = known;
    }
    if (Array.isArray(allOf)) queue.push(...(allOf as readonly Json[]));
  }
  return sameAs === undefined ? { parts } : { parts, sameAs };
}

function decodeFragment(ref: string): string {
  try {
    return decodeURIComponent(ref.replace(/^#/, ""));
  } catch {
    return "";
  }
}

export interface RawChoice {
  readonly kind: "oneOf" | "anyOf";
  readonly options: readonly Json[];
}

/** A choice between null and one other schema is that schema, nullable; every other choice stays one. */
export function unfoldNullable(
  parts: readonly JsonObject[],
  root: JsonSchema,
  trail: Map<string, string>,
  path: string,
): { parts: readonly JsonObject[]; choices: readonly RawChoice[]; nullable: boolean } {
  const choices: RawChoice[] = [];
  const more: JsonObject[] = [];
  let nullable = false;
  for (const part of parts) {
    for (const kind of ["oneOf", "anyOf"] as const) {
      const options = own(part, kind);
      if (!Array.isArray(options)) continue;
      const rest = (options as readonly Json[]).filter((option) => own(option, "type") !== "null");
      nullable ||= rest.length < options.length;
      if (rest.length === 1 && rest.length < options.length) more.push(...flatten(rest, root, trail, path).parts);
      else choices.push({ kind, options: rest });
    }
  }
  return { parts: [...parts, ...more], choices, nullable };
}

export function firstOf<T>(parts: readonly JsonObject[], look: (part: JsonObject) => T | undefined): T | undefined {
  for (const part of parts) {
    const found = look(part);
    if (found !== undefined) return found;
  }
  return undefined;
}
