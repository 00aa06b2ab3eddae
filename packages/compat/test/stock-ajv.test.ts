import { describe, expect, test } from "@jest/globals";
import { Ajv } from "ajv";
import type { AnySchema, Options } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { readDocument, validate } from "../src/index.ts";
import type { Dialect, Json, Schema } from "../src/index.ts";
import { everySchema, values } from "./every-keyword.ts";

/** ajv as one gets it, but for not refusing unknown keywords. */
function stock(dialect: Dialect, options: Options = {}): Ajv {
  const Constructor = { "draft-07": Ajv, "2019-09": Ajv2019, "2020-12": Ajv2020 }[dialect];
  const ajv = new Constructor({ strict: false, logger: false, validateSchema: false, ...options }) as Ajv;
  addFormats.default(ajv);
  return ajv;
}

function said(ajv: Ajv, schema: Schema, value: Json): boolean | undefined {
  try {
    return ajv.compile(schema as AnySchema)(value) as boolean;
  } catch {
    return undefined;
  }
}

interface Difference {
  readonly where: string;
  /** Which schemas and values it can be about. */
  readonly about: RegExp;
  /** The sentence that decides. */
  readonly section: string;
  readonly example: readonly [Dialect, Schema, Json, meant: boolean];
}

/** Where stock ajv says otherwise, and what decides for us. */
const DIFFERENCES: readonly Difference[] = [
  {
    where: "multipleOf",
    about: /"multipleOf"/,
    section: "validation 6.2.1: division by this keyword's value results in an integer",
    example: ["draft-07", { multipleOf: 0.01 }, 19.99, true],
  },
  {
    where: "nullable",
    about: /"nullable"/,
    section: "core 6.5: unknown keywords are ignored",
    example: ["draft-07", { type: "string", nullable: true }, null, false],
  },
  {
    where: "keywords behind a tuple that is longer than the array",
    about: /"items":\[|"prefixItems"/,
    section: "validation 6.4.3: uniqueItems asks of every array",
    example: ["draft-07", { items: [true, true, { type: "string" }], uniqueItems: true }, [1, 1], false],
  },
  {
    where: "contains",
    about: /"contains"/,
    section: "core 10.3.1.3: at least one element is valid; those that are, are evaluated",
    example: ["draft-07", { items: { contains: { type: "integer" }, type: "array" } }, [[1], []], false],
  },
  {
    where: "what if evaluates",
    about: /"if"/,
    section: "core 10.2.2.1: annotations are collected from if when it validates, also without then and else",
    example: [
      "2020-12",
      { if: { properties: { a: { type: "string" } } }, unevaluatedProperties: false },
      { a: "x" },
      true,
    ],
  },
  {
    where: "unevaluatedItems, unevaluatedProperties",
    about: /"unevaluated/,
    section: "core 11: what no valid subschema in place has evaluated",
    example: ["2020-12", { contains: { type: "string" }, unevaluatedItems: false }, ["a", 1], false],
  },
  {
    where: "names that every object inherits",
    about: /__proto__|constructor|toString|valueOf/,
    section: "core 4.2.2: objects are equal by their members; only members are present",
    example: ["draft-07", { required: ["toString"] }, {}, false],
  },
  {
    where: "format",
    about: /"format"/,
    section: "RFC 3339 5.6: T, or a space for readability",
    example: ["draft-07", { format: "date-time" }, "2026-01-15\t10:00:00Z", false],
  },
  {
    where: "an empty enum",
    about: /"enum":\[\]/,
    section: "validation 6.1.2: equal to one of the elements",
    example: ["draft-07", { enum: [] }, 1, false],
  },
];

describe("where stock ajv reads a schema otherwise, the specification decides", () => {
  test.each(DIFFERENCES)("$where ($section)", ({ example: [dialect, schema, value, meant] }) => {
    expect(validate(readDocument(schema, dialect), value).valid).toBe(meant);
    expect(said(stock(dialect), schema, value)).not.toBe(meant);
  });

  test.each(["draft-07", "2019-09", "2020-12"] as const)("and nowhere else: %s", (dialect) => {
    const schemas = fc.sample(everySchema(dialect), { numRuns: 70, seed: 41 });
    const tried = fc.sample(values, { numRuns: 40, seed: 42 });
    const unexplained: object[] = [];
    let agreed = 0;
    for (const schema of schemas) {
      const document = readDocument(schema, dialect);
      const ajv = stock(dialect);
      for (const value of tried) {
        const meant = validate(document, value).valid;
        const answer = said(ajv, document.root.schema, value);
        if (meant === undefined || answer === undefined) continue;
        if (answer === meant) agreed += 1;
        else if (!DIFFERENCES.some(({ about }) => about.test(JSON.stringify([schema, value]))))
          unexplained.push({ schema, value, meant, answer });
      }
    }
    expect(unexplained.slice(0, 2)).toEqual([]);
    expect(agreed).toBeGreaterThan(1_500);
  });
});
