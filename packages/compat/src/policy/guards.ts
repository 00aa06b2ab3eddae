import { below } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { matches } from "../strings/matching.ts";
import type { Json } from "../types.ts";
import { validateAt } from "../validate/interpret.ts";
import { defaults } from "./defaults.ts";
import {
  describedTwice,
  entriesOf,
  flattened,
  hasInnerValue,
  isTogether,
  itemPlaces,
  listOf,
  looksInside,
  meant,
  membersOf,
  needed,
  propertyPlaces,
} from "./members.ts";
import type { Choices, Member, Members, Step } from "./members.ts";

/**
 * What a reader must not do with one value, because something else that is said about the value would see it: an
 * `if` that asks for a property, a minimum of properties, another part that knows other names. What stands here is
 * judged as the document says it, and read so.
 */
export interface Guard {
  /** Nothing is changed in this value, nor inside of it. */
  readonly settled: boolean;
  /** Keys that are not allowed are not skipped. */
  readonly keeps: boolean;
  /** Properties that are not filled in. */
  readonly unfilled: ReadonlySet<string>;
  /** Different for guards that forbid different things; empty where nothing is forbidden, in the value or inside. */
  signature(choices: Choices): string;
  /** For what `place`, a subschema of `parent`, describes inside of the value. */
  inside(step: Step, parent: JsonObject, place: Place, choices: Choices): Guard;
}

const MOST_GUARDS = 5_000;

export class Guards {
  readonly #assertsFormats: boolean;
  readonly #known = new Map<string, Guard>();
  readonly #ids = new Map<unknown, number>();
  readonly #looks = new Map<unknown, boolean>();

  constructor(assertsFormats: boolean) {
    this.#assertsFormats = assertsFormats;
  }

