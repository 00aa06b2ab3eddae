import { expect, test } from "@jest/globals";
import type { Schema } from "@eventpact/compat";
import fc from "fast-check";
import { nearby, policySchemas } from "../../../compat/test/policy-schemas.ts";
import { emit } from "../../src/emit/emit.ts";
import { emitInput } from "../../src/emit/from-model.ts";
import type { Emitted } from "../../src/emit/input.ts";
import { readModel } from "../../src/model/read-model.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { importPackage, writePackage } from "./generated-package.ts";

const options = { packageName: "events", policy: "tolerant", maxBytes: 1_048_576, maxDepth: 64 } as const;

/** A package of one document, with these schemas among its components and these payloads. */
async function packageOf(schemas: object, payloads: Readonly<Record<string, object | boolean>>): Promise<Emitted> {
  const messages = Object.fromEntries(Object.entries(payloads).map(([key, payload]) => [key, { payload }]));
  const document = {
    asyncapi: "3.0.0",
    info: { title: "Shop", version: "1.0.0" },
    channels: { things: { address: "things", messages } },
    operations: { say: { action: "send", channel: { $ref: "#/channels/things" } } },
    components: { schemas },
  };
  const files = { "asyncapi/shop.json": JSON.stringify(document) };
  const { input } = emitInput(await readModel("asyncapi", { fileSystem: memoryFileSystem(files) }));
  return emit(input, options);
}

/** Large enough for a module of its own. */
const long = { type: "string", pattern: `^[A-Za-z ]*${"(?:very )?".repeat(30)}$` };
const closed = (properties: object, more: object = {}): object => ({
  type: "object",
  properties: { ...properties, about: long },
  additionalProperties: false,
  ...more,
});
const ref = (name: string): object => ({ $ref: `#/components/schemas/${name}` });

test("a schema that events share, and that contains itself, is read in each as its reader reads it", async () => {
  const schemas = {
    Tree: closed({ leaf: ref("Leaf"), children: { type: "array", items: ref("Tree") } }),
    Leaf: closed({ size: { type: "integer", default: 1 } }, { required: ["size"] }),
    Open: { type: "object", properties: { name: long } },
    Either: { oneOf: [closed({ tree: ref("Tree") }, { required: ["tree"] }), ref("Leaf")] },
  };
  const one = { type: "object", required: ["tree"], properties: { tree: ref("Tree"), open: ref("Open") } };
  const emitted = await packageOf(schemas, {
    Planted: one,
    Felled: { ...one, title: "Felled" },
    Chosen: { type: "object", properties: { either: ref("Either") } },
  });
  const leaf = [...emitted.files].filter(([path, code]) => path.endsWith(".js") && code.includes('"size"'));
  expect(leaf.length).toBeLessThan(6);
  const { read } = await importPackage(await writePackage(emitted));
  const grown = { leaf: { old: 1 }, children: [{ children: [], gone: 2 }], gone: 3 };
  const tree = { leaf: { size: 1 }, children: [{ children: [] }] };
  expect(read("Planted", { tree: grown })["envelope"]).toEqual({ tree });
  expect(read("Felled", { tree: grown, more: 1 })["envelope"]).toEqual({ tree, more: 1 });
  expect(read("Chosen", { either: { tree: grown } })["envelope"]).toEqual({ either: { tree } });
  expect(read("Chosen", { either: { gone: 1 } })["envelope"]).toEqual({ either: { size: 1 } });
  expect(read("Planted", { tree: { leaf: 1 } })).toMatchObject({ ok: false, path: "/tree/leaf" });
});

/** References of a schema and into it, as a document has them. */
const inDocument = (schema: unknown, at: number): object =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', `"#/components/schemas/S${at}`));

test("readers of schemas that are shared read as readers do that stand alone", async () => {
  const flat = policySchemas("draft-07").filter(
    (schema) =>
      typeof schema === "object" &&
      !JSON.stringify(schema).includes('"$ref":"#"') &&
      !JSON.stringify(schema["definitions"]).includes('"$ref"'),
  );
  const roots = fc.sample(flat, { numRuns: 25, seed: 20_260_115 }) as Exclude<Schema, boolean>[];
  const payloads: Record<string, object> = {};
  const schemas: Record<string, object> = {};
  for (const [at, { definitions, ...root }] of roots.entries()) {
    const big = { description: "x", properties: { z: { type: "string", pattern: "a".repeat(300) } } };
    for (const [name, one] of Object.entries(definitions as Record<string, object>)) {
      schemas[`S${at}${name}`] = typeof one === "object" ? { allOf: [one, big] } : { allOf: [big] };
    }
    const whole = { allOf: [inDocument(root, at)], title: `${at}` };
    payloads[`Alone${at}`] = whole;
    schemas[`R${at}`] = { allOf: [inDocument(root, at), big] };
    payloads[`Shared${at}`] = { type: "object", properties: { part: { $ref: `#/components/schemas/R${at}` } } };
    payloads[`Inline${at}`] = { type: "object", properties: { part: { allOf: [inDocument(root, at), big] } } };
  }
  const emitted = await packageOf(schemas, payloads);
  expect([...emitted.files.keys()].filter((path) => /schemas\/.*\.reader\.js$/.test(path)).length).toBeGreaterThan(10);
  const { read } = await importPackage(await writePackage(emitted));
  let state = 1;
  const draw = (): number => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) >>> 8;
  let completed = 0;
  for (const at of roots.keys()) {
    if (emitted.troubles.some(({ event, severity }) => severity === "error" && event.endsWith(`d${at}`))) continue;
    for (const part of nearby(draw, 40)) {
      const [shared, inline] = [read(`Shared${at}`, { part }), read(`Inline${at}`, { part })];
      expect(shared.ok).toBe(inline.ok);
      expect(shared["envelope"]).toEqual(inline["envelope"]);
      if (shared.ok && JSON.stringify(shared["envelope"]) !== JSON.stringify({ part })) completed += 1;
    }
  }
  expect(completed).toBeGreaterThan(20);
});
