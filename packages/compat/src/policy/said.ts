import { below } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { overlapping } from "./exclusive.ts";
import { describedTwice, isTogether, itemPlaces, looksInside, meant, membersOf, propertyPlaces } from "./members.ts";
import type { Choices, Member, Members, Step } from "./members.ts";

/** All that is said of a value that is written, where something inside of it is described more than once. */
export interface Said {
  readonly id: number;
  /** What a subschema of `parent` describes inside of the value, with what else is said of it. */
  inside(step: Step, parent: JsonObject, at: Place, choices: Choices): Inside;
}

/** A value inside of another one. */
export interface Inside {
  readonly said: Said | undefined;
  /** What else describes it; `undefined` where that is too much to be told. */
  readonly beside: readonly Place[] | undefined;
}

const MOST = 2_000;
/** Other descriptions of one value. */
const MOST_BESIDE = 20;

export class Sayings {
  readonly #known = new Map<string, Said | undefined>();
  readonly #ids = new Map<unknown, number>();
  readonly #looks = new Map<unknown, boolean>();

  /** For a value that these describe together; `undefined` where nothing inside of it is described more than once. */
  of(given: readonly Place[]): Said | undefined {
    const roots = given.map(meant);
    const key = [...new Set(roots.map(({ schema }) => this.id(schema)))].toSorted((a, b) => a - b).join();
    if (!this.#known.has(key)) {
      const members = withoutShared(membersOf(roots));
      const looks = (place: Place): boolean => this.looks(place);
      const isTwice = describedTwice(members, looks) || members.all.some(({ place }) => containedIn(place).some(looks));
      const isPlain = members.partial || !isTwice;
      this.#known.set(key, isPlain ? undefined : this.#said(members, this.#known.size));
    }
    return this.#known.get(key);
  }

  /** Different for what is said of a value when other alternatives of it hold. */
  signature(said: Said | undefined, choices: Choices): string {
    if (said === undefined) return "";
    return `@${said.id}:${[...choices].map(([list, index]) => `${this.id(list)}.${index}`).join()}`;
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

  #said(members: Members, id: number): Said {
    return {
      id,
      inside: (step, parent, at, choices) => {
        const others = new Map<unknown, Place>();
        for (const member of members.all) {
          if (!isTogether(member.choices, choices)) continue;
          for (const place of described(step, member, member.schema === parent ? at : undefined)) {
            const { schema } = meant(place);
            if (schema !== meant(at).schema && this.looks(place)) others.set(schema, place);
          }
        }
        if (others.size > MOST_BESIDE || this.#known.size > MOST) return { said: undefined, beside: undefined };
        const beside = [...others.values()];
        return { said: this.of([at, ...beside]), beside };
      },
    };
  }
}

/** The members, where alternatives that may hold beside others are none to choose from. */
function withoutShared(members: Members): Members {
  const shared = new Map<object, ReadonlySet<unknown>>();
  for (const { place, schema } of members.all) {
    const branches = own(schema, "anyOf");
    if (!Array.isArray(branches) || shared.has(branches)) continue;
    shared.set(branches, new Set(overlapping(branches.map((item) => below(place, item))).map((item) => item.schema)));
  }
  if (shared.size === 0) return members;
  const isShared = (list: object, index: number): boolean =>
    Array.isArray(list) && shared.get(list)?.has(list[index]) === true;
  const all = members.all.map((member) => ({
    ...member,
    choices: new Map([...member.choices].filter(([list, index]) => !isShared(list, index))),
  }));
  return { ...members, all };
}

const containedIn = (place: Place): readonly Place[] => {
  const contains = own(place.schema as JsonObject, "contains");
  return contains === undefined ? [] : [below(place, contains)];
};

/** What a member says of the same thing; `at` is given where it is itself what says `at`. */
function described(step: Step, { place, schema }: Member, at: Place | undefined): readonly Place[] {
  if (step.kind === "items") {
    const contains = own(schema, "contains");
    return itemPlaces(place).filter(({ schema: item }) => at === undefined || item === contains);
  }
  if (step.kind === "property") return propertyPlaces(place, step.name);
  const keywords = ["additionalProperties", "unevaluatedProperties"];
  const isRest = ({ schema: child }: Place): boolean => keywords.some((keyword) => own(schema, keyword) === child);
  if (at !== undefined && isRest(at)) return [];
  const properties = own(schema, "properties");
  const names = typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
  const all = [...names.flatMap((name) => propertyPlaces(place, name)), ...propertyPlaces(place, undefined)];
  return at === undefined ? all : all.filter((other) => !isRest(other));
}
