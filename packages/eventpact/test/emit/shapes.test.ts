import { beforeAll, describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { EmitEvent } from "../../src/emit/input.ts";
import type { JsonSchema } from "../../src/model/types.ts";
import type { GeneratedModule } from "./generated-package.ts";
import { emitEvents, eventWith, importPackage, typeCheck, writePackage } from "./generated-package.ts";

interface Shape {
  readonly schema: JsonSchema;
  readonly dialect?: EmitEvent["dialect"];
  /** What the type must be equal to. */
  readonly type: string;
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
  /** Not where ajv has a meaning of its own for something. */
  readonly asAjv?: false;
}

const shapes: Record<string, Shape> = {
  anything: { schema: true, type: "unknown", good: [1, null, {}], bad: [] },
  nothing: { schema: false, type: "never", good: [], bad: [1, {}] },
  scalar: { schema: { type: "string", minLength: 2 }, type: "string", good: ["ab", "😀é"], bad: ["a", "😀", 1] },
  money: {
    schema: { type: "number", multipleOf: 0.01, minimum: 0 },
    type: "number",
    good: [0, 0.07, 0.14, 0.29, 4.35, 19.99, 1e21],
    bad: [0.001, 19.999, -0.01, 1e-7],
    asAjv: false,
  },
  "long enum": {
    schema: { enum: Array.from({ length: 60 }, (_, index) => index) },
    type: Array.from({ length: 60 }, (_, index) => index).join(" | "),
    good: [0, 59],
    bad: [60, "0"],
  },
  unique: {
    schema: { type: "array", items: {}, uniqueItems: true },
    type: "unknown[]",
    good: [[], [1, "1", true, null], [{ a: 1 }, { a: 2 }], [[1], [2]]],
    bad: [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [0, -0],
      ["__proto__", "__proto__"],
    ],
  },
  "mixed enum": {
    schema: { enum: ["a", 1, true, null, { k: [1] }] },
    type: "'a' | 1 | true | null | { k: [1] }",
    good: ["a", 1, true, null, { k: [1] }],
    bad: ["b", 2, { k: [] }],
  },
  "enum cut by type": { schema: { type: "string", enum: ["a", 1] }, type: "'a'", good: ["a"], bad: [1] },
  "enum beside properties of another type": {
    schema: { properties: { a: { type: "string" } }, enum: ["a", { a: "b" }] },
    type: "'a' | { a: 'b' }",
    good: ["a", { a: "b" }],
    bad: ["b", {}],
  },
  "type list": { schema: { type: ["string", "null"] }, type: "string | null", good: ["a", null], bad: [1] },
  "nullable, which JSON Schema does not know": {
    schema: { type: "string", nullable: true },
    type: "string",
    good: ["a"],
    bad: [null, 1],
    asAjv: false,
  },
  "nullable object in a list of types": {
    schema: { type: ["object", "null"], properties: { a: { type: "integer" } }, required: ["a"] },
    type: "{ a: number } | null",
    good: [null, { a: 1 }],
    bad: [{}, { a: 1.5 }],
  },
  "optional and required": {
    schema: { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, required: ["a"] },
    type: "{ a: string; b?: number }",
    good: [{ a: "" }, { a: "", b: 1, c: 1 }],
    bad: [{ b: 1 }],
  },
  "required but not declared": {
    schema: { type: "object", required: ["x"] },
    type: "{ x: unknown }",
    good: [{ x: 1 }],
    bad: [{}],
  },
  "one of objects": {
    schema: {
      oneOf: [
        {
          type: "object",
          properties: { kind: { const: "card" }, last4: { type: "string" } },
          required: ["kind", "last4"],
        },
        { type: "object", properties: { kind: { const: "cash" } }, required: ["kind"] },
      ],
      discriminator: "kind",
    },
    type: "{ kind: 'card'; last4: string } | { kind: 'cash' }",
    good: [{ kind: "card", last4: "1" }, { kind: "cash" }],
    bad: [{ kind: "card" }, { kind: "x" }],
  },
  "any of required alternatives": {
    schema: {
      type: "object",
      properties: { mail: { type: "string" }, phone: { type: "string" } },
      anyOf: [{ required: ["mail"] }, { required: ["phone"] }],
    },
    type: "{ mail: string; phone?: string } | { mail?: string; phone: string }",
    good: [{ mail: "" }, { phone: "" }],
    bad: [{}],
  },
  "all of, folded": {
    schema: {
      definitions: {
        base: { type: "object", properties: { id: { type: "string" }, kind: { type: "string" } }, required: ["id"] },
      },
      allOf: [
        { $ref: "#/definitions/base" },
        { properties: { kind: { const: "x" }, n: { type: "number" } }, required: ["kind"] },
      ],
    },
    type: "{ id: string; kind: 'x'; n?: number }",
    good: [{ id: "", kind: "x" }],
    bad: [{ kind: "x" }, { id: "", kind: "y" }],
  },
  "record of numbers": {
    schema: { type: "object", additionalProperties: { type: "number" } },
    type: "{ [k: string]: number }",
    good: [{}, { a: 1 }],
    bad: [{ a: "1" }],
  },
  "pattern properties": {
    schema: { type: "object", patternProperties: { "^x-": { type: "string" } }, additionalProperties: false },
    type: "{ [k: string]: string }",
    good: [{ "x-a": "b" }],
    bad: [{ a: "b" }, { "x-a": 1 }],
  },
  "declared and other properties": {
    schema: { type: "object", properties: { a: { type: "string" } }, additionalProperties: { type: "number" } },
    type: "{ a?: string; [k: string]: unknown }",
    good: [{ a: "", b: 1 }],
    bad: [{ a: "", b: "" }],
  },
  "closed and empty": {
    schema: { type: "object", additionalProperties: false },
    type: "Record<string, never>",
    good: [{}],
    bad: [{ a: 1 }],
  },
  "open and empty": { schema: { type: "object" }, type: "{ [k: string]: unknown }", good: [{ a: 1 }], bad: [[]] },
  "array with bounds": {
    schema: { type: "array", items: { enum: ["a", "b"] }, minItems: 1, maxItems: 2, uniqueItems: true },
    type: "('a' | 'b')[]",
    good: [["a"]],
    bad: [[], ["a", "a"], ["c"]],
  },
  "tuple of draft 07": {
    schema: { type: "array", items: [{ type: "string" }, { type: "number" }], minItems: 2, additionalItems: false },
    type: "[string, number]",
    good: [["a", 1]],
    bad: [["a"], ["a", 1, 2]],
  },
  "tuple of 2020-12": {
    schema: { type: "array", prefixItems: [{ type: "string" }], minItems: 1, items: { type: "number" } },
    dialect: "2020-12",
    type: "[string, ...number[]]",
    good: [["a"], ["a", 1]],
    bad: [["a", "b"], []],
  },
  "unevaluated properties of 2020-12": {
    schema: {
      type: "object",
      allOf: [{ properties: { a: { type: "string" } } }],
      properties: { b: { type: "string" } },
      unevaluatedProperties: false,
    },
    dialect: "2020-12",
    type: "{ a?: string; b?: string }",
    good: [{ a: "", b: "" }],
    bad: [{ c: 1 }],
  },
  "dependent required of 2019-09": {
    schema: { type: "object", properties: { a: {}, b: {} }, dependentRequired: { a: ["b"] } },
    dialect: "2019-09",
    type: "{ a?: unknown; b?: unknown }",
    good: [{}, { a: 1, b: 1 }],
    bad: [{ a: 1 }],
  },
  recursion: {
    schema: {
      type: "object",
      properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#" } } },
      required: ["name"],
    },
    type: "Recursion",
    good: [{ name: "a", children: [{ name: "b" }] }],
    bad: [{ name: "a", children: [{}] }],
  },
  "recursion in a definition": {
    schema: {
      definitions: { node: { type: "object", properties: { next: { $ref: "#/definitions/node" } } } },
      type: "object",
      properties: { first: { $ref: "#/definitions/node" } },
    },
    type: "{ first?: Node }",
    good: [{ first: { next: { next: {} } } }],
    bad: [{ first: { next: 1 } }],
  },
  "conditions, which types ignore": {
    schema: {
      type: "object",
      properties: { a: { type: "string" } },
      if: { properties: { a: { const: "x" } }, required: ["a"] },
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: { required: ["b"] },
      not: { required: ["c"] },
    },
    type: "{ a?: string }",
    good: [{ a: "y" }],
    bad: [{ a: "x" }, { c: 1 }],
  },
  "unknown format and keyword": {
    schema: { type: "string", format: "barcode", whatever: { type: "never" } },
    type: "string",
    good: ["x"],
    bad: [1],
  },
  "pattern legal only without the u flag": {
    schema: { type: "string", pattern: "^a\\-b$" },
    type: "string",
    good: ["a-b"],
    bad: ["ab"],
  },
  "properties that every object inherits": {
    schema: { type: "object", properties: { constructor: { type: "string" } }, required: ["constructor", "toString"] },
    type: "{ constructor: string; toString: unknown }",
    good: [{ constructor: "a", toString: 1 }],
    bad: [{}, { constructor: "a" }],
  },
};

/** `Equal<A, B>` is true only where both are one type. */
const PRELUDE = `
import type * as events from './index.js';
import type { Events, Node } from './index.js';
type Flat<T> = T extends (...args: never) => unknown ? T : { [K in keyof T]: T[K] };
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
function equal<A, B>(..._: Same<A, B> extends true ? [] : Same<Flat<A>, Flat<B>> extends true ? [] : ['differs', A, B]): void {}
type Recursion = Events['recursion'];
export { events };
`;

describe("every shape of payload", () => {
  const events = Object.entries(shapes).map(([key, { schema, dialect }]) =>
    eventWith(schema, { key, eventType: key, dialect: dialect ?? "draft-07" }),
  );
  let folder: string;
  let generated: GeneratedModule;
  let infos: readonly string[];

  beforeAll(async () => {
    const emitted = await emitEvents(events);
    infos = emitted.troubles.map(({ severity, code, event }) => `${severity} ${code} ${event}`);
    folder = await writePackage(emitted);
    generated = await importPackage(folder);
  });

  test.each(Object.entries(shapes))("%s is validated as ajv does", (key, { schema, dialect, good, bad, asAjv }) => {
    const ajv = new (dialect === "2020-12" ? Ajv2020 : Ajv)({
      strict: false,
      logger: false,
      unicodeRegExp: false,
      ownProperties: true,
    });
    const oracle = dialect === "2019-09" || asAjv === false ? undefined : ajv.compile(schema);
    for (const value of good) {
      expect(generated.validate(key, value)).toEqual({ ok: true });
      if (oracle) expect(oracle(value)).toBe(true);
    }
    for (const value of bad) {
      expect(generated.validate(key, value)).toMatchObject({ ok: false });
      if (oracle) expect(oracle(value)).toBe(false);
    }
  });

  test("the types are exactly what the schemas say, under strict settings and with declarations checked", async () => {
    const lines = Object.entries(shapes).map(([key, { type }]) => `equal<Events[${JSON.stringify(key)}], ${type}>();`);
    expect(await typeCheck(folder, PRELUDE + lines.join("\n"))).toBe("");
  });

  test("a wrong expectation about a type does not pass", async () => {
    expect(
      await typeCheck(folder, `${PRELUDE}equal<Events['optional and required'], { a: string; b: number }>();`),
    ).toContain("error TS");
  });

  test("only a format that nobody knows is mentioned", () => {
    expect(infos).toEqual(["warning format-known unknown format and keyword"]);
  });
});
