import { posix } from "node:path";

/** `OrderCreated.v2` → OrderCreated, 2. Also `orderCreated_v2`, `order-created-v2`, `OrderCreatedV2`; `IPv4` is not a version. */
export function splitVersion(key: string): { readonly eventType: string; readonly version?: number } {
  const match = /^(.+?)(?:[._-]v|(?<=[a-z0-9])V)(\d{1,6})$/.exec(key);
  return match?.[1] && match[2] ? { eventType: match[1], version: Number(match[2]) } : { eventType: key };
}

/** The service's name: the last segment of the document's `id` (`urn:shop:order` → `order`), else its file name. */
export function serviceName(id: string | undefined, file: string): string {
  const segment = id?.split(/[:/#?]/).findLast((part) => part !== "");
  const fromId = segment?.replace(/[^\w.-]+/g, "-");
  if (fromId) return fromId;
  const base = posix
    .basename(file)
    .replace(/\.(ya?ml|json)$/i, "")
    .replace(/[.-]?asyncapi$/i, "");
  return (base || posix.basename(posix.dirname(file)) || "service").replace(/[^\w.-]+/g, "-");
}

/** `OrderCreated` → `order-created`. */
export function kebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1-$2")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .toLowerCase();
}

/**
 * Names all so that no two are equal. Of those that want one name, none has it: each takes what it is called more exactly,
 * in the next round. So a name depends on who else wants it, never on the order. Candidates must differ in some round.
 */
export function uniqueNames<T>(
  all: readonly T[],
  candidate: (item: T, round: number) => string,
): ReadonlyMap<T, string> {
  const names = new Map<T, string>();
  const taken = new Set<string>();
  let open = all;
  for (let round = 0; open.length > 0; round += 1) {
    for (const [name, [item, ...others]] of Map.groupBy(open, (one) => candidate(one, round))) {
      if (item === undefined || others.length > 0 || taken.has(name)) continue;
      names.set(item, name);
      taken.add(name);
    }
    open = open.filter((item) => !names.has(item));
  }
  return names;
}
