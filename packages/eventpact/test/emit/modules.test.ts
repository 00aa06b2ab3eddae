import { createAjv, forAjv, mentionsPrototype } from "@eventpact/compat/ajv";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { ErrorObject } from "ajv";
import fc from "fast-check";
import { emit } from "../../src/emit/emit.ts";
import { emitInput } from "../../src/emit/from-model.ts";
import type { Emitted } from "../../src/emit/input.ts";
import { circlesOf } from "../../src/model/circles.ts";
import { readModel } from "../../src/model/read-model.ts";
import type { Model } from "../../src/model/types.ts";
import type { Json } from "../../src/read/json.ts";
import { isObject } from "../../src/read/json.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { typeCheck, writePackage } from "./generated-package.ts";

/** How many graphs of schemas; EMIT_RUNS=2000 looks further. */
const RUNS = Number(process.env["EMIT_RUNS"] ?? 24);
const VALUES = 60;
const NAMES = ["A", "B", "C", "D"];
const KEYS = ["a", "b", "c"];

const options = { packageName: "events", policy: "strict" as const, maxBytes: 1_048_576, maxDepth: 64 };

const depth = fc.createDepthIdentifier();

/** A schema of some of these keywords: of all of them, none would accept anything. */
function someOf(keywords: Readonly<Record<string, fc.Arbitrary<Json>>>): fc.Arbitrary<Json> {
  return fc
    .subarray(Object.keys(keywords), { minLength: 1, maxLength: 4 })
    .chain((names) => fc.record(Object.fromEntries(names.map((name) => [name, keywords[name] ?? fc.constant(true)]))));
}

const { schema: arbitrarySchema } = fc.letrec<{ schema: Json; leaf: Json }>((tie) => {
  const refs = fc.constantFrom(...NAMES).map((name): Json => ({ $ref: `#/components/schemas/${name}` }));
  const inner = fc.oneof(
    { maxDepth: 2, depthIdentifier: depth },
    { weight: 2, arbitrary: tie("leaf") },
    { weight: 3, arbitrary: refs },
    tie("schema"),
  );
  const list = fc.array(inner, { minLength: 1, maxLength: 2 });
  const byKey = fc.dictionary(fc.constantFrom(...KEYS), inner, { maxKeys: 3 });
  return {
    leaf: fc.constantFrom<Json[]>(
      true,
      { type: "string", minLength: 1 },
      { type: "integer", multipleOf: 2 },
      { enum: ["x", 1, null] },
      { type: "object", required: ["a"], properties: { a: { type: "string" } }, additionalProperties: false },
      { type: ["object", "array", "string"] },
    ),
    schema: someOf({
      type: fc.constantFrom("object", "array", ["object", "string"]),
      properties: byKey,
      required: fc.subarray(KEYS, { maxLength: 1 }),
      additionalProperties: fc.oneof(fc.constant(false), inner),
      patternProperties: inner.map((one) => ({ "^b": one })),
      items: inner,
      allOf: list,
      anyOf: list,
      oneOf: list,
      not: inner,
      if: inner,
      // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
      then: inner,
      dependentSchemas: inner.map((one) => ({ a: one })),
      dependencies: inner.map((one) => ({ c: one })),
      propertyNames: fc.constant({ maxLength: 1 }),
      unevaluatedProperties: fc.oneof(fc.constant(false), inner),
      unevaluatedItems: fc.constant(false),
    }),
  };
});

const { value: arbitraryValue } = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Json[]>("x", "", "long", 1, 2, null, true),
    fc.dictionary(fc.constantFrom(...KEYS), tie("value"), { maxKeys: 3 }) as fc.Arbitrary<Json>,
    fc.array(tie("value"), { maxLength: 2 }) as fc.Arbitrary<Json>,
  ),
}));

interface Sample {
  readonly schemas: Readonly<Record<string, Json>>;
  readonly isLater: boolean;
  readonly values: readonly Json[];
}

const samples: readonly Sample[] = fc.sample(
  fc.record({
    schemas: fc.record(Object.fromEntries(NAMES.map((name) => [name, arbitrarySchema]))),
    isLater: fc.boolean(),
    values: fc.array(arbitraryValue, { minLength: VALUES, maxLength: VALUES }),
  }),
  { numRuns: RUNS, seed: 4711 },
);

/** A document with one message that reaches the schemas, by a reference or within. */
function documentOf({ schemas, isLater }: Sample, at: number): string {
  const schema: Json =
    at % 2 === 0
      ? { $ref: "#/components/schemas/A" }
      : { type: ["object", "string"], properties: { a: { $ref: "#/components/schemas/A" } } };
  const payload: Json = isLater ? { schemaFormat: "application/schema+json;version=2020-12", schema } : schema;
  return JSON.stringify({
    asyncapi: "3.0.0",
    info: { title: `T${at}`, version: "1.0.0" },
    channels: { c: { address: `c${at}`, messages: { m: { name: `Thing${at}Happened`, payload } } } },
    components: { schemas },
  });
}

const filesOf = (all: readonly Sample[]): Record<string, string> =>
  Object.fromEntries(all.map((sample, at) => [`d${at}.json`, documentOf(sample, at)]));

async function made(files: Readonly<Record<string, string>>): Promise<{ model: Model; emitted: Emitted }> {
  const model = await readModel(".", { fileSystem: memoryFileSystem(files) });
  return { model, emitted: await emit(emitInput(model).input, options) };
}

