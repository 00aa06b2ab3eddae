// `npm run mobile-types`: Kotlin and Swift types of the events that the tracking service hears, and of the steps it tells
// its followers, from the same AsyncAPI documents as everything else. docs/mobile.md shows what comes out.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { nodeFileSystem, readModel, type JsonObject } from "eventpact";
import { loadGenerator } from "./mobile-types/generator.ts";
import { oneSchema, typeName } from "./mobile-types/schemas.ts";

const root = join(import.meta.dirname, "..");
const help = `npm run mobile-types -- [--out .cache/mobile] [--package shop.events] [--service tracking]

Writes OrderEvents.kt (kotlinx.serialization) and OrderEvents.swift (Codable) for the events a service hears.`;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: join(root, ".cache", "mobile") },
    package: { type: "string", default: "shop.events" },
    service: { type: "string", default: "tracking" },
    help: { type: "boolean", default: false },
  },
});

/** What the stream says, from the tracking service's own description of it. */
function step(): JsonObject {
  const api = JSON.parse(readFileSync(join(root, "docs", "openapi", "tracking.json"), "utf8"));
  const answer = api.paths["/orders/{orderId}/stream"].get.responses["200"];
  return answer.content["text/event-stream"].schema as JsonObject;
}

async function write(): Promise<void> {
  const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(root) });
  const events = model.events.filter(({ receivers }) => receivers.includes(values.service));
  if (events.length === 0) throw new Error(`No event is received by "${values.service}".`);
  const schema = JSON.stringify(oneSchema(events, values.service === "tracking" ? { Step: step() } : {}));
  const tool = await loadGenerator(join(root, ".cache", "quicktype"), (line) => console.error(line));
  const languages = [
    ["OrderEvents.kt", "kotlin", { framework: "kotlinx", package: values.package }],
    ["OrderEvents.swift", "swift", { "access-level": "public", sendable: "true" }],
  ] as const;
  const out = resolve(values.out);
  mkdirSync(out, { recursive: true });
  for (const [file, lang, rendererOptions] of languages) {
    const input = new tool.JSONSchemaInput(new tool.FetchingJSONSchemaStore());
    await input.addSource({ name: "Events", uris: ["#/definitions/"], schema });
    const inputData = new tool.InputData();
    inputData.addInput(input);
    const { lines } = await tool.quicktype({ inputData, lang, rendererOptions });
    writeFileSync(join(out, file), lines.join("\n"));
    console.log(`${join(out, file)}: ${events.map(({ key }) => typeName(key)).join(", ")}`);
  }
}

if (values.help) console.log(help);
else await write();
