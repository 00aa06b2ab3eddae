import { describe, expect, test } from "@jest/globals";
import { includes } from "@eventpact/compat";
import { circlesOf } from "../../src/model/circles.ts";
import { readModel } from "../../src/model/read-model.ts";
import type { BundledSchema } from "../../src/model/types.ts";
import type { Json } from "../../src/read/json.ts";
import { compileSchema } from "../../src/validate/compile.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

/** The payload `$ref: #/components/schemas/<name>` of a document with these schemas. */
async function payloadOf(name: string, schemas: Json, format?: string): Promise<BundledSchema> {
  const schema = { $ref: `#/components/schemas/${name}` };
  const document = {
    asyncapi: "3.0.0",
    info: { title: "T", version: "1.0.0" },
    channels: {
      c: { address: "c", messages: { m: { payload: format ? { schemaFormat: format, schema } : schema } } },
    },
    components: { schemas },
  };
  const model = await readModel(".", { fileSystem: memoryFileSystem({ "a.json": JSON.stringify(document) }) });
  const found = model.events[0]?.payload;
  if (found?.kind !== "json-schema") throw new Error(`The payload is ${found?.kind}.`);
  return found;
}

function accepts(schema: BundledSchema, value: Json): boolean {
  const validate = compileSchema(schema);
  if (typeof validate !== "function") throw new Error(validate.fault);
  return validate(value).length === 0;
}

const ref = (name: string): Json => ({ $ref: `#/components/schemas/${name}` });
const text = { type: "string" };
const kind = { type: "object", required: ["kind"], properties: { kind: text } };
const dog = { allOf: [ref("Pet"), { properties: { bark: text } }] };
const cat = { allOf: [ref("Pet"), { required: ["meow"], properties: { meow: text } }] };

/** The ways in which tools write one hierarchy. */
const spellings: Readonly<Record<string, Json>> = {
  "discriminator as a text (AsyncAPI)": {
    Pet: { ...kind, discriminator: "kind", oneOf: [ref("Dog"), ref("Cat")] },
    Dog: dog,
    Cat: cat,
  },
  "discriminator with a mapping (OpenAPI)": {
    Pet: {
      ...kind,
      discriminator: { propertyName: "kind", mapping: { dog: "#/components/schemas/Dog" } },
      oneOf: [ref("Dog"), ref("Cat")],
    },
    Dog: dog,
    Cat: cat,
  },
  "anyOf instead of oneOf": { Pet: { ...kind, anyOf: [ref("Dog"), ref("Cat")] }, Dog: dog, Cat: cat },
  "the list as a part of the parent": {
    Pet: { discriminator: "kind", allOf: [kind, { oneOf: [ref("Dog"), ref("Cat")] }] },
    Dog: dog,
    Cat: cat,
  },
  "children through references to them": {
    Pet: { ...kind, discriminator: "kind", oneOf: [ref("SomeDog"), ref("Cat")] },
    SomeDog: ref("Dog"),
    Dog: { allOf: [ref("AnyPet"), { properties: { bark: text } }] },
    AnyPet: ref("Pet"),
    Cat: cat,
  },
  "children written into the parent": { Pet: { ...kind, discriminator: "kind", oneOf: [dog, cat] } },
  "a generation between": {
    Pet: { ...kind, discriminator: "kind", oneOf: [ref("Dog"), ref("Cat")] },
    Mammal: { allOf: [ref("Pet"), { properties: { legs: { type: "integer" } } }] },
    Dog: { allOf: [ref("Mammal"), { properties: { bark: text } }] },
    Cat: { allOf: [ref("Mammal"), { required: ["meow"], properties: { meow: text } }] },
  },
};

