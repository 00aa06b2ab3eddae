import type { JsonSchema } from "../model/types.ts";
import { own } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import type { EmitEvent } from "./input.ts";
import type { Folding } from "./merge-schemas.ts";
import { assignNames, camelCase, isTakenValue } from "./names.ts";
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
  const newest = newestVersions(events);
  const style = { isTaken: isTakenValue, prefix: "event", suffix: "Event" };
  // Plain names first, so that no odd key takes one away.
  const plain = assignNames(
    [...newest].map(([eventType, key]) => ({ id: key, wanted: [camelCase(eventType), camelCase(key)] })),
    style,
  );
  const taken = new Set(plain.values());
  const others = events.filter(({ key }) => !plain.has(key));
  const versioned = assignNames(
    others.map(({ key, eventType, version }) => ({
      id: key,
      wanted: [camelCase(version === undefined ? key : `${eventType} V${version}`), camelCase(key)],
    })),
    { ...style, isTaken: (name) => isTakenValue(name) || taken.has(name) },
  );
  return events.flatMap((event) => {
    const eventTypes = types.events.get(event.key);
    const name = plain.get(event.key) ?? versioned.get(event.key);
    return eventTypes && name !== undefined ? [constructorSource(name, event, eventTypes, types.folding)] : [];
  });
}

/** Event type → its newest version that is still sent; none where two events claim to be that. */
function newestVersions(events: readonly EmitEvent[]): ReadonlyMap<string, string> {
  const sent = Map.groupBy(
    events.filter(({ lifecycle }) => lifecycle !== "retained"),
    ({ eventType }) => eventType,
  );
  return new Map(
    [...sent].flatMap(([eventType, versions]) => {
      const newest = Math.max(...versions.map(({ version = 0 }) => version));
      const [event, ...others] = versions.filter(({ version = 0 }) => version === newest);
      return event && others.length === 0 ? [[eventType, event.key]] : [];
    }),
  );
}

function constructorSource(name: string, event: EmitEvent, types: EventTypes, folding: Folding): ConstructorSource {
  const key = stringLiteral(event.key);
  const path = keyPath(event, types, folding);
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
function keyPath(event: EmitEvent, types: EventTypes, { foldThrough }: Folding): string | undefined {
  if (event.keyLocation?.source !== "payload") return undefined;
  const tokens = pointerTokens(event.keyLocation.pointer);
  const inData = event.enveloped ? tokens.slice(1) : tokens;
  if (inData.length === 0 || (event.enveloped && tokens[0] !== "data")) return undefined;
  let schema: JsonSchema | undefined = foldThrough(types.dataSchema);
  for (const token of inData) {
    const required = own(schema, "required");
    if (!Array.isArray(required) || !required.includes(token)) return undefined;
    const next = own(own(schema, "properties"), token);
    schema = next === undefined ? undefined : foldThrough(next as JsonSchema);
  }
  const type = own(schema, "type");
  const path = `data${inData.map(memberAccess).join("")}`;
  if (type === "string") return path;
  return type === "integer" || type === "number" ? `String(${path})` : undefined;
}
