import { createHash } from "node:crypto";
import type { JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson } from "../read/json.ts";
import type { SchemaGraph } from "./schema-graph.ts";
import { idsIn, withIds } from "./schema-graph.ts";

/** Something with content of its own that refers to others of its sort. */
export interface GraphNode {
  readonly id: string;
  /** Its content, references by their position only. */
  readonly own: string;
  readonly refs: readonly string[];
}

/** Id → a digest of the content with all that it refers to, in circles too: equal exactly where that is equal. */
export function contentDigests(nodes: readonly GraphNode[]): ReadonlyMap<string, string> {
  // Each round tells apart what refers to what the last round told apart; where a round finds nothing, none will.
  let digests = new Map(nodes.map(({ id, own }) => [id, digest([own])]));
  for (let count = 0; count !== new Set(digests.values()).size;) {
    count = new Set(digests.values()).size;
    const last = digests;
    digests = new Map(
      nodes.map(({ id, own, refs }) => [id, digest([own, ...refs.map((ref) => last.get(ref) ?? ref)])]),
    );
  }
  return digests;
}

/** A schema as a node of a graph, together with what else tells it from others. */
export function schemaNode(id: string, schema: JsonSchema, ...more: readonly string[]): GraphNode {
  const refs = idsIn(schema);
  const numbers = new Map(refs.map((ref, at) => [ref, `#${at}`]));
  const body = withIds(schema as Json, (ref) => numbers.get(ref) ?? ref);
  return { id, refs, own: JSON.stringify([...more, canonicalJson(body as Json)]) };
}

/**
 * Which named schemas are one: of the same name and the same content, with all they refer to, as where several documents
 * carry a copy of one. Id → the first of its equals.
 */
export function schemaClasses({ named }: SchemaGraph): ReadonlyMap<string, string> {
  const digests = contentDigests(
    [...named.values()].map(({ id, name, schema, dialect }) => schemaNode(id, schema, name, dialect)),
  );
  const first = new Map<string, string>();
  return new Map(
    [...digests].map(([id, kind]) => {
      if (!first.has(kind)) first.set(kind, id);
      return [id, first.get(kind) ?? id];
    }),
  );
}

function digest(parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
