import type { Model } from "../model/types.ts";
import { resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import type { SchemaAt } from "./definitions.ts";
import { specificationSchema } from "./definitions.ts";
import type { Evaluation } from "./evaluate.ts";
import { evaluate } from "./evaluate.ts";
import type { Fault } from "./fault.ts";
import { meantReference } from "./meant.ts";

export interface PlacedFault extends Fault {
  readonly place: Place;
}

const known = new WeakMap<Model, readonly PlacedFault[]>();

/**
 * Every fault of the documents against the specification's schema, each once, at the original node: what a `$ref` leads to is
 * judged in its own file, as what the referring place needs it to be.
 */
export function structureFaults(model: Model): readonly PlacedFault[] {
  let faults = known.get(model);
  if (!faults) {
    faults = findFaults(model);
    known.set(model, faults);
  }
  return faults;
}

function findFaults(model: Model): readonly PlacedFault[] {
  const found = new Map<string, PlacedFault>();
  const visited = new Set<string>();
  const memos = new Map<string, Evaluation["memo"]>();
  for (const document of model.documents) {
    const specification = specificationSchema(document.version);
    const minor = document.version.slice(0, 3);
    const queue: { place: Place; at: SchemaAt }[] = [
      { place: document.place, at: { schema: pinned(specification.root, document.version), base: specification.root } },
    ];
    for (let next = queue.pop(); next; next = queue.pop()) {
      const { place, at } = next;
      const memoId = `${minor} ${place.file}`;
      const memo = memos.get(memoId) ?? new Map();
      memos.set(memoId, memo);
      const onReference = (pointer: string, target: SchemaAt): void => {
        const resolved = resolvePlace(model.sources, { file: place.file, pointer });
        if (!resolved) return;
        const id = `${resolved.file}#${resolved.pointer} ${schemaId(target)}`;
        if (visited.has(id)) return;
        visited.add(id);
        queue.push({ place: resolved, at: target });
      };
      const root = model.sources.files.get(place.file)?.value;
      const suggestReference = (pointer: string, text: string): string | undefined =>
        meantReference(root, pointer, text);
      const value = valueOf(model.sources, place) ?? null;
      const evaluation = { specification, onReference, suggestReference, memo };
      for (const fault of evaluate(evaluation, at, value, place.pointer, nounAt(place))) {
        const placed = { ...fault, place: { file: place.file, pointer: fault.pointer } };
        found.set(`${place.file}#${fault.pointer} ${fault.message}`, placed);
      }
    }
  }
  return [...found.values()];
}

/** Patch versions are allowed by the specification; its schema pins one. */
function pinned(root: SchemaAt["schema"], version: string): SchemaAt["schema"] {
  const text = JSON.stringify({ ...(root as object), definitions: {} });
  return JSON.parse(text.replace(/"const":"3\.\d+\.\d+"/, `"const":${JSON.stringify(version)}`)) as SchemaAt["schema"];
}

const ids = new WeakMap<object, number>();
let lastId = 0;

function schemaId({ schema, base }: SchemaAt): string {
  if (typeof schema !== "object" || schema === null) return String(schema);
  const isRef = "$ref" in schema;
  const owner = isRef ? base : schema;
  let id = ids.get(owner);
  if (id === undefined) ids.set(owner, (id = lastId += 1));
  return isRef ? `${id} ${String(schema.$ref)}` : String(id);
}

function nounAt(place: Place): string {
  return place.pointer === "" ? "document" : (place.pointer.split("/").at(-1) ?? "value");
}
