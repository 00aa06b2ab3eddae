import { isDeepStrictEqual } from "node:util";
import type { EventVersion, JsonObject } from "eventpact";

/** `OrderCreatedV2`, as Kotlin and Swift call a type. */
export const typeName = (key: string): string => key.replace(/\.v(\d+)$/, "V$1");

/**
 * One schema whose definitions are the events and everything they share, so that `Money` is one type and not one per
 * event. Throws when two events mean different things by one name.
 */
export function oneSchema(events: readonly EventVersion[], further: Readonly<Record<string, JsonObject>>): JsonObject {
  const definitions: Record<string, JsonObject> = { ...further };
  const add = (name: string, schema: JsonObject): void => {
    const known = definitions[name];
    if (known !== undefined && !isDeepStrictEqual(known, schema))
      throw new Error(`${name} means two things in the events; rename one of them in asyncapi/.`);
    definitions[name] = schema;
  };
  for (const { key, payload } of events) {
    if (payload.kind !== "json-schema" || typeof payload.schema === "boolean") continue;
    const { definitions: own = {}, $defs = {}, ...schema } = payload.schema;
    for (const shared of [own, $defs])
      for (const [name, one] of Object.entries(shared as JsonObject)) add(name, one as JsonObject);
    add(typeName(key), schema);
  }
  return { $schema: "http://json-schema.org/draft-07/schema#", definitions };
}
