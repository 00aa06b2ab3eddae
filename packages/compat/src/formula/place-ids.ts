import type { Place } from "../schema/document.ts";
import { contextOf } from "../schema/scope.ts";

/** Numbers places: the same schema in the same resource and scope is one place. */
export class PlaceIds {
  readonly #ids = new Map<object, Map<object, number>>();
  #next = 0;

  idOf({ schema, resource, scope }: Place): number {
    const key = schema as object;
    const context = contextOf(scope, resource);
    let ids = this.#ids.get(context);
    if (ids === undefined) this.#ids.set(context, (ids = new Map()));
    let id = ids.get(key);
    if (id === undefined) ids.set(key, (id = this.#next++));
    return id;
  }
}
