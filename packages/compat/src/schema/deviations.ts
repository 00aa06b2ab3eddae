import type { Dialect } from "../types.ts";
import { acceptsAll } from "./dialect.ts";
import { own } from "./json.ts";
import type { JsonObject } from "./json.ts";

/** Where ajv, the validator that is deployed, is known to read a schema otherwise than the specification. */
export const DEVIATIONS = {
  "contains-beside-tuple": "ajv may skip `contains` for arrays shorter than the tuple beside it",
  "evaluated-elsewhere": "ajv follows `if`, `contains` and dynamic names otherwise for what `unevaluated…` leaves over",
  "dynamic-reference": "ajv does not follow every dynamic reference as the specification says",
} as const;

export type Deviation = keyof typeof DEVIATIONS;

/** How a schema is to be understood: by the specification, or as ajv does where it is known to deviate. */
export type Reading = "specification" | "ajv";

/** Up to this length ajv may skip what stands behind the tuple; `undefined` where it does not. */
export function skippedLength(tuple: readonly unknown[]): number | undefined {
  const first = tuple.findIndex((item) => !acceptsAll(item));
  return first < 0 ? undefined : first;
}

/** The deviations that the schema's own keywords meet. */
export function deviationsOf(schema: JsonObject, dialect: Dialect): Deviation[] {
  const found: Deviation[] = [];
  const tuple = own(schema, dialect === "2020-12" ? "prefixItems" : "items");
  if (own(schema, "contains") !== undefined && Array.isArray(tuple)) found.push("contains-beside-tuple");
  if (dialect === "draft-07") return found;
  if (own(schema, "unevaluatedProperties") !== undefined || own(schema, "unevaluatedItems") !== undefined)
    found.push("evaluated-elsewhere");
  if (own(schema, "$dynamicRef") !== undefined || own(schema, "$recursiveRef") !== undefined)
    found.push("dynamic-reference");
  return found;
}
