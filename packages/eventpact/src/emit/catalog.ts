import { setOwn } from "../read/json.ts";
import type { EmitInput } from "./input.ts";
import { personalNames } from "./personal-data.ts";
import { schemaGraph } from "./schema-graph.ts";
import { objectKey, valueLiteral } from "./source-text.ts";

/** The catalogue as a JavaScript expression: what the runtime, the docs and the checks read. */
export function catalogSource({ events, topics, services, leftOut }: EmitInput): string {
  const graph = schemaGraph(events);
  const schemas = [...graph.payloads.values(), ...graph.named.values()].map(({ schema }) => schema);
  const catalog = {
    events: record(
      events,
      ({ key }) => key,
      (event) => ({
        eventType: event.eventType,
        version: event.version ?? 1,
        topic: event.topic,
        keyLocation: event.keyLocation?.source === "payload" ? event.keyLocation.pointer : "",
        lifecycle: event.lifecycle,
        title: event.title ?? event.key,
        file: event.file,
        hash: event.hash,
      }),
    ),
    topics: record(
      topics,
      ({ name }) => name,
      ({ name: _name, ...topic }) => topic,
    ),
    services: record(
      services,
      ({ name }) => name,
      ({ name: _name, ...service }) => service,
    ),
    leftOut: leftOut?.size ? Object.fromEntries([...leftOut].toSorted()) : undefined,
    personalData: personalNames(schemas, (id) => graph.named.get(id)?.schema),
  };
  return layOut(catalog, 2, "");
}

function record<T>(items: readonly T[], keyOf: (item: T) => string, valueOf: (item: T) => object): object {
  const entries: Record<string, unknown> = {};
  for (const item of items) setOwn(entries, keyOf(item), valueOf(item));
  return entries;
}

/** One member a line down to `levels` below, then on one line while it fits. */
function layOut(value: unknown, levels: number, indent: string): string {
  if (typeof value !== "object" || value === null) return valueLiteral(value);
  if (levels <= 0) {
    const flat = valueLiteral(value);
    if (indent.length + flat.length < 110) return flat;
  }
  const inner = `${indent}  `;
  const members = Array.isArray(value)
    ? value.map((item) => layOut(item, levels - 1, inner))
    : Object.entries(value)
        .filter(([, member]) => member !== undefined)
        .map(([key, member]) => `${objectKey(key)}: ${layOut(member, levels - 1, inner)}`);
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return members.length === 0
    ? `${open}${close}`
    : `${open}\n${members.map((text) => `${inner}${text},\n`).join("")}${indent}${close}`;
}
