import { beforeAll, describe, expect, test } from "@jest/globals";
import type { EmitEvent, EmitInput, Emitted } from "../../src/emit/input.ts";
import type { JsonSchema } from "../../src/model/types.ts";
import type { Json } from "../../src/read/json.ts";
import type { GeneratedModule } from "./generated-package.ts";
import { emitEvents, enveloped, eventWith, importPackage, typeCheck, writePackage } from "./generated-package.ts";

/** Texts that become code wherever one place forgets to quote. Each would leave a mark. */
const attacks = [
  '*/ globalThis.pwned = "comment"; /*',
  '**/globalThis.pwned = "comment2";/**',
  '${globalThis.pwned = "template"}`; globalThis.pwned = "template";`',
  "'; globalThis.pwned = 'single'; '",
  '"; globalThis.pwned = "double"; "',
  '\\\'; globalThis.pwned = "escaped"; //',
  'a\n; globalThis.pwned = "newline"; //',
  'a\r\n*/ globalThis.pwned = "crlf"; /*',
  'a\u2028globalThis.pwned = "ls"\u2029globalThis.pwned = "ps"',
  "@internal\n@deprecated",
  ']; globalThis.pwned = "bracket"; [',
  "} & { pwned: true }; declare const x: {",
  '<script>globalThis.pwned = "html"</script><!--',
  "\u202e\u0000 bidi and NUL",
  "$& $1 $$ __0__ __1__ Root Holder",
];
const names = [
  ...attacks,
  "__proto__",
  "constructor",
  "prototype",
  "toString",
  "valueOf",
  "0day",
  "",
  " ",
  "😀",
  "a-b",
  "default",
  "import",
  "await",
  "[k: string]",
  "definitions",
  "$defs",
  "title",
  "tsType",
  "data",
  "root",
];

function propertiesOf(): Json {
  const properties = Object.fromEntries(
    names.map((name) => [name, { type: "string", description: name, pattern: patternOf(name) }]),
  );
  Object.defineProperty(properties, "__proto__", { value: { type: "number" }, enumerable: true });
  return properties as Json;
}

