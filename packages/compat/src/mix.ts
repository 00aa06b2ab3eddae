import { define, isObject } from "./schema/json.ts";
import type { Random } from "./random.ts";
import type { Json } from "./types.ts";

type Fields = { readonly [name: string]: Json };

/**
 * Values put together from parts of others: what each shows alone comes in combination. Distinct from those given and from
 * each other, in at most four draws for each one wanted. The same draws give the same values.
 */
export function mixed(
  values: readonly Json[],
  wanted: number,
  random: Random,
  accepts: (value: Json) => boolean,
): readonly Json[] {
  const seen = new Set(values.map((value) => JSON.stringify(value)));
  const found: Json[] = [];
  for (let draws = 4 * wanted; draws > 0 && found.length < wanted && values.length > 1; draws -= 1) {
    const [one, other] = [random.pick(values), random.pick(values)];
    if (one === undefined || other === undefined) continue;
    const value = between(one, other, random);
    const text = JSON.stringify(value);
    if (seen.has(text) || !accepts(value)) continue;
    seen.add(text);
    found.push(value);
  }
  return found;
}

function between(one: Json, other: Json, random: Random): Json {
  if (Array.isArray(one) && Array.isArray(other)) return listBetween(one, other, random);
  if (!isObject(one) || !isObject(other)) return random.chance(0.5) ? one : other;
  const [left, right] = [one as Fields, other as Fields];
  const result: { [name: string]: Json } = {};
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const [here, there] = [left, right].map((fields) => (Object.hasOwn(fields, name) ? fields[name] : undefined));
    if (here !== undefined && there !== undefined) define(result, name, between(here, there, random));
    else if (random.chance(0.5)) define(result, name, (here ?? there) as Json);
  }
  return result;
}

/** As many items as one of the two has, or as both have together. */
function listBetween(one: readonly Json[], other: readonly Json[], random: Random): Json {
  const items = [...one, ...other];
  const length = random.pick([one.length, other.length, Math.min(items.length, LONGEST)]) ?? 0;
  return Array.from({ length: Math.min(length, LONGEST) }, () =>
    between(random.pick(items) ?? null, random.pick(items) ?? null, random),
  );
}

/** Longer lists show nothing that these do not, and cost time. */
const LONGEST = 200;
