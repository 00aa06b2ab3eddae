import type { Json } from "../types.ts";
import type { Node, NodeOf } from "./node.ts";

/** Listed values by their canonical text. */
export type Values = ReadonlyMap<string, Json>;

export function intersect(a: Values, b: Values): Values {
  return new Map([...a].filter(([key]) => b.has(key)));
}

/** Are the values ruled out by a list, among the parts, of these and perhaps more? */
export function isExcluded({ values }: NodeOf<"notEnum">, parts: ReadonlySet<Node>): boolean {
  for (const part of parts) {
    if (part.kind === "notEnum" && [...values.keys()].every((key) => part.values.has(key))) return true;
  }
  return false;
}
