// Writes what an AsyncAPI folder says the way EventCatalog wants it told: a page of Markdown per service, event and channel.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { stringify } from "yaml";
import { readModel } from "../../packages/eventpact/src/model/read-model.ts";
import { nodeFileSystem } from "../../packages/eventpact/src/read/node-file-system.ts";

const CONFIG = `export default {
  cId: "b7a3f0de-2f6c-4d0c-8f0e-6f2f0c6f1f10",
  title: "Bench",
  organizationName: "Bench",
  output: "static",
  trailingSlash: false,
  docs: { sidebar: { type: "LIST_VIEW" } },
};
`;

/** @param project holds `asyncapi/` @param target becomes a catalogue that `eventcatalog build` takes */
export async function writeCatalog(project: string, target: string): Promise<void> {
  const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(project) });
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(target, path)), { recursive: true });
    writeFileSync(join(target, path), text);
  };
  const page = (path: string, head: object, body: string): void =>
    write(`${path}/index.mdx`, `---\n${stringify(head)}---\n\n${body}\n`);
  write("eventcatalog.config.js", CONFIG);
  write("package.json", '{ "name": "bench", "private": true, "type": "module" }\n');
  const id = (key: string): { id: string; version: string } => {
    const event = model.events.find((one) => one.key === key);
    return { id: event?.eventType ?? key, version: `${event?.version ?? 1}.0.0` };
  };
  for (const { name, title, description, sends, receives } of model.services)
    page(
      `services/${name}`,
      {
        id: name,
        name: title,
        version: "1.0.0",
        summary: description ?? title,
        sends: sends.map(({ event }) => id(event)),
        receives: receives.map(({ event }) => id(event)),
      },
      "<NodeGraph />",
    );
  for (const { name } of model.topics)
    page(`channels/${name}`, { id: name, name, version: "1.0.0", address: name, protocols: ["kafka"] }, "");
  for (const event of model.events) {
    const newest = Math.max(...model.events.map((one) => (one.eventType === event.eventType ? (one.version ?? 1) : 0)));
    const { version } = id(event.key);
    const folder = `events/${event.eventType}${(event.version ?? 1) < newest ? `/versioned/${version}` : ""}`;
    const { eventType, summary, description } = event;
    const head = { id: eventType, name: eventType, version, summary, schemaPath: "schema.json" };
    const channels = event.topics.map((topic) => ({ id: topic, version: "1.0.0" }));
    page(folder, { ...head, channels }, `${description ?? ""}\n\n<NodeGraph />\n\n<SchemaViewer file="schema.json" />`);
    write(`${folder}/schema.json`, JSON.stringify("schema" in event.payload ? event.payload.schema : {}, null, 2));
  }
}
