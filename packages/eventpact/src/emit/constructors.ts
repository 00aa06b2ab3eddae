import type { JsonSchema } from "../model/types.ts";
import { own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import type { EmitEvent } from "./input.ts";
import { refOf, refTarget, simplify } from "./merge-schemas.ts";
import { camelCase, functionNames } from "./names.ts";
import { docComment, memberAccess, stringLiteral } from "./source-text.ts";
import type { EventTypes, Types } from "./types.ts";

/** The constructor of one event version. */
export interface ConstructorSource {
  readonly name: string;
  /** Its function in JavaScript. */
  readonly code: string;
  /** Its declaration, with doc comment. */
  readonly declaration: string;
}

/**
 * One function per event version, sorted as the events are. The newest version that is still sent has the plain name
 * (`orderCreated`), every other its number (`orderCreatedV1`). They make drafts: id, time and sequence come from the runtime.
 */
export function constructorSources(events: readonly EmitEvent[], types: Types): readonly ConstructorSource[] {
  const names = functionNames();
  const newest = newestVersions(events);
  // Plain names first, so that no odd key takes one away.
  const chosen = new Map([...newest].map(([eventType, key]) => [key, names.take(camelCase(eventType))]));
  return events.flatMap((event) => {
    const eventTypes = types.events.get(event.key);
    if (!eventTypes) return [];
    const versioned = event.version === undefined ? event.key : `${event.eventType} V${event.version}`;
    return [constructorSource(chosen.get(event.key) ?? names.take(camelCase(versioned)), event, eventTypes)];
  });
}

function newestVersions(events: readonly EmitEvent[]): ReadonlyMap<string, string> {
  const newest = new Map<string, EmitEvent>();
  for (const event of events) {
    if (event.lifecycle === "retained") continue;
    const best = newest.get(event.eventType);
    if (!best || (event.version ?? 0) > (best.version ?? 0)) newest.set(event.eventType, event);
  }
  return new Map([...newest].map(([eventType, event]) => [eventType, event.key]));
}

function constructorSource(name: string, event: EmitEvent, types: EventTypes): ConstructorSource {
  const key = stringLiteral(event.key);
  const path = keyPath(event, types);
  const parameters = path ? "data" : "data, key";
  const keyMember = path ? `key: ${path}` : "key";
  const typed = path ? `data: ${types.dataName}` : `data: ${types.dataName}, key: string`;
  const comment = docComment([
    event.title ?? event.key,
    event.description,
    ...(event.lifecycle === "active" ? [] : [{ tag: "@deprecated" } as const]),
  ]);
  return {
    name,
    code: `export function ${name}(${parameters}) {\n  return { event: ${key}, ${keyMember}, data };\n}\n`,
    declaration: `${comment}export declare function ${name}(${typed}): NewEvent<${key}>;\n`,
  };
}

/** How the message key is read from `data`; undefined when the schema does not promise that it is there as a scalar. */
function keyPath(event: EmitEvent, types: EventTypes): string | undefined {
  if (event.keyLocation?.source !== "payload") return undefined;
  const tokens = pointerTokens(event.keyLocation.pointer);
  const inData = event.enveloped ? tokens.slice(1) : tokens;
  if (inData.length === 0 || (event.enveloped && tokens[0] !== "data")) return undefined;
  let schema: JsonSchema | undefined = resolved(types.dataSchema, event.schema);
  for (const token of inData) {
    const required = own(schema, "required");
    if (!Array.isArray(required) || !required.includes(token)) return undefined;
    const next = own(own(schema, "properties"), token);
    schema = next === undefined ? undefined : resolved(next as JsonSchema, event.schema);
  }
  const type = own(schema, "type");
  const path = `data${inData.map(memberAccess).join("")}`;
  if (type === "string") return path;
  return type === "integer" || type === "number" ? `String(${path})` : undefined;
}

function resolved(schema: JsonSchema, root: JsonSchema): JsonSchema | undefined {
  let here: JsonSchema | undefined = simplify(schema, root);
  for (let step = 0; step < 20; step++) {
    const ref: string | undefined = here === undefined ? undefined : refOf(here);
    if (ref === undefined || here === undefined) return here;
    const target = refTarget(root, ref);
    here = target === undefined ? undefined : simplify(target, root);
  }
  return undefined;
}
