import type { Place } from "../schema/document.ts";

/** Numbers places: the same schema in the same resource is one place. */
export class PlaceIds {
  readonly #ids = new Map<object, Map<object, number>>();
  #next = 0;

  idOf({ schema, resource }: Place): number {
    const key = schema as object;
    let ids = this.#ids.get(resource);
    if (ids === undefined) this.#ids.set(resource, (ids = new Map()));
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = this.#next++));
    return id;
  }
}
