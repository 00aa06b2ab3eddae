import { checkModel } from "../../src/check/check-model.ts";
import { readModel } from "../../src/model/read-model.ts";
import { officialDiagnostics } from "../../src/official/official-parser.ts";
import { rules } from "../../src/rules/index.ts";
import { memoryFileSystem } from "./memory-file-system.ts";

const specification = rules.filter(({ category }) => category === "specification");
/** A document that both accept. */
export const valid = `asyncapi: 3.0.0
info: { title: Orders, version: 1.0.0 }
servers:
  kafka: { host: localhost, protocol: kafka }
channels:
  orders:
    address: orders.{region}
    servers: [{ $ref: "#/servers/kafka" }]
    parameters: { region: { description: Where. } }
    messages:
      placed: { payload: { $ref: ./placed.yaml } }
operations:
  place:
    action: send
    channel: { $ref: "#/channels/orders" }
    messages: [{ $ref: "#/channels/orders/messages/placed" }]
`;

const replace = (from: string, to: string) => (text: string) => text.replace(from, to);
/** Ways to spoil it that both must refuse. */
export const spoilt: readonly [name: string, (text: string) => string][] = [
  ["a misspelt field", replace("address:", "adress:")],
  ["no info", replace("info: { title: Orders, version: 1.0.0 }\n", "")],
  ["an action that does not exist", replace("action: send", "action: publish")],
  ["a number for an address", replace("orders.{region}", "5")],
  ["a parameter that the address lacks", replace("{region}", "orders")],
  ["a message of no channel", replace("channels/orders/messages/placed", "components/messages/placed")],
  [
    "a channel that does not exist",
    replace('channel: { $ref: "#/channels/orders" }', 'channel: { $ref: "#/channels/order" }'),
  ],
  ["a file that does not exist", replace("./placed.yaml", "./place.yaml")],
  ["a schema of an unknown type", replace("$ref: ./placed.yaml", "type: objekt")],
  ["a message's field in the wrong place", replace("payload: {", "examples: 5, payload: {")],
];

/** Whether our rules of the specification and the official parser accept a document. */
export async function verdicts(text: string): Promise<{ ours: boolean; official: boolean }> {
  const fileSystem = memoryFileSystem({ "orders.yaml": text, "placed.yaml": "type: object\n" });
  const model = await readModel(".", { fileSystem });
  const official = await officialDiagnostics(fileSystem, "orders.yaml");
  return {
    ours: checkModel(model, { events: "off", severities: {} }, specification).length === 0,
    official: official.every(({ severity }) => severity !== "error"),
  };
}
