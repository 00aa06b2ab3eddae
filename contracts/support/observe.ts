/** Which fields of an event a handler looked at, as JSON paths: `$.data.items[*].quantity`. */
export interface Observation {
  /** Fields that were asked for by name. */
  readonly read: ReadonlySet<string>;
  /** Fields that were only taken along when everything around them was copied: `JSON.stringify`, `{ ...event }`. */
  readonly copied: ReadonlySet<string>;
}

/**
 * An event that notes who asks it for what. A copy asks for every name right after listing the names, in that order;
 * so a field that is asked for in its turn after a listing was copied, and every other was read.
 */
export function observed<Event extends object>(event: Event): { readonly event: Event; readonly seen: Observation } {
  const seen = { read: new Set<string>(), copied: new Set<string>() };
  const wrap = <Value>(value: Value, path: string): Value => {
    if (typeof value !== "object" || value === null) return value;
    const known = wrapped.get(path);
    if (known !== undefined) return known as Value;
    const listed: string[] = [];
    const proxy = new Proxy(value, {
      ownKeys: (target) => {
        listed.splice(0, Infinity, ...Object.keys(target));
        return Reflect.ownKeys(target);
      },
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name);
        if (typeof name === "symbol" || !isField(target, name)) return found;
        const at = Array.isArray(target) ? `${path}[*]` : `${path}.${name}`;
        const isCopy = listed[0] === name;
        if (isCopy) listed.shift();
        if (!Array.isArray(target)) (isCopy ? seen.copied : seen.read).add(at);
        return wrap(found, Array.isArray(target) ? `${path}[${name}]` : at);
      },
    });
    wrapped.set(path, proxy);
    return proxy as Value;
  };
  const wrapped = new Map<string, object>();
  return { event: wrap(event, "$"), seen: plain(seen) };
}

/** What an object has of its own, and what it might have: names that every object inherits are no fields. */
const isField = (target: object, name: string): boolean =>
  Array.isArray(target)
    ? /^\d+$/.test(name)
    : Object.hasOwn(target, name) || !(name in target || name === "toJSON" || name === "then");

/** `$.data.items[3].quantity` → `$.data.items[*].quantity`. */
function plain(seen: { read: Set<string>; copied: Set<string> }): Observation {
  const every = (paths: Set<string>): ReadonlySet<string> =>
    new Set([...paths].map((path) => path.replaceAll(/\[\d+\]/g, "[*]")));
  return {
    get read() {
      return every(seen.read);
    },
    get copied() {
      return every(seen.copied);
    },
  };
}
