import type { Json } from "../../read/json.ts";
import type { Facts } from "../facts/facts.ts";
import { catalogueJson, schemaPath } from "./catalogue.ts";
import { atomFeed } from "./feed.ts";
import { llmsText } from "./llms.ts";

export const FEED = "changes.xml";

/** What the site has for tools, at its root: path → text. */
export function machineFiles(facts: Facts): ReadonlyMap<string, string> {
  const feed = atomFeed(facts);
  const schemas = [...facts.events.values()].flatMap(({ event: { key, payload } }): (readonly [string, string])[] =>
    payload.kind === "json-schema" ? [[schemaPath(facts, key), `${JSON.stringify(payload.schema as Json)}\n`]] : [],
  );
  return new Map([
    ["catalogue.json", catalogueJson(facts)],
    ["llms.txt", llmsText(facts)],
    ...(feed === undefined ? [] : [[FEED, feed] as const]),
    ...schemas,
  ]);
}