/** What ajv makes of the whole schema at once. */
function oracleOf(model: Model, key: string): ((value: Json) => readonly string[]) | undefined {
  const payload = model.events.find((event) => event.key === key)?.payload;
  if (payload?.kind !== "json-schema" || circlesOf(payload.schema).length > 0) return undefined;
  const { schema, dialect } = payload;
  const ajv = createAjv({ dialect, ownProperties: mentionsPrototype(schema) });
  const validate = ajv.compile(forAjv(isObject(schema) ? { ...schema, $id: "urn:eventpact:whole" } : schema, dialect));
  return (value) => (validate(value) ? [] : told(validate.errors ?? []));
}

const told = (errors: readonly ErrorObject[]): readonly string[] =>
  errors.map(({ instancePath, keyword }) => `${instancePath} ${keyword}`);

describe("a module for each named schema", () => {
  let model: Model;
  let emitted: Emitted;
  let folder: string;

  beforeAll(async () => {
    ({ model, emitted } = await made(filesOf(samples)));
    folder = await writePackage(emitted);
  });

  test("judges as ajv does by the whole schema, with the same errors at the same places", async () => {
    let [accepted, refused] = [0, 0];
    for (const [at, { values }] of samples.entries()) {
      const key = `Thing${at}Happened`;
      const oracle = oracleOf(model, key);
      const path = `${folder}/events/thing${at}-happened.js`;
      const compiled =
        oracle && ((await import(path)) as { validate: { (value: Json): boolean; errors?: ErrorObject[] } });
      for (const value of compiled ? values : []) {
        const own = compiled?.validate(value) ? [] : told(compiled?.validate.errors ?? []);
        expect({ at, value, errors: own }).toEqual({ at, value, errors: oracle?.(value) });
        if (own.length > 0) refused += 1;
        else accepted += 1;
      }
    }
    expect(Math.min(accepted, refused)).toBeGreaterThan(RUNS * 5);
  });

  test("leaves out the events whose schemas come back to themselves, and no other", () => {
    const circular = model.events.filter(
      ({ payload }) => payload.kind === "json-schema" && circlesOf(payload.schema).length > 0,
    );
    const left = emitted.troubles.filter(({ leavesOut }) => leavesOut !== undefined).map(({ event }) => event);
    expect(left.toSorted()).toEqual(circular.map(({ key }) => key).toSorted());
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(samples.length / 2);
  });

  test("comes with types that compile, declarations checked, whatever refers to whatever", async () => {
    expect(await typeCheck(folder, "import type { Events } from './index.js';\nexport type All = Events;\n")).toBe("");
  });

  test("has a text that no other document changes", async () => {
    const few = samples.slice(0, 12);
    const before = (await made(filesOf(few))).emitted.files;
    const after = (await made(filesOf([...few, ...samples.slice(20, 24)]))).emitted.files;
    const changed = [...before].filter(
      ([path, text]) => /^(?:schemas|events)\/.*\.js$/.test(path) && after.get(path) !== text,
    );
    expect(changed.map(([path]) => path)).toEqual([]);
  });
});

describe("generated code is as large as the documents", () => {
  /** Each of `count` schemas refers to others in a way that makes paths beyond counting. */
  const graph = (count: number, schemaOf: (at: number, ref: (to: number) => Json) => Json): Record<string, string> => {
    const ref = (to: number): Json => ({ $ref: `#/components/schemas/S${((to % count) + count) % count}` });
    const schemas = Object.fromEntries(Array.from({ length: count }, (_, at) => [`S${at}`, schemaOf(at, ref)]));
    const messages = Object.fromEntries(
      Array.from({ length: count }, (_, at) => [
        `Thing${at}Happened`,
        { payload: { type: "object", properties: { a: ref(at) } } },
      ]),
    );
    const channels = { c: { address: "c", messages } };
    return {
      "a.json": JSON.stringify({
        asyncapi: "3.0.0",
        info: { title: "T", version: "1.0.0" },
        channels,
        components: { schemas },
      }),
    };
  };
  const sizeOf = async (files: Record<string, string>): Promise<number> => {
    const { emitted } = await made(files);
    const texts = [...emitted.files].filter(([path]) => !path.startsWith("runtime/"));
    return texts.reduce((sum, [, text]) => sum + text.length, 0) / (files["a.json"]?.length ?? 1);
  };

  test.each<[string, (at: number, ref: (to: number) => Json) => Json]>([
    [
      "properties",
      (at, ref) => ({ type: "object", properties: { a: ref(at + 1), b: ref(at * 7 + 3), c: ref(at * 3) } }),
    ],
    [
      "diamonds of allOf",
      (at, ref) =>
        at < 2
          ? { type: "object", properties: { a: { type: "string" } } }
          : { allOf: [ref(at - 1), ref(at - 2), { properties: { [`p${at}`]: ref(at + 1) } }] },
    ],
  ])("where schemas are connected by %s", async (_, schemaOf) => {
    const [small, large] = [await sizeOf(graph(10, schemaOf)), await sizeOf(graph(40, schemaOf))];
    // A type that is folded holds what it is folded of, so a chain of parents adds up, but never by the ways through it.
    expect(large).toBeLessThan(small * 5);
  });
});
