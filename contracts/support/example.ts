import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Catalog } from "@eventpact/messaging";
import { parse } from "yaml";

/**
 * A whole event: the first example that the AsyncAPI documents give for it, with `parts` laid over it. Objects are
 * laid over field by field; the items of a list each over the example's first item.
 */
export function exampleEvent(catalog: Catalog, event: string, parts: unknown = {}): unknown {
  const contract = catalog.events[event];
  if (contract === undefined) throw new Error(`The catalogue has no ${event}.`);
  const path = join(import.meta.dirname, "..", "..", contract.file);
  const { examples } = parse(readFileSync(path, "utf8")) as Message;
  return overlaid(examples[0]?.payload, parts);
}

interface Message {
  readonly examples: readonly { readonly payload: unknown }[];
}

function overlaid(example: unknown, parts: unknown): unknown {
  if (Array.isArray(parts)) {
    const [first] = Array.isArray(example) ? (example as unknown[]) : [];
    return parts.map((item) => overlaid(first, item));
  }
  if (!isRecord(parts)) return parts;
  const whole: Record<string, unknown> = { ...(isRecord(example) ? example : {}) };
  for (const [name, value] of Object.entries(parts)) whole[name] = overlaid(whole[name], value);
  return whole;
}

/** An object that is no list. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
