import type { Field } from "./fields.ts";
import { allFields, facetsOf } from "./fields.ts";

/** One line of what differs between two schemas, field by field. */
export type FieldChange =
  | { readonly kind: "added" | "removed"; readonly path: string; readonly field: Field; readonly below: number }
  | { readonly kind: "changed"; readonly path: string; readonly facets: readonly FacetChange[] };

/** A keyword with what it was and what it is; absent where it is not said. */
export interface FacetChange {
  readonly keyword: string;
  readonly before?: string;
  readonly after?: string;
}

/** In the order of the newer schema, then what is gone. A field that comes or goes stands for everything below it. */
export function differences(older: Field, newer: Field): readonly FieldChange[] {
  const before = byPath(older);
  const after = byPath(newer);
  const changes: FieldChange[] = [];
  for (const [path, field] of after) {
    const old = before.get(path);
    if (old === undefined) {
      if (!isBelow(path, before, after)) changes.push({ kind: "added", path, field, below: countBelow(path, after) });
    } else {
      const facets = facetChanges(old, field);
      if (facets.length > 0) changes.push({ kind: "changed", path, facets });
    }
  }
  for (const [path, field] of before)
    if (!after.has(path) && !isBelow(path, after, before))
      changes.push({ kind: "removed", path, field, below: countBelow(path, before) });
  return changes;
}

/** The first field with a path counts: alternatives may share one. */
function byPath(root: Field): ReadonlyMap<string, Field> {
  const fields = new Map<string, Field>();
  for (const field of allFields(root)) if (!fields.has(field.path)) fields.set(field.path, field);
  return fields;
}

/** Whether the field above is new (or gone) as well. */
function isBelow(path: string, others: ReadonlyMap<string, Field>, mine: ReadonlyMap<string, Field>): boolean {
  const above = parentOf(path);
  return above !== undefined && mine.has(above) && !others.has(above);
}

function parentOf(path: string): string | undefined {
  if (path.endsWith("[]")) return path.slice(0, -2);
  const dot = path.lastIndexOf(".");
  return dot < 0 ? undefined : path.slice(0, dot);
}

function countBelow(path: string, fields: ReadonlyMap<string, Field>): number {
  return [...fields.keys()].filter((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`)).length;
}

function facetChanges(older: Field, newer: Field): FacetChange[] {
  const before = facetsOf(older);
  const after = facetsOf(newer);
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((keyword) => {
    const [was, is] = [before.get(keyword), after.get(keyword)];
    if (was === is) return [];
    return [{ keyword, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) }];
  });
}
