import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Schema } from "../types.ts";

const SOURCES = [
  { prefix: "http://json-schema.org/draft-07/", load: () => new Ajv() },
  { prefix: "https://json-schema.org/draft/2019-09/", load: () => new Ajv2019() },
  { prefix: "https://json-schema.org/draft/2020-12/", load: () => new Ajv2020() },
];

const loaded = new Map<string, Ajv>();

/** A meta-schema by its URI: references to them need no document of the caller's. */
export function wellKnown(uri: string): Schema | undefined {
  const source = SOURCES.find(({ prefix }) => uri.startsWith(prefix));
  if (source === undefined) return undefined;
  let ajv = loaded.get(source.prefix);
  if (ajv === undefined) loaded.set(source.prefix, (ajv = source.load()));
  const known = ajv.schemas[uri] ?? ajv.refs[uri];
  return typeof known === "object" ? (known.schema as Schema) : undefined;
}
