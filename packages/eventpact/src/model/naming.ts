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

/** The wanted name, or the first of name-2, name-3 … that is free; takes it. */
export function uniqueName(taken: Set<string>, wanted: string): string {
  let name = wanted;
  for (let count = 2; taken.has(name); count += 1) name = `${wanted}-${count}`;
  taken.add(name);
  return name;
}
