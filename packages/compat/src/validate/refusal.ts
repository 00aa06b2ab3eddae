import { isAmong, valueAt } from "../large/questions.ts";
import { isObjectValue } from "../large/value.ts";
import type { Value } from "../large/value.ts";
import { below, resolve } from "../schema/document.ts";
import type { Located, SchemaDocument } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { Rejection } from "../types.ts";
import type { Instance } from "./conjunction.ts";
import { firstFault } from "./interpret.ts";
import type { Fault } from "./interpret.ts";

/** Alternatives within alternatives that are looked into. */
const MAX_LEVELS = 12;

/**
 * Where a schema refuses a value, said as a person would: not "none of the alternatives fits" but what is wrong with the
 * alternative that was meant. `undefined` when the value is not refused.
 */
export function refusal(document: SchemaDocument, value: Value, assertsFormats: boolean): Rejection | undefined {
  let found = firstFault(document.root, { value, pointer: "" }, assertsFormats);
  for (let level = 0; level < MAX_LEVELS && found?.alternatives !== undefined; level++) {
    const meant = closest(found.alternatives, found.instance, assertsFormats);
    if (meant === undefined) break;
    found = meant;
  }
  return found?.rejection;
}

/** What is wrong in the alternative that fits best; `undefined` when no one stands out. */
function closest(alternatives: readonly Located[], instance: Instance, assertsFormats: boolean): Fault | undefined {
  const likely = alternatives.filter((place) => !isAnotherKind(place, instance.value, 0));
  const faults = (likely.length > 0 ? likely : alternatives)
    .map((place) => firstFault(place, instance, assertsFormats))
    .filter((fault) => fault !== undefined);
  const own = depthOf(instance.pointer);
  const scored = faults.map((fault) => {
    const depth = depthOf(fault.rejection.instance) - own;
    return { fault, score: depth === 0 && ABOUT_KIND.has(fault.rejection.keyword) ? -1 : depth };
  });
  const best = Math.max(...scored.map(({ score }) => score));
  const [first, second] = scored.filter(({ score }) => score === best);
  return first === undefined || best < 0 || (best === 0 && second !== undefined) ? undefined : first.fault;
}

const ABOUT_KIND: ReadonlySet<string> = new Set(["type", "const", "enum", "false schema"]);

function depthOf(pointer: string): number {
  return pointer.split("/").length;
}

/** Does a property that names the kind of thing have another value here? */
function isAnotherKind(place: Located, value: Value, level: number): boolean {
  const { schema } = place;
  if (!isObject(schema) || !isObjectValue(value) || level > MAX_LEVELS) return false;
  const reference = own(schema, "$ref");
  const target = typeof reference === "string" ? resolve(place, reference) : undefined;
  if (target !== undefined && isAnotherKind(target, value, level + 1)) return true;
  const properties = own(schema, "properties");
  if (!isObject(properties)) return false;
  return Object.keys(properties).some((name) => {
    const property = below(place, properties[name]).schema;
    const here = valueAt(value, name);
    if (!isObject(property) || here === undefined) return false;
    const listed = Object.hasOwn(property, "const") ? [property["const"]] : own(property, "enum");
    return Array.isArray(listed) && isAmong(here, listed) === false;
  });
}