  /** For a value of which all `roots` must hold, and of which the `observers` must go on saying what they say. */
  of(given: readonly Place[], observers: readonly Place[] = []): Guard {
    const roots = given.map(meant);
    const ids = (places: readonly Place[]): string => [...new Set(places.map(({ schema }) => this.id(schema)))].join();
    const key = `${ids(roots)}|${ids(observers)}`;
    let guard = this.#known.get(key);
    if (guard === undefined) {
      if (this.#known.size >= MOST_GUARDS) return SETTLED;
      this.#known.set(key, (guard = guardOf(membersOf(roots), observers, this)));
    }
    return guard;
  }

  id(value: unknown): number {
    let id = this.#ids.get(value);
    if (id === undefined) this.#ids.set(value, (id = this.#ids.size));
    return id;
  }

  looks(place: Place): boolean {
    const { schema } = meant(place);
    let looks = this.#looks.get(schema);
    if (looks === undefined) this.#looks.set(schema, (looks = looksInside(place)));
    return looks;
  }

  accepts(place: Place, value: Json): boolean {
    return validateAt(place, value, this.#assertsFormats).valid === true;
  }
}

export const SETTLED: Guard = {
  settled: true,
  keeps: true,
  unfilled: new Set(),
  signature: () => "",
  inside: () => SETTLED,
};

function guardOf(members: Members, inherited: readonly Place[], guards: Guards): Guard {
  const { places: observers, partial } = flattened([...inherited, ...members.observers]);
  if (members.partial || partial || members.all.some(({ schema }) => hasInnerValue(schema))) return SETTLED;
  const seen = footprint(observers);
  const keeps = members.all.some((closing) => isClosed(closing) && isNoticed(closing, members, seen));
  if (members.chooses && members.all.some((member) => leavesOver(member, keeps))) return SETTLED;
  const unfilled = new Set(
    members.all.flatMap((member) =>
      [...defaults(member.place)].flatMap(([name, value]) => {
        const wanted = members.all.some(({ schema }) => listOf(schema, "required").includes(name));
        return wanted && !isFillable(member, name, value, members, seen, guards) ? [name] : [];
      }),
    ),
  );
  const isTangled = tangles(members, observers, guards);
  const own =
    (keeps ? "k" : "") +
    [...unfilled]
      .toSorted()
      .map((name) => `-${JSON.stringify(name)}`)
      .join("");
  const place = guards.id(members);
  return {
    settled: false,
    keeps,
    unfilled,
    signature: (choices) =>
      isTangled ? `${own}@${place}:${[...choices].map(([list, index]) => `${guards.id(list)}.${index}`).join()}` : own,
    inside(step, parent, at, choices) {
      if (!guards.looks(at)) return SETTLED;
      if (!isTangled) return guards.of([at]);
      const together = members.all.filter((member) => isTogether(member.choices, choices));
      if (step.kind === "items" && [...together.map(({ place }) => place), ...observers].some(isUnique)) return SETTLED;
      const others = together.flatMap((member) => beside(step, member, member.schema === parent));
      const watching = [
        ...observers.flatMap((observer) => watched(step, observer)),
        ...(step.kind === "items" ? together.flatMap(({ place: part }) => containing(part)) : []),
      ];
      const roots = [at, ...others.filter((other) => other.schema !== at.schema && guards.looks(other))];
      return guards.of(
        roots,
        watching.filter((other) => guards.looks(other)),
      );
    },
  };
}

/** The names of properties that change what a schema says by being there or not. */
interface Footprint {
  readonly all: boolean;
  readonly names: ReadonlySet<string>;
}

function footprint(observers: readonly Place[]): Footprint {
  const names = new Set<string>();
  let all = false;
  for (const { schema } of observers) {
    if (!isObject(schema)) continue;
    const open = (keyword: string): boolean => [undefined, true].includes(own(schema, keyword) as undefined);
    if (hasInnerValue(schema) || !COUNTING.every(open)) all = true;
    if (entriesOf(schema, "patternProperties").length > 0) all = true;
    for (const name of [...entriesOf(schema, "properties").map(([key]) => key), ...needed(schema)]) names.add(name);
    for (const keyword of DEPENDENT) for (const [name] of entriesOf(schema, keyword)) names.add(name);
  }
  return { all, names };
}

const COUNTING = ["additionalProperties", "unevaluatedProperties", "minProperties", "maxProperties", "propertyNames"];
const DEPENDENT = ["dependentRequired", "dependentSchemas", "dependencies"];

const isClosed = ({ schema, place }: Member): boolean =>
  own(schema, "additionalProperties") === false ||
  (place.document.unevaluated && own(schema, "unevaluatedProperties") === false);

/** Does it depend on the alternative that fits what this schema leaves over? */
function leavesOver({ schema }: Member, keeps: boolean): boolean {
  const items = own(schema, "unevaluatedItems");
  const properties = own(schema, "unevaluatedProperties");
  if (items !== undefined && items !== true) return true;
  return properties !== undefined && properties !== true && (properties !== false || keeps);
}

/** Would somebody see it if the keys went that `closing` does not allow? */
function isNoticed(closing: Member, { all }: Members, observed: Footprint): boolean {
  const isKnown = (name: string, choices: Choices = closing.choices): boolean => knows(closing, all, name, choices);
  if (observed.all || [...observed.names].some((name) => !isKnown(name))) return true;
  return all.some(({ schema, choices }) => {
    if (!isTogether(choices, closing.choices)) return false;
    const names = [
      ...needed(schema),
      ...DEPENDENT.flatMap((keyword) => entriesOf(schema, keyword).map(([key]) => key)),
    ];
    if (names.some((name) => !isKnown(name, choices))) return true;
    const least = own(schema, "minProperties");
    const sure = new Set([schema, closing.schema].flatMap((part) => listOf(part, "required")));
    return typeof least === "number" && least > sure.size;
  });
}

/** Is the property allowed by a closed schema, whenever these alternatives were chosen? */
function knows(closing: Member, all: readonly Member[], name: string, choices: Choices): boolean {
  const declares = ({ schema }: Member): boolean =>
    entriesOf(schema, "properties").some(([key]) => key === name) ||
    entriesOf(schema, "patternProperties").some(([pattern]) => matches(pattern, name) === true);
  if (own(closing.schema, "additionalProperties") === false) return declares(closing);
  return all.some((member) => {
    if (member !== closing && !member.within.has(closing)) return false;
    const applies = [...member.choices].every(
      ([list, index]) => choices.get(list) === index || closing.choices.get(list) === index,
    );
    return applies && (declares(member) || own(member.schema, "additionalProperties") !== undefined);
  });
}

/** May a reader add this property without anybody else refusing the value? */
function isFillable(
  { choices }: Member,
  name: string,
  value: Json,
  { all }: Members,
  observed: Footprint,
  guards: Guards,
): boolean {
  if (observed.all || observed.names.has(name)) return false;
  return all.every((member) => {
    const { schema, place } = member;
    if (!isTogether(member.choices, choices)) return true;
    if (isClosed(member) && !knows(member, all, name, choices)) return false;
    if (own(schema, "maxProperties") !== undefined) return false;
    if (DEPENDENT.some((keyword) => entriesOf(schema, keyword).some(([key]) => key === name))) return false;
    const names = own(schema, "propertyNames");
    if (names === false || (isObject(names) && !guards.accepts(below(place, names), name))) return false;
    if (declaresFalse(schema, name)) return false;
    return propertyPlaces(place, name).every((part) => guards.accepts(part, value));
  });
}

function declaresFalse(schema: JsonObject, name: string): boolean {
  return (
    entriesOf(schema, "properties").some(([key, value]) => key === name && value === false) ||
    entriesOf(schema, "patternProperties").some(([key, value]) => value === false && matches(key, name) !== false)
  );
}

const isUnique = ({ schema }: Place): boolean => isObject(schema) && own(schema, "uniqueItems") === true;
const containing = (place: Place): readonly Place[] => {
  const value = isObject(place.schema) ? own(place.schema, "contains") : undefined;
  return isObject(value) ? [below(place, value)] : [];
};

/** What else a member says of the same thing inside of the value. */
function beside(step: Step, { place, schema }: Member, isParent: boolean): readonly Place[] {
  if (step.kind === "items") {
    return isParent ? [] : itemPlaces(place).filter((item) => item.schema !== own(schema, "contains"));
  }
  if (step.kind === "property") return propertyPlaces(place, step.name);
  const named = entriesOf(schema, "properties").flatMap(([name]) => propertyPlaces(place, name));
  return [...named, ...propertyPlaces(place, undefined)];
}

function watched(step: Step, observer: Place): readonly Place[] {
  if (!isObject(observer.schema)) return [];
  if (step.kind === "items") return itemPlaces(observer);
  if (step.kind === "property") return propertyPlaces(observer, step.name);
  const named = entriesOf(observer.schema, "properties").flatMap(([name]) => propertyPlaces(observer, name));
  return [...named, ...propertyPlaces(observer, undefined)];
}

/** Is something inside of the value described more than once, or observed? */
function tangles({ all }: Members, observers: readonly Place[], guards: Guards): boolean {
  const looks = (places: readonly Place[]): boolean => places.some((place) => guards.looks(place));
  const steps: readonly Step[] = [{ kind: "others" }, { kind: "items" }];
  if (observers.some((observer) => steps.some((step) => looks(watched(step, observer))))) return true;
  const items = all.filter(({ place }) => looks(itemPlaces(place)));
  if (items.some(({ place }) => isUnique(place) || looks(containing(place)))) return true;
  if (all.some(({ place }) => isUnique(place)) && items.length > 0) return true;
  return describedTwice({ all }, (place) => guards.looks(place));
}