describe("a parent that lists the children that extend it", () => {
  test.each(Object.entries(spellings))("%s", async (_, schemas) => {
    const pet = await payloadOf("Pet", schemas);
    expect(circlesOf(pet.schema)).toEqual([]);
    expect(accepts(pet, { kind: "dog", bark: "loud" })).toBe(true);
    expect(accepts(pet, { kind: "cat", meow: "soft" })).toBe(true);
    expect(accepts(pet, { kind: "dog", bark: 1 })).toBe(false);
    expect(accepts(pet, { bark: "loud" })).toBe(false);
    expect(includes(pet.schema, pet.schema).verdict).toBe("compatible");
  });

  test("a child that is asked for alone is the parent's own part and what it adds", async () => {
    const alone = await payloadOf("Cat", spellings["discriminator as a text (AsyncAPI)"] ?? {});
    expect(accepts(alone, { kind: "cat", meow: "soft" })).toBe(true);
    expect(accepts(alone, { kind: "cat" })).toBe(false);
    expect(accepts(alone, { meow: "soft" })).toBe(false);
  });

  test("a grandchild takes what is above it from all generations, each without its list", async () => {
    const schemas = {
      Pet: { ...kind, discriminator: "kind", oneOf: [ref("Dog")] },
      Dog: { discriminator: "kind", oneOf: [ref("Puppy")], allOf: [ref("Pet"), { required: ["bark"] }] },
      Puppy: { allOf: [ref("Dog"), { required: ["age"] }] },
    };
    const pet = await payloadOf("Pet", schemas);
    expect(accepts(pet, { kind: "p", bark: "", age: 1 })).toBe(true);
    for (const missing of [
      { kind: "p", age: 1 },
      { kind: "p", bark: "" },
      { bark: "", age: 1 },
    ])
      expect(accepts(pet, missing)).toBe(false);
  });

  test("$ref beside keywords of its own extends too, where the dialect reads them together", async () => {
    const schemas = {
      Pet: { ...kind, oneOf: [ref("Dog")] },
      Dog: { ...(ref("Pet") as object), required: ["bark"] },
    };
    const pet = await payloadOf("Pet", schemas, "application/schema+json;version=2020-12");
    expect(accepts(pet, { kind: "dog", bark: "" })).toBe(true);
    expect(accepts(pet, { kind: "dog" })).toBe(false);
  });

  test("without a discriminator, oneOf still asks for exactly one", async () => {
    const pet = await payloadOf("Pet", { Pet: { ...kind, oneOf: [ref("Dog"), ref("Dog2")] }, Dog: dog, Dog2: dog });
    expect(accepts(pet, { kind: "dog", bark: "" })).toBe(false);
  });

  test("elsewhere allOf, oneOf and discriminator mean what JSON Schema says", async () => {
    const shape = { discriminator: "kind", oneOf: [ref("Round"), ref("Flat")] };
    const schemas = {
      Shape: shape,
      Round: { required: ["radius"] },
      Flat: { required: ["width"] },
      Some: { allOf: [ref("Shape"), { required: ["kind"] }] },
    };
    const some = await payloadOf("Some", schemas);
    expect(accepts(some, { kind: "a", radius: 1 })).toBe(true);
    expect(accepts(some, { kind: "a" })).toBe(false);
    expect(accepts(some, { kind: "a", radius: 1, width: 1 })).toBe(false);
  });
});

describe("a circle that passes no property and no item", () => {
  const closing: Readonly<Record<string, Json>> = {
    allOf: { A: { allOf: [ref("B")] }, B: { allOf: [ref("A")] } },
    "anyOf, directly": { A: { anyOf: [{ type: "string" }, ref("A")] } },
    not: { A: { not: ref("B") }, B: { anyOf: [ref("A"), text] } },
    // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
    then: { A: { if: { type: "object" }, then: ref("A") } },
    dependencies: { A: { dependencies: { a: ref("A") } } },
    "below a property": { A: { properties: { b: ref("B") } }, B: { allOf: [ref("B")] } },
  };
  test.each(Object.entries(closing))("by %s is found, once", async (_, schemas) => {
    const { schema } = await payloadOf("A", schemas);
    expect(circlesOf(schema)).toHaveLength(1);
  });

  test("one that passes a property, an item or a name is none", async () => {
    const schemas = {
      A: {
        properties: { a: ref("A") },
        items: ref("A"),
        additionalProperties: { allOf: [ref("A")] },
        patternProperties: { x: ref("A") },
        propertyNames: ref("A"),
        contains: ref("A"),
      },
    };
    expect(circlesOf((await payloadOf("A", schemas)).schema)).toEqual([]);
  });
});