function patternOf(name: string): string {
  return name.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function hostileSchema(): JsonSchema {
  return {
    type: "object",
    title: attacks[0] ?? "",
    description: attacks.join("\n"),
    $id: "javascript:globalThis.pwned = 1",
    $comment: attacks[1] ?? "",
    tsType: "any; declare const pwned: true",
    tsEnumNames: attacks,
    properties: {
      all: { type: "object", properties: propertiesOf(), required: names, description: attacks.join(" ") },
      enums: {
        enum: [...attacks, { __proto__: null, [attacks[0] ?? ""]: attacks[1] ?? "" }],
        tsType: "never",
        description: attacks[3] ?? "",
      },
      constant: { const: attacks[2] ?? "" },
      withDefault: { type: "string", default: attacks[0] ?? "", format: attacks[3] ?? "", examples: attacks },
      ref: { $ref: `#/definitions/${encodeURIComponent("*~1 globalThis.pwned = 1; ~1*")}` },
      patterns: {
        type: "object",
        patternProperties: { "^'; globalThis.pwned = 1; '*/": { type: "string" } },
        additionalProperties: false,
      },
    },
    definitions: {
      "*/ globalThis.pwned = 1; /*": { type: "object", title: attacks[0] ?? "", properties: { x: { type: "string" } } },
    },
  } as JsonSchema;
}

const keys = [
  ...attacks.map((attack) => `${attack}.v1`),
  "__proto__",
  "constructor.v1",
  "default.v1",
  "delete.v1",
  "../../escape.v1",
  "/etc/passwd",
  "Decode.v1",
  "Validate.v1",
  "Catalog.v1",
  "Events.v1",
  "a.b",
  "A.B",
  "a_b",
  "aB",
  "",
  "💥",
];

function hostileInput(): { events: readonly EmitEvent[]; rest: Partial<EmitInput> } {
  const events = keys.map((key, at): EmitEvent => {
    const words = {
      title: key,
      description: attacks.join("\n"),
      topic: key,
      file: key,
      hash: key,
      lifecycle: "deprecated" as const,
    };
    if (at % 3 === 0)
      return eventWith(hostileSchema(), {
        ...words,
        key,
        eventType: key,
        keyLocation: { source: "payload", pointer: "/all/__proto__" },
      });
    const keyLocation = { source: "payload" as const, pointer: "/data/'];globalThis.pwned=1;['" };
    const data = {
      type: "object",
      properties: { "'];globalThis.pwned=1;['": { type: "string" } },
      required: ["'];globalThis.pwned=1;['"],
    };
    return eventWith(true, { ...words, ...enveloped(key, 1, data), key, keyLocation });
  });
  const services = [...attacks, "__proto__", "constructor"].map((name) => ({
    name,
    title: name,
    sends: [{ operationId: name, event: keys[0] ?? "" }],
    receives: keys.map((event) => ({ operationId: name, event })),
  }));
  const topics = [...attacks, "__proto__"].map((name) => ({
    name,
    partitions: 1,
    writer: name,
    events: keys,
    cleanupPolicy: name,
  }));
  return { events, rest: { services, topics } };
}

describe("words of an author", () => {
  const { events, rest } = hostileInput();
  let emitted: Emitted;
  let folder: string;
  let generated: GeneratedModule;

  beforeAll(async () => {
    emitted = await emitEvents(events, rest);
    expect(emitted.troubles.filter(({ severity }) => severity === "error")).toEqual([]);
    folder = await writePackage(emitted);
    generated = await importPackage(folder);
  });

  test("never run when the package is loaded and everything in it is used", () => {
    for (const key of keys) generated.validate(key, {});
    for (const value of Object.values(generated)) {
      if (typeof value === "function") value({ "'];globalThis.pwned=1;['": "k", all: {} }, "key");
    }
    expect(Object.hasOwn(globalThis, "pwned")).toBe(false);
    expect(({} as Record<string, unknown>)["eventType"]).toBeUndefined();
  });

  test("leave modules that parse and declarations that compile", async () => {
    const program = `
      import * as events from './index.js';
      import type { EventKey, NewEvent, Receives, Sends } from './index.js';
      const drafts: NewEvent[] = [];
      const key: EventKey = ${JSON.stringify(keys[1])};
      export { drafts, events, key };
      export type All = Sends[keyof Sends] | Receives[keyof Receives];
      declare global { var pwned: never }
    `;
    expect(await typeCheck(folder, program)).toBe("");
  });

  test("name files inside the package only, and each file once", () => {
    const paths = [...emitted.files.keys()];
    for (const path of paths)
      expect(path).toMatch(
        /^(events|runtime)\/[a-z0-9._-]+\.(d\.ts|js)$|^(index\.js|(index|shared)\.d\.ts|catalog\.js|README\.md)$/,
      );
    expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
  });

  test("arrive in the catalogue as they were written, `__proto__` included", () => {
    expect(Object.keys(generated.catalog.events).toSorted()).toEqual(keys.toSorted());
    expect(Object.keys(generated.catalog.services)).toContain("__proto__");
    expect(Object.hasOwn(generated.catalog.topics, "__proto__")).toBe(true);
    expect(generated.catalog.events[keys[0] ?? ""]).toMatchObject({ title: keys[0], file: keys[0] });
  });

  test("are compared exactly by validators", () => {
    const key = keys[0] ?? "";
    expect(generated.validate(key, { enums: attacks[4] })).toEqual({ ok: true });
    expect(generated.validate(key, { enums: `${attacks[4]} ` })).toMatchObject({ ok: false, path: "/enums" });
    expect(generated.validate(key, { constant: attacks[2] })).toEqual({ ok: true });
  });

  test("keep an event type out of reserved words and of the names that the package itself exports", async () => {
    const types = [
      "Delete",
      "default",
      "Decode",
      "Validate",
      "Catalog",
      "Await",
      "orderPaid",
      "OrderPaid",
      "order-paid",
    ];
    const odd = await emitEvents(types.map((type) => eventWith(true, enveloped(type, 1, true))));
    const functions = Object.entries(await importPackage(await writePackage(odd)))
      .filter(([, value]) => typeof value === "function")
      .map(([name]) => name);
    const own = ["decode", "decodeAs", "read", "validate"];
    const made = ["awaitEvent", "catalogEvent", "decodeEvent", "defaultEvent", "deleteEvent", "validateEvent"];
    const alike = functions.filter((name) => /^orderPaid_[\da-f]{4}$/.test(name));
    expect(alike).toHaveLength(3);
    expect(functions.toSorted()).toEqual([...own, ...made, ...alike].toSorted());
  });

  test("are refused where no validator can be made of them, and shown in quotes", async () => {
    const half = await emitEvents([eventWith({ properties: { "\ud800": { type: "string" } } }, { key: "a\n*/" })]);
    expect(half.troubles).toMatchObject([{ severity: "error", code: "schema-compiles" }]);
    expect(half.troubles[0]?.message).toContain('"a\\n*/"');
    const pattern = await emitEvents([eventWith({ type: "string", pattern: "(" }, { key: "Open.v1" })]);
    expect(pattern.troubles).toMatchObject([{ severity: "error", message: expect.stringContaining("Open.v1") }]);
  });

  test("do not change with the order in which events come", async () => {
    const reversed = await emitEvents(events.toReversed(), rest);
    expect([...reversed.files]).toEqual([...emitted.files]);
  });
});
