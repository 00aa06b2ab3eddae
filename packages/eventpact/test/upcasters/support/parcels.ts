import { temporaryFolder } from "../../support/run-command.ts";

const weight = { type: "integer", minimum: 0, maximum: 500 };
const note = { type: "string", minLength: 1, maxLength: 20 };
const data: Readonly<Record<number, { readonly required: readonly string[]; readonly properties: object }>> = {
  1: { required: ["id", "weight"], properties: { id: { type: "string", minLength: 1 }, weight, note } },
  2: {
    required: ["id", "grams"],
    properties: {
      id: { type: "string", minLength: 1 },
      grams: { type: "integer", minimum: 0, maximum: 500_000 },
      note,
    },
  },
  3: {
    required: ["id", "grams", "notes"],
    properties: {
      id: { type: "string", minLength: 1 },
      grams: { type: "integer", minimum: 0, maximum: 500_000 },
      notes: { type: "array", items: note },
    },
  },
};

/** The payload of Packed in one of its three versions. */
export const packed = (version: number): object => ({
  type: "object",
  required: ["eventId", "eventType", "version", "timestamp", "data"],
  properties: {
    eventId: { type: "string", minLength: 1 },
    eventType: { type: "string", const: "Packed" },
    version: { type: "integer", const: version },
    timestamp: { type: "string", format: "date-time" },
    data: { type: "object", ...data[version] },
  },
});

const message = (version: number): object => ({
  name: `Packed.v${version}`,
  title: "Packed",
  description: "A parcel was packed.",
  contentType: "application/json",
  payload: packed(version),
});

const document = (name: string, action: "send" | "receive", versions: readonly number[]): string =>
  JSON.stringify({
    asyncapi: "3.0.0",
    id: `urn:test:${name}`,
    info: { title: name, version: "1.0.0" },
    channels: { parcels: { $ref: "./channels.json#/parcels" } },
    operations: {
      [`${action}Packed`]: {
        action,
        channel: { $ref: "#/channels/parcels" },
        messages: versions.map((version) => ({ $ref: `#/channels/parcels/messages/Packed.v${version}` })),
      },
    },
  });

/** A repository in which store sends Packed, and post hears it in three versions and has upcasters. */
export function repository(upcasters: string, more: Readonly<Record<string, string>> = {}) {
  const messages = Object.fromEntries([1, 2, 3].map((version) => [`Packed.v${version}`, message(version)]));
  return temporaryFolder({
    "asyncapi/channels.json": JSON.stringify({ parcels: { address: "parcels", messages } }),
    "asyncapi/store.json": document("store", "send", [3]),
    "asyncapi/post.json": document("post", "receive", [1, 2, 3]),
    "eventpact.yaml": 'dir: asyncapi\nverify:\n  upcasters: { module: "src/{service}.js", timeoutSeconds: 12 }\n',
    "package.json": '{ "type": "module" }',
    "src/post.js": `${upcasters}\n`,
    ...more,
  });
}

/** Two upcasters that hold, line by line, with the rows of their service. */
export const good = {
  first:
    'const first = { from: "Packed.v1", to: "Packed.v2", upcast: ({ weight, ...rest }) => ({ ...rest, grams: weight * 1000 }) };',
  second:
    'const second = { from: "Packed.v2", to: "Packed.v3", upcast: ({ note, ...rest }) => ({ ...rest, notes: note === undefined ? [] : [note] }) };',
  service: 'export const post = { name: "post", handlers: { "Packed.v3": () => [] }, upcasters: [first, second] };',
} as const;

/** The module of post, some of its lines exchanged. */
export const moduleOf = (lines: Partial<Record<keyof typeof good, string>> = {}): string =>
  Object.values({ ...good, ...lines }).join("\n");
