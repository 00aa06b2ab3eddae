import type { Json } from "../read/json.ts";
import { childValue, pointerTokens } from "../read/pointer.ts";
import type { Fault } from "./fault.ts";
import { oneOfMessage } from "./keywords.ts";

/**
 * The faults worth telling when no branch of a `oneOf` or `anyOf` fits: those of the branch that was most likely meant.
 * A branch of another JSON type, or whose discriminator (`type`, `bindingVersion` …) differs, was hardly meant; where
 * every branch's discriminator differs, the discriminator itself is the fault.
 */
export function likeliestBranch(
  branches: readonly (readonly Fault[])[],
  keyword: "oneOf" | "anyOf",
  value: Json,
  pointer: string,
  name: () => string,
): readonly Fault[] {
  const fitting = branches.filter((faults) => faults.length === 0).length;
  if (fitting === 1 || (fitting > 1 && keyword === "anyOf")) return [];
  if (fitting > 1)
    return [
      { kind: "value", pointer, part: "value", message: `${name()} fits more than one of the forms it may have.` },
    ];
  const tags = branches.map((faults) => faults.find((fault) => fault.allowed && isChildOf(fault.pointer, pointer)));
  const tag = tags[0];
  if (tag && tags.every((other) => other?.pointer === tag.pointer)) {
    const allowed = [...new Set(tags.flatMap((other) => other?.allowed ?? []))];
    const last = pointerTokens(tag.pointer).at(-1) ?? "";
    const { message, hint } = oneOfMessage(childValue(value, last) ?? null, allowed);
    return [
      {
        kind: "value",
        pointer: tag.pointer,
        part: "value",
        message: `"${last}" ${message}.`,
        ...(hint ? { hint } : {}),
        allowed,
      },
    ];
  }
  return branches.toSorted((a, b) => distance(a, pointer) - distance(b, pointer))[0] ?? [];
}

function distance(faults: readonly Fault[], pointer: string): number {
  return faults.reduce((sum, fault) => {
    if (fault.wrongType && fault.pointer === pointer) return sum + 1000;
    return sum + (fault.allowed && isChildOf(fault.pointer, pointer) ? 100 : 1);
  }, 0);
}

function isChildOf(pointer: string, parent: string): boolean {
  return pointer.startsWith(`${parent}/`) && !pointer.slice(parent.length + 1).includes("/");
}
