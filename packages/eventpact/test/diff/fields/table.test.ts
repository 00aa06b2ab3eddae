import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { protocols, rowOf, tables } from "../../../src/diff/fields/table.ts";
import type { Json } from "../../../src/read/json.ts";
import { isObject, own } from "../../../src/read/json.ts";

const require = createRequire(import.meta.url);
const specs = dirname(require.resolve("@asyncapi/specs/package.json"));

interface Definition {
  readonly id: string;
  readonly schema: Json;
}

/** Every definition of AsyncAPI 3.0 and 3.1, and of every version of every binding, as the specification publishes them. */
function definitions(): readonly Definition[] {
  const bundles = ["3.0.0", "3.1.0"].flatMap((version) => {
    const root = JSON.parse(readFileSync(join(specs, `schemas/${version}.json`), "utf8")) as Json;
    const inner = own(root, "definitions");
    return [
      { id: "asyncapi", schema: root },
      ...Object.entries(isObject(inner) ? inner : {}).map(([id, schema]) => ({ id, schema })),
    ];
  });
  const bindings = readdirSync(join(specs, "bindings"), { recursive: true, encoding: "utf8" })
    .filter((file) => /^\w+\/[\d.]+\/\w+\.json$/.test(file))
    .map((file) => ({
      id: `bindings/${file}`,
      schema: JSON.parse(readFileSync(join(specs, "bindings", file), "utf8")) as Json,
    }));
  return [...bundles, ...bindings];
}

/** The engine judges schemas; maps have no fields of their own; the rest is no object of a document. */
const others =
  /json-schema\.org|\/(schema|anySchema|avroSchema_v1|openapiSchema_3_0|Reference|ReferenceObject|specificationExtension|infoExtensions)(\.json|$)|\/extensions\/|\/(channels|servers|operations|parameters|channelMessages|serverVariables|securityRequirements|oauth2Scopes)\.json$/;

const named: Readonly<Record<string, string>> = {
  asyncapi: "document",
  messageObject: "message",
  messageTrait: "message",
  operationTrait: "operation",
  messageExampleObject: "messageExample",
};

function typeOf(id: string): string {
  const binding = /bindings\/(\w+)\/[\d.]+\/(\w+)/.exec(id);
  if (binding) return `${binding[1] === "websockets" ? "ws" : binding[1]} ${binding[2]}`;
  const name = /([^/]+?)(\.json)?$/.exec(id)?.[1] ?? id;
  const holder = /^(\w+)BindingsObject$/.exec(name)?.[1];
  if (holder) return `${holder} bindings`;
  if (/SecurityScheme$|^(userPassword|apiKey|X509|symmetricEncryption|asymmetricEncryption|openIdConnect)$/.test(name))
    return "securityScheme";
  // `flows` of a scheme is a field, whose own fields are those of each flow.
  if (name === "oauth2Flows") return "securityScheme";
  return named[name] ?? name;
}

/** The fields that a schema declares, in its branches too, with the schema of each. */
function* fieldsIn(schema: Json): Generator<readonly [string, Json]> {
  const properties = own(schema, "properties");
  if (isObject(properties)) yield* Object.entries(properties);
  for (const keyword of ["allOf", "oneOf", "anyOf", "if", "then", "else"]) {
    const branches = own(schema, keyword) ?? [];
    for (const branch of Array.isArray(branches) ? (branches as readonly Json[]) : [branches]) yield* fieldsIn(branch);
  }
}

interface Found {
  readonly type: string;
  readonly field: string;
}

function* declared(type: string, schema: Json): Generator<Found> {
  for (const [field, inner] of fieldsIn(schema)) {
    yield { type, field };
    const row = rowOf(type, field);
    // A field that is judged as a whole has no rows for what is in it.
    if ("type" in row && row.kind === "object") yield* declared(row.type, inner);
  }
}

const found = definitions()
  .filter(({ id }) => !others.test(id))
  .flatMap(({ id, schema }) => [...declared(typeOf(id), schema)]);

describe("the table of fields", () => {
  test("knows every field of every object of AsyncAPI 3.0 and 3.1 and of every binding, as the specification's own schemas declare them", () => {
    const missing = found.filter(({ type, field }) =>
      type.endsWith(" bindings") ? !protocols.has(field) : !Object.hasOwn(tables[type] ?? {}, field),
    );
    expect([...new Set(missing.map(({ type, field }) => `${type}: ${field}`))]).toEqual([]);
    expect(found.length).toBeGreaterThan(400);
  });

  test("has no field that no specification knows, but for the extensions of this tool", () => {
    const known = new Set(found.map(({ type, field }) => `${type}: ${field}`));
    const invented = Object.entries(tables).flatMap(([type, table]) =>
      Object.keys(table).map((field) => `${type}: ${field}`),
    );
    // The schema of a topic's configuration admits Kafka's other settings without naming them.
    const ofKafka = /^kafka topicConfiguration: (segment|min\.insync|compression|message\.timestamp)\./;
    expect(invented.filter((one) => !known.has(one) && !one.includes(": x-") && !ofKafka.test(one))).toEqual([]);
  });

  test("gives a reason for each", () => {
    for (const [type, table] of Object.entries(tables))
      for (const [field, { why }] of Object.entries(table))
        expect([type, field, why]).toEqual([type, field, expect.stringMatching(/\w.*\.$/)]);
  });

  test("leaves nothing to silence that it does not know", () => {
    expect(rowOf("channel", "adress")).toMatchObject({ levels: { changed: "undecided" } });
    expect(rowOf("channel bindings", "rabbit")).toMatchObject({ levels: { changed: "undecided" } });
    expect(rowOf("channel bindings", "x-rabbit")).toMatchObject({ levels: { changed: "warning" } });
    expect(rowOf("kafka channel", "x-tier")).toMatchObject({ levels: { changed: "warning" } });
    expect(rowOf("kafka channel", "tier")).toMatchObject({ levels: { changed: "undecided" } });
    expect(rowOf("channel", "x-owner")).toMatchObject({ levels: { changed: "info" } });
    expect(rowOf("channel", "constructor")).toMatchObject({ levels: { changed: "undecided" } });
  });
});
