import type { Schema, Verdict } from "../src/index.ts";

export const base = { id: { type: "string" }, total: { type: "number" } };
export const order = (properties: object, required: string[] = ["id", "total"], more: object = {}): Schema => ({
  type: "object",
  properties: { ...properties },
  required,
  ...more,
});
export const note = { note: { type: "string" } };
export const noted = { ...base, ...note };
export const closed = { additionalProperties: false };
const S = "compatible";
const B = "incompatible";

/** Title, older, newer, and the verdicts: strict backward, strict forward, tolerant backward, tolerant forward. */
export const everydayEdits: [string, Schema, Schema, Verdict[]][] = [
  ["add an optional field to an open object", order(base), order(noted), [B, S, S, S]],
  ["add an optional field to a closed object", order(base, ["id"], closed), order(noted, ["id"], closed), [S, B, S, S]],
  ["add a required field", order(base), order(noted, ["id", "total", "note"]), [B, S, B, S]],
  [
    "add a required field with a default",
    order(base),
    order({ ...base, note: { type: "string", default: "" } }, ["id", "total", "note"]),
    [B, S, S, S],
  ],
  [
    "add a required field with a default that does not fit",
    order(base),
    order({ ...base, note: { type: "string", default: 1 } }, ["id", "total", "note"]),
    [B, S, B, S],
  ],
  ["remove an optional field from an open object", order(noted), order(base), [S, B, S, S]],
  [
    "remove an optional field from a closed object",
    order(noted, ["id"], closed),
    order(base, ["id"], closed),
    [B, S, S, S],
  ],
  ["remove a required field", order(base), order({ id: base.id }, ["id"]), [S, B, S, B]],
  ["make an optional field required", order(base, ["id"]), order(base), [B, S, B, S]],
  ["change a type", order(base), order({ ...base, total: { type: "string" } }), [B, B, B, B]],
  ["rename a required field", order(base), order({ id: base.id, amount: base.total }, ["id", "amount"]), [B, B, B, B]],
  ["widen a type", order({ ...base, total: { type: "integer" } }), order(base), [S, B, S, B]],
  ["narrow a type", order(base), order({ ...base, total: { type: "integer" } }), [B, S, B, S]],
];
