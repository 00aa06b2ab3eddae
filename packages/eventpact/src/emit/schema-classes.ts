import { createHash } from "node:crypto";
import type { Json } from "../read/json.ts";
import { canonicalJson } from "../read/json.ts";
import type { SchemaGraph } from "./schema-graph.ts";
import { idsIn, withIds } from "./schema-graph.ts";

/**
 * Which named schemas are one: of the same name and the same content, with all they refer to, as where several documents
 * carry a copy of one. Id → the first of its equals.
 */
export function schemaClasses({ named }: SchemaGraph): ReadonlyMap<string, string> {
  const schemas = [...named.values()].map(({ id, name, schema, dialect }) => {
    const refs = idsIn(schema);
    const numbers = new Map(refs.map((ref, at) => [ref, `#${at}`]));
    const body = withIds(schema as Json, (ref) => numbers.get(ref) ?? ref);
    return { id, refs, own: digest([name, dialect, canonicalJson(body as Json)]) };
  });
  // Each round tells apart what refers to what the last round told apart; where a round finds nothing, none will.
  let kinds = new Map(schemas.map(({ id, own }) => [id, own]));
  for (let count = 0; count !== new Set(kinds.values()).size;) {
    count = new Set(kinds.values()).size;
    const last = kinds;
    kinds = new Map(
      schemas.map(({ id, own, refs }) => [id, digest([own, ...refs.map((ref) => last.get(ref) ?? ref)])]),
    );
  }
  const first = new Map<string, string>();
  return new Map(
    [...kinds].map(([id, kind]) => {
      if (!first.has(kind)) first.set(kind, id);
      return [id, first.get(kind) ?? id];
    }),
  );
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
