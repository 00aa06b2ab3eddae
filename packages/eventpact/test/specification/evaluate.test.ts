import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import type { Ajv, ValidateFunction } from "ajv";
import fc from "fast-check";
import type { Json, JsonObject } from "../../src/read/json.ts";
import { isObject } from "../../src/read/json.ts";
import { specificationSchema } from "../../src/specification/definitions.ts";
import { evaluate } from "../../src/specification/evaluate.ts";

const require = createRequire(import.meta.url);
const { default: AjvClass } = require("ajv") as { default: new (options: object) => Ajv };

/** A document that visits many definitions; no `$ref`, so that ajv and the reader judge the same nodes. */
const base: JsonObject = {
  asyncapi: "3.0.0",
  id: "urn:example:orders",
  info: { title: "Orders", version: "1.0.0", contact: { name: "A", email: "a@example.com" }, tags: [{ name: "x" }] },
  servers: {
    kafka: {
      host: "localhost",
      protocol: "kafka",
      security: [{ type: "scramSha256" }, { type: "http", scheme: "bearer" }],
    },
  },
  channels: {
    orders: {
      address: "orders.{region}",
      parameters: { region: { enum: ["eu"], location: "$message.payload#/region" } },
      bindings: { kafka: { topic: "orders", partitions: 3, topicConfiguration: { "cleanup.policy": ["delete"] } } },
      messages: {
        placed: {
          payload: {
            type: "object",
            required: ["id"],
            properties: { id: { type: "string", minLength: 1 } },
            items: [{}],
          },
          headers: { type: "object", additionalProperties: { type: "string" } },
          examples: [{ name: "one", payload: { id: "a" } }],
          correlationId: { location: "$message.header#/id" },
          traits: [{ contentType: "application/json" }],
        },
        wrapped: { payload: { schemaFormat: "application/schema+json;version=draft-07", schema: { type: "string" } } },
      },
    },
  },
  components: {
    schemas: { A: { oneOf: [{ type: "null" }, { enum: [1, 2] }] } },
    replyAddresses: { r: { location: "$message.header#/r" } },
  },
};

const specification = specificationSchema("3.0.0");

// Formats are left out on both sides: ajv knows none without a plug-in.
function ours(document: Json): boolean {
  const at = { schema: specification.root, base: specification.root };
  return (
    evaluate(
      { specification, onReference: () => undefined, checkFormat: () => undefined, memo: new Map() },
      at,
      document,
      "",
      "document",
    ).length === 0
  );
}

const official: ValidateFunction = (() => {
  const ajv = new AjvClass({
    strict: false,
    allErrors: false,
    validateFormats: false,
    logger: false,
    meta: false,
    validateSchema: false,
  });
  const schema = structuredClone(specification.root) as { definitions: Record<string, object> };
  for (const id of ["http://json-schema.org/draft-07/schema", "http://json-schema.org/draft-04/schema"]) {
    const metaschema = schema.definitions[id];
    delete schema.definitions[id];
    if (metaschema) ajv.addSchema({ ...metaschema, $id: id }, id);
  }
  return ajv.compile(schema);
})();

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): readonly Path[] {
  if (Array.isArray(value))
    return [path, ...(value as readonly Json[]).flatMap((item, index) => pathsOf(item, [...path, index]))];
  if (isObject(value)) return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
  return [path];
}

const replacements: readonly Json[] = [
  null,
  1,
  -1,
  "",
  "text",
  [],
  {},
  true,
  ["a", "a"],
  { type: "string" },
  { "x-a": 1 },
];

const mutation = fc.record({
  path: fc.constantFrom(...pathsOf(base).filter((path) => path.length > 0)),
  kind: fc.constantFrom("replace", "delete", "add", "rename"),
  replacement: fc.constantFrom(...replacements),
  key: fc.constantFrom(
    "extra",
    "x-extra",
    "type",
    "description",
    "required",
    "minLength",
    "bindings",
    "schema",
    "title",
  ),
});

function mutate(document: Json, change: { path: Path; kind: string; replacement: Json; key: string }): Json {
  const copy = structuredClone(document) as Json;
  let parent = copy as Record<string | number, unknown>;
  for (const step of change.path.slice(0, -1)) {
    const next = parent[step];
    if (typeof next !== "object" || next === null) return copy;
    parent = next as Record<string | number, unknown>;
  }
  const last = change.path.at(-1) as string | number;
  const target = parent[last];
  if (change.kind === "replace") parent[last] = change.replacement;
  if (change.kind === "delete" && Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (change.kind === "delete") delete parent[last];
  if (change.kind === "add" && isObject(target)) parent[last] = { ...target, [change.key]: change.replacement };
  if (change.kind === "rename" && !Array.isArray(parent) && target !== undefined) {
    delete parent[last];
    parent[change.key] = target;
  }
  return copy;
}

describe("the interpreter of the specification's schema", () => {
  test("the document to start from is valid for both", () => {
    expect(official(base)).toBe(true);
    expect(ours(base)).toBe(true);
  });

  test("judges as ajv does, whatever is done to a document", () => {
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (changes) => {
        const document = changes.reduce(mutate, base as Json);
        expect({ document, valid: ours(document) }).toEqual({ document, valid: official(document) });
      }),
      { numRuns: 200 },
    );
  });
});

describe("the likeliest branch", () => {
  const messages = (document: Json): readonly string[] => {
    const at = { schema: specification.root, base: specification.root };
    const evaluation = { specification, onReference: () => undefined, memo: new Map() };
    return evaluate(evaluation, at, document, "", "document").map(({ pointer, message }) => `${pointer} ${message}`);
  };
  const withScheme = (scheme: Json): Json => ({
    asyncapi: "3.0.0",
    info: { title: "A", version: "1" },
    components: { securitySchemes: { a: scheme } },
  });

  test("is the one whose type was written, and its faults alone are told", () => {
    expect(messages(withScheme({ type: "openIdConnect" }))).toEqual([
      '/components/securitySchemes/a An open id connect needs "openIdConnectUrl".',
    ]);
  });

  test("where no type fits, the type is the fault, with every alternative", () => {
    const [only, ...others] = messages(withScheme({ type: "oauth" }));
    expect(others).toEqual([]);
    expect(only).toMatch(/^\/components\/securitySchemes\/a\/type "type" must be .*"oauth2".* not "oauth"\.$/);
  });
});
