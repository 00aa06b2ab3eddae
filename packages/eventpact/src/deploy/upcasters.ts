import { isError } from "../upcasters/verify-upcasters.ts";
import type { Reason } from "./can-i-deploy.ts";
import type { Judge } from "./matrix.ts";
import type { Placed } from "./world.ts";

/**
 * What keeps a version from being deployed because of how it reads older events: an upcaster that was found broken, or that
 * nobody has tried. What is known of others is no matter: they are there already.
 */
export function upcasterReasons(candidate: Placed, judge: Judge): readonly Reason[] {
  const { service, version, upcasters, isHere } = candidate;
  if (upcasters === undefined) return [];
  const record = judge.upcastersOf(service, upcasters);
  const known = record?.faults.filter(isError) ?? [];
  if (known.length > 0) return known.map(({ message, event = "" }) => ({ verdict: "no", message, event, service }));
  const unknown = (message: string, event = ""): Reason => ({ verdict: "unknown", message, event, service });
  if (record === undefined) {
    const here = `the upcasters of ${service} as they are were not tried: run eventpact verify first`;
    const there = `no result is kept for the upcasters of ${service} ${version}: verify them in that version`;
    return [unknown(isHere === true ? here : there)];
  }
  return record.faults
    .filter(({ code }) => code === "upcaster-untried")
    .map(({ message, event }) => unknown(message, event));
}
