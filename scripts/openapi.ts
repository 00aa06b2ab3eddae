// `npm run openapi`: describes each service's HTTP API in docs/openapi, from the very routes it serves; `-- --check` only
// says whether that is up to date.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createServer, type Hosted } from "@eventpact/host";
import type { ServiceRuntime } from "@eventpact/messaging";
import { pino } from "pino";
import { shop } from "./lib/shop.ts";

const folder = join(import.meta.dirname, "..", "docs", "openapi");
const check = process.argv.includes("--check");

async function describe({ service }: Hosted): Promise<string | undefined> {
  if (service.api === undefined) return undefined;
  const app = await createServer({
    logger: pino({ level: "silent" }),
    probes: { notReady: async () => ({}), metrics: async () => ({ contentType: "text/plain", text: "" }) },
  });
  // Routes are only described, never called: they need no runtime behind them.
  await app.register(service.api({ name: service.name, service } as ServiceRuntime));
  await app.ready();
  const description = app.swagger() as { info: object; paths: Record<string, object> };
  await app.close();
  const title = service.events.catalog.services[service.name]?.title ?? service.name;
  const described = { ...description, info: { ...description.info, title } };
  return Object.keys(description.paths).length === 0 ? undefined : `${JSON.stringify(described, null, 2)}\n`;
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

const stale: string[] = [];
mkdirSync(folder, { recursive: true });
for (const hosted of shop) {
  const text = await describe(hosted);
  const file = join(folder, `${hosted.service.name}.json`);
  if (text === undefined || current(file) === text) continue;
  stale.push(hosted.service.name);
  if (!check) writeFileSync(file, text);
}
if (stale.length === 0) console.log("docs/openapi is up to date.");
else if (check) {
  console.error(`Out of date: ${stale.join(", ")}. Run \`npm run openapi\`.`);
  process.exitCode = 1;
} else console.log(`Wrote ${stale.join(", ")}.`);
