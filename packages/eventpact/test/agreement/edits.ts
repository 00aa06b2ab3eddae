import fc from "fast-check";
import type { Json, JsonObject } from "../../src/read/json.ts";

/** A schema of an event's data before and after an edit. */
export interface Edit {
  readonly name: string;
  readonly older: JsonObject;
  readonly newer: JsonObject;
}

type Fields = Readonly<Record<string, Json>>;

const object = (properties: Fields, required: readonly string[], more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties,
  ...(required.length > 0 ? { required } : {}),
  ...more,
});

const base: Fields = {
  id: { type: "string", minLength: 1 },
  total: { type: "integer", minimum: 0 },
  channel: { enum: ["web", "shop"] },
  note: { type: "string" },
};

const without = (fields: Fields, name: string): Fields =>
  Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));

/** What people do to a schema, one thing at a time. */
const fields: Readonly<Record<string, Json>> = {
  text: { type: "string" },
  number: { type: "number" },
  "a default": { type: "string", default: "EUR" },
  "a wrong default": { type: "integer", default: "EUR" },
  nullable: { type: ["string", "null"] },
  list: { type: "array", items: { type: "integer" } },
  alternatives: { oneOf: [{ type: "string", maxLength: 3 }, { type: "integer" }] },
  overlapping: {
    oneOf: [
      { type: "number", minimum: 0 },
      { type: "integer", maximum: 9 },
    ],
  },
  money: object({ amount: { type: "integer" }, currency: { enum: ["EUR", "USD"] } }, ["amount"]),
  closed: object({ x: { type: "integer" } }, ["x"], { additionalProperties: false }),
  never: false,
};

/** The same field, a little wider each time. */
const ladders: readonly (readonly Json[])[] = [
  [{ enum: ["web"] }, { enum: ["web", "shop"] }, { enum: ["web", "shop", "phone"] }, { type: "string" }],
  [{ const: "a" }, { type: "string", maxLength: 3 }, { type: "string", maxLength: 9 }, { type: ["string", "null"] }],
  [
    { type: "integer", minimum: 1, maximum: 9 },
    { type: "integer", minimum: 0 },
    { type: "integer" },
    { type: "number" },
  ],
  [{ type: "string", pattern: "^[a-c]+$" }, { type: "string", pattern: "^[a-z]+$" }, { type: "string" }],
  [{ type: "array", items: { type: "integer" }, maxItems: 2 }, { type: "array", items: { type: "integer" } }, true],
  [
    object({ x: { type: "integer" } }, ["x"], { additionalProperties: false }),
    object({ x: { type: "integer" } }, ["x"]),
    object({ x: { type: "integer" } }, []),
  ],
  [
    { oneOf: [{ type: "string" }] },
    { oneOf: [{ type: "string" }, { type: "integer" }] },
    { type: ["string", "number"] },
  ],
];

const presence = fc.constantFrom<readonly string[]>([], ["extra"]);
const openness = fc.constantFrom<JsonObject>({}, { additionalProperties: false }, { additionalProperties: true });

const added = fc
  .record({ kind: fc.constantFrom(...Object.keys(fields)), required: presence, open: openness, flip: fc.boolean() })
  .map(({ kind, required, open, flip }): Edit => {
    const [plain, more] = [
      object(base, ["id"], open),
      object({ ...base, extra: fields[kind] ?? true }, ["id", ...required], open),
    ];
    const name = `${flip ? "removes" : "adds"} ${required.length > 0 ? "a required" : "an optional"} field (${kind})`;
    return flip ? { name, older: more, newer: plain } : { name, older: plain, newer: more };
  });

const stepped = fc
  .record({ ladder: fc.constantFrom(...ladders), required: presence, open: openness })
  .chain(({ ladder, required, open }) =>
    fc.tuple(fc.nat(ladder.length - 1), fc.nat(ladder.length - 1)).map(([from, to]): Edit => {
      const at = (step: number): JsonObject =>
        object({ ...base, extra: ladder[step] ?? true }, ["id", ...required], open);
      return {
        name: `${from < to ? "widens" : from > to ? "narrows" : "keeps"} a field`,
        older: at(from),
        newer: at(to),
      };
    }),
  );

const renamed = fc.record({ required: fc.boolean(), open: openness }).map(({ required, open }): Edit => {
  const rest = without(base, "note");
  const at = (name: string): JsonObject =>
    object({ ...rest, [name]: base["note"] ?? true }, required ? ["id", name] : ["id"], open);
  return { name: "renames a field", older: at("note"), newer: at("remark") };
});

const requiredness = fc.record({ flip: fc.boolean(), fills: fc.boolean() }).map(({ flip, fills }): Edit => {
  const note = { type: "string", ...(fills ? { default: "" } : {}) };
  const [loose, tight] = [object({ ...base, note }, ["id"]), object({ ...base, note }, ["id", "note"])];
  const name = flip ? "makes a field optional" : "makes a field required";
  return flip ? { name, older: tight, newer: loose } : { name, older: loose, newer: tight };
});

const opened = fc.tuple(openness, openness).map(([was, is]): Edit => ({
  name: "opens or closes the object",
  older: object(base, ["id"], was),
  newer: object(base, ["id"], is),
}));

const words = fc.constant<Edit>({
  name: "changes words only",
  older: object(base, ["id"]),
  newer: object(base, ["id"], { description: "What was ordered." }),
});

/** Beyond what is decided: the answer is undecided in every room. */
const undecided = fc.constant<Edit>({
  name: "is beyond proof",
  older: object({ ...base, note: { type: "string", pattern: "^(a+)\\1$" } }, ["id"]),
  newer: object({ ...base, note: { type: "string", pattern: "^(a|aa)+\\1$" } }, ["id"]),
});

export const edits: fc.Arbitrary<Edit> = fc.oneof(
  { weight: 5, arbitrary: added },
  { weight: 5, arbitrary: stepped },
  { weight: 2, arbitrary: renamed },
  { weight: 2, arbitrary: requiredness },
  { weight: 2, arbitrary: opened },
  { weight: 1, arbitrary: words },
  { weight: 1, arbitrary: undecided },
);
