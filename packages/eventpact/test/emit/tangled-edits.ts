import type { Dialect, Schema } from "@eventpact/compat";

type Pair = readonly [older: Schema, newer: Schema];

const text: Schema = { type: "string" };
const object = (properties: object, more: object = {}): Schema => ({ type: "object", properties, ...more }) as Schema;
const closed = (properties: object, more: object = {}): Schema =>
  object(properties, { additionalProperties: false, ...more });
const filled: Schema = { type: "integer", default: 1 };

const when = (condition: Schema, consequence: Schema): object => {
  const [first = "", second = ""] = "if then".split(" ");
  return { [first]: condition, [second]: consequence };
};

/** Edits whose readers fill, skip and choose where other parts of the schema look on. */
export function tangledEdits(dialect: Dialect): readonly Pair[] {
  return dialect === "2020-12" ? modern : common;
}

const kinds = (card: object, cash: object): Schema => ({
  oneOf: [
    closed({ kind: { const: "card" }, ...card }, { required: ["kind"] }),
    closed({ kind: { const: "cash" }, ...cash }, { required: ["kind"] }),
  ],
});

const common: readonly Pair[] = [
  // A property of a closed object goes; a required one with a default comes.
  [closed({ a: text, b: text }, { required: ["a"] }), closed({ a: text }, { required: ["a"] })],
  [object({ a: text }, { required: ["a"] }), object({ a: text, q: filled }, { required: ["a", "q"] })],
  // The same where `additionalProperties` is written out.
  [
    object({ a: text }, { additionalProperties: true }),
    object({ a: text, b: text }, { additionalProperties: true, required: [] }),
  ],
  // Alternatives.
  [kinds({ number: text, note: text }, {}), kinds({ number: text }, {})],
  [kinds({}, {}), kinds({ q: filled }, { q: text })],
  [
    { oneOf: [closed({ a: text }), closed({ a: text, b: text }, { required: ["b"] })] },
    { oneOf: [closed({ a: text, b: text }), closed({ b: text }, { required: ["b"] })] },
  ],
  [{ oneOf: [object({ a: text }), object({ b: text })] }, { oneOf: [object({ a: text }), object({ b: filled })] }],
  [
    { anyOf: [closed({ a: text }), closed({ b: text, c: text })] },
    { anyOf: [closed({ a: text }), closed({ b: text, q: filled }, { required: ["q"] })] },
  ],
  // Defaults and closed objects behind `$ref`, `allOf`, lists and maps.
  [
    { $ref: "#/definitions/one", definitions: { one: closed({ a: closed({ b: text, c: text }) }) } },
    {
      $ref: "#/definitions/one",
      definitions: { one: closed({ a: closed({ b: text, q: filled }, { required: ["q"] }) }) },
    },
  ],
  [
    { allOf: [object({ a: text }), object({ b: text })] },
    { allOf: [object({ a: text, q: filled }), object({ b: text }, { required: ["q"] })] },
  ],
  [
    { type: "array", items: closed({ a: text, b: text }) },
    { type: "array", items: closed({ a: text, q: filled }, { required: ["q"] }) },
  ],
  [
    object({}, { additionalProperties: closed({ a: text, b: text }) }),
    object({}, { additionalProperties: closed({ a: text }) }),
  ],
  [
    closed({ a: text }, { patternProperties: { "^x": closed({ b: text, c: text }) } }),
    closed({ a: text }, { patternProperties: { "^x": closed({ b: text }) } }),
  ],
  // Somebody would see it: a count, an `if`, a list without equals, another part that knows other names.
  [closed({ a: text, b: text }, { minProperties: 1 }), closed({ a: text }, { minProperties: 1 })],
  [closed({ a: text, b: text }), closed({ a: text }, { maxProperties: 1 })],
  [object({ a: text }), object({ a: text, q: filled }, { required: ["q"], maxProperties: 1 })],
  [closed({ a: text, b: text }), closed({ a: text }, when({ required: ["b"] }, { required: ["a"] }))],
  [
    object({ kind: text, a: text }),
    object({ kind: text, a: text, q: filled }, when(object({ kind: { const: "x" } }), { required: ["q"] })),
  ],
  [
    { type: "array", items: closed({ a: text, b: text }), uniqueItems: true },
    { type: "array", items: closed({ a: text }), uniqueItems: true },
  ],
  [
    { type: "array", items: closed({ a: text, b: text }) },
    { type: "array", items: closed({ a: text }), contains: object({ a: text }, { required: ["b"] }) },
  ],
  [
    { allOf: [object({ a: text }), object({ b: text }, { required: ["b"] })] },
    { allOf: [closed({ a: text }), object({ b: text }, { required: ["b"] })] },
  ],
  [
    { allOf: [object({ a: object({ b: text }) }), object({ a: object({ c: text }) })] },
    { allOf: [object({ a: closed({ b: text }) }), object({ a: closed({ c: text }) })] },
  ],
  [object({ a: text }), object({ a: text, q: filled }, { required: ["q"], dependencies: { q: ["a"] } })],
  [object({ a: text, b: text }), closed({ a: text }, { not: { required: ["b"] } })],
  // Defaults that do not fit what is said elsewhere.
  [object({ a: text }), { allOf: [object({ q: filled }, { required: ["q"] }), object({ q: { minimum: 2 } })] }],
  [
    object({ a: text }),
    object({ q: filled }, { required: ["q"], oneOf: [object({ q: { const: 2 } }), { required: ["a"] }] }),
  ],
  // Lists of values.
  [object({ a: { enum: ["x"] } }), object({ a: { enum: ["x", "y"] } })],
];

const modern: readonly Pair[] = [
  [
    object({ a: text, b: text }, { unevaluatedProperties: false }),
    object({ a: text }, { unevaluatedProperties: false }),
  ],
  [
    { allOf: [object({ a: text, b: text })], unevaluatedProperties: false, type: "object", properties: { c: text } },
    { allOf: [object({ a: text })], unevaluatedProperties: false, type: "object", properties: { c: text } },
  ],
  [
    {
      oneOf: [object({ a: text, b: text }, { required: ["a"] }), object({ c: text }, { required: ["c"] })],
      unevaluatedProperties: false,
    },
    {
      oneOf: [object({ a: text }, { required: ["a"] }), object({ c: text }, { required: ["c"] })],
      unevaluatedProperties: false,
    },
  ],
  [
    object({ a: text, b: text }),
    object(
      { a: text },
      {
        ...when(object({ a: { const: "x" } }, { required: ["a"] }), object({ b: text })),
        unevaluatedProperties: false,
      },
    ),
  ],
  [
    object({ a: text, b: text }, { dependentSchemas: { a: object({ b: text }) }, unevaluatedProperties: false }),
    object({ a: text }, { dependentSchemas: { a: object({ b: text }) }, unevaluatedProperties: false }),
  ],
  [object({ a: text }), object({ a: text, q: filled }, { required: ["q"], dependentRequired: { q: ["a"] } })],
  [
    { type: "array", prefixItems: [closed({ a: text, b: text })], items: closed({ a: text, c: text }) },
    { type: "array", prefixItems: [closed({ a: text })], items: closed({ a: text }) },
  ],
  [
    {
      type: "array",
      anyOf: [{ prefixItems: [closed({ a: text, b: text })] }, { prefixItems: [text] }],
      unevaluatedItems: false,
    },
    {
      type: "array",
      anyOf: [{ prefixItems: [closed({ a: text })] }, { prefixItems: [text] }],
      unevaluatedItems: false,
    },
  ],
];
