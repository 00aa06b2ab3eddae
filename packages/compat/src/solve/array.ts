import { ALL, ARRAY, INTEGER, OBJECT, STRING } from "../formula/node.ts";
import type { Node } from "../formula/node.ts";
import { firstOf } from "../large/describe.ts";
import { familiesLike } from "../large/families.ts";
import { isPlain, LargeList } from "../large/value.ts";
import type { Value } from "../large/value.ts";
import { canonical } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { readQuestion } from "./array-question.ts";
import type { ArrayQuestion } from "./array-question.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** The longest array built item by item where it can also be said what repeats. */
const MAX_ITEMS = 60;
/** Places told apart at most: tuples are that long where each place has a schema of its own. */
const MAX_PLACES = 3000;
/** Lengths tried between the shortest and the longest that can matter. */
const MAX_LENGTHS = 40;
/** Lengths tried for the sake of a short witness where the longest one decides. */
const MAX_SHORT = 8;
/** Upper limits on the number of matching items that are combined. */
const MAX_LIMITS = 8;
/** Families of different items tried for one array. */
const MAX_FAMILIES = 120;

/** An array whose items, at their places, satisfy what is asked of all, of some and of a number of them. */
export function solveArray(units: readonly Node[], solver: Solver): Outcome {
  const question = readQuestion(units);
  if (question.distinct && question.repeated) return NONE;
  return new ArraySearch(question, solver).run();
}

/** An item that must be there, between two indexes. Those of one group stand in different places. */
interface Need {
  readonly from: number;
  readonly to: number;
  readonly inner: Node;
  readonly group: number;
}

/** What is left to do for the places that are told apart. */
interface Task {
  readonly needs: readonly Need[];
  /** How many items may still satisfy each upper limit's schema. */
  readonly left: readonly number[];
  /** Two places that must hold equal values. */
  readonly pair: readonly [number, number] | undefined;
}

class ArraySearch {
  readonly #question: ArrayQuestion;
  readonly #solver: Solver;
  readonly #needs: Need[] = [];
  /** Needs of so many items that they are what repeats. */
  readonly #bulk: { readonly count: number; readonly inner: Node; readonly group: number }[] = [];
  /** The first index from which all places are alike. */
  readonly #alike: number;
  #open: Outcome = NONE;

  constructor(question: ArrayQuestion, solver: Solver) {
    this.#question = question;
    this.#solver = solver;
    let group = 0;
    for (const { from, to, inner } of question.some) this.#needs.push({ from, to, inner, group: group++ });
    for (const { count, inner } of question.atLeast) {
      if (count > MAX_ITEMS) this.#bulk.push({ count, inner, group });
      else this.#needs.push(...copies(count, { from: 0, to: Infinity, inner, group }));
      group++;
    }
    const edges = [...question.every, ...question.some].flatMap(({ from, to }) => [from, to === Infinity ? 0 : to]);
    this.#alike = Math.max(0, ...edges);
  }

  run(): Outcome {
    const { least, distinct, repeated, atMost } = this.#question;
    const most = this.#longest();
    if (least > most) return NONE;
    const useful = Math.min(most, Math.max(least, this.#alike + this.#needs.length + (repeated ? 2 : 0)));
    // Without upper limits, places more do no harm: what no array of the greatest useful length does, none does.
    const monotone = !distinct && atMost.length === 0;
    for (let length = least, tried = 0; length <= useful; length++, tried++) {
      if (monotone && tried === MAX_SHORT) length = useful;
      if (tried > MAX_LENGTHS || Math.min(length, this.#alike + this.#needs.length) > MAX_PLACES) return this.#giveUp();
      const found = this.#ofLength(length);
      if (found !== undefined) return valueOf(found);
    }
    return this.#open;
  }

  #giveUp(): Outcome {
    return this.#open.kind === "unknown" ? this.#open : unknown("budget");
  }

  /** What every value at an index must satisfy. */
  #at(index: number): Node {
    return this.#solver.store.and(
      this.#question.every.filter(({ from, to }) => from <= index && index < to).map(({ inner }) => inner),
    );
  }

  /** Is there a value? What is not known counts as one, and is remembered. */
  #isPossible(node: Node): boolean {
    const outcome = this.#solver.solve(node);
    if (outcome.kind === "unknown") this.#open = outcome;
    return outcome.kind !== "none";
  }

  /** No array is longer than up to the first place that nothing can stand in. */
  #longest(): number {
    const { most } = this.#question;
    const places = new Set([0, ...this.#question.every.flatMap(({ from, to }) => [from, to])]);
    for (const index of [...places].sort((a, b) => a - b)) {
      if (index >= most) break;
      if (!this.#isPossible(this.#at(index))) return index;
    }
    return most;
  }

  #ofLength(length: number): readonly Value[] | LargeList | undefined {
    const apart = this.#alike + this.#needs.length;
    if (length > MAX_ITEMS && length >= apart + 2) return this.#large(length, apart);
    if (this.#bulk.length > 0) {
      this.#open = unknown("budget");
      return undefined;
    }
    const places = Array.from({ length }, (_, index) => this.#at(index));
    const task: Task = { needs: this.#needs, left: this.#question.atMost.map(({ count }) => count), pair: undefined };
    if (!this.#question.repeated) return this.#place(places, task, 0, new Map());
    for (let first = 0; first < Math.min(length - 1, this.#alike + 1); first++) {
      for (let second = first + 1; second < Math.min(length, this.#alike + 2 + this.#needs.length); second++) {
        const shared = this.#solver.store.and([
          places[first] ?? this.#solver.store.always,
          places[second] ?? this.#solver.store.always,
        ]);
        const joined = [...places];
        joined[first] = shared;
        joined[second] = shared;
        const found = this.#place(joined, { ...task, pair: [first, second] }, 0, new Map());
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /**
   * A long array: the places that are told apart, and behind them one item over and over (or, where all must differ, one
   * family of items). The item counts towards the limits whose schema it is not kept from satisfying.
   */
  #large(length: number, apart: number): LargeList | undefined {
    const { atMost, distinct } = this.#question;
    const { store } = this.#solver;
    const rest = this.#at(this.#alike);
    if (this.#exceedsLimits(length, rest)) return undefined;
    const times = length - apart;
    for (let choice = 0; atMost.length <= MAX_LIMITS && choice < 1 << atMost.length; choice++) {
      const isCounted = (at: number): boolean => ((choice >> at) & 1) === 1;
      const left = atMost.map(({ count }, at) => count - (isCounted(at) ? times : 0));
      if (left.some((count) => count < 0)) continue;
      const avoided = atMost.filter((_, at) => !isCounted(at)).map(({ inner }) => store.not(inner));
      const item = store.and([rest, ...avoided, ...this.#bulk.map(({ inner }) => inner)]);
      if (!this.#isPossible(item)) continue;
      const missing = this.#bulk.flatMap(({ count, inner, group }) =>
        copies(Math.max(0, count - times), { from: 0, to: Infinity, inner, group }),
      );
      const places = Array.from({ length: apart }, (_, index) => this.#at(index));
      const items = this.#place(places, { needs: [...this.#needs, ...missing], left, pair: undefined }, 0, new Map());
      if (items === undefined) continue;
      const found = distinct ? this.#different(items, item, times) : this.#same(items, item, times);
      if (found !== undefined) return found;
    }
    if (distinct && this.#hasTooFew(length, rest)) return undefined;
    if (distinct || atMost.length > 0 || this.#bulk.length > 0) this.#open = this.#giveUp();
    return undefined;
  }

  #same(items: readonly Value[], item: Node, times: number): LargeList | undefined {
    const outcome = this.#solver.solve(item);
    if (outcome.kind === "value") return new LargeList(items, outcome.value, times);
    if (outcome.kind === "unknown") this.#open = outcome;
    return undefined;
  }

  #different(items: readonly Value[], item: Node, times: number): LargeList | undefined {
    const { store } = this.#solver;
    const unique = store.unique(true);
    let tried = 0;
    for (const types of [ALL, STRING, INTEGER, OBJECT, ARRAY]) {
      const outcome = this.#solver.solve(store.and([store.types(types), item]));
      if (outcome.kind !== "value") continue;
      for (const family of familiesLike(outcome.value, times)) {
        this.#solver.meter.spend(10);
        if (++tried > MAX_FAMILIES) return undefined;
        if (this.#solver.truth(item, firstOf(family)) === false || this.#solver.truth(item, family) !== true) continue;
        const list = new LargeList(items, family, times);
        if (this.#solver.truth(unique, list) === true) return list;
      }
    }
    return undefined;
  }

  /** Is it proved by counting that no array is so long? All but the first places are alike. */
  #exceedsLimits(length: number, rest: Node): boolean {
    const { atLeast, atMost } = this.#question;
    const { store } = this.#solver;
    const behind = length - this.#alike;
    const isNone = (...nodes: readonly Node[]): boolean =>
      this.#solver.solve(store.and([rest, ...nodes])).kind === "none";
    const limited = atMost.some(({ count, inner }) => {
      const avoids = store.not(inner);
      if (behind > count && isNone(avoids)) return true;
      return atLeast.some((need) => need.count - this.#alike > count && isNone(need.inner, avoids));
    });
    return limited || atLeast.some(({ count, inner }) => count > this.#alike && isNone(inner));
  }

  /** Is it proved that there are fewer different items than places that are alike? */
  #hasTooFew(length: number, rest: Node): boolean {
    const behind = length - this.#alike;
    const known = this.#open;
    this.#open = NONE;
    const values = this.#several(rest, Math.min(behind, MAX_ITEMS));
    const isAll = this.#open.kind === "none" && values.length < Math.min(behind, MAX_ITEMS);
    this.#open = known;
    return isAll;
  }

  /** Gives each need a place. Needs of one group must stand in different, increasing places. */
  #place(places: readonly Node[], task: Task, need: number, used: ReadonlyMap<number, number>): Value[] | undefined {
    this.#solver.meter.spend(1);
    const { needs, left, pair } = task;
    const next = needs[need];
    if (next === undefined) return this.#limit(places, 0, left, pair);
    const after = used.get(next.group) ?? -1;
    const end = Math.min(next.to, places.length);
    let fresh = false;
    for (let index = Math.max(next.from, after + 1); index < end; index++) {
      const place = places[index];
      if (place === undefined) continue;
      const untouched = pair === undefined && index >= this.#alike && place === this.#at(index);
      // Untouched places beyond the tuple are alike: trying one of them is enough.
      if (untouched && fresh) continue;
      fresh ||= untouched;
      const joined = this.#solver.store.and([place, next.inner]);
      if (!this.#isPossible(joined)) continue;
      const filled = [...places];
      filled[index] = joined;
      if (pair?.includes(index) === true) for (const twin of pair) filled[twin] = joined;
      const found = this.#place(filled, task, need + 1, new Map(used).set(next.group, index));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Decides which items count towards each upper limit: an item either does not satisfy its schema or uses it up. */
  #limit(places: readonly Node[], index: number, left: readonly number[], pair: Task["pair"]): Value[] | undefined {
    this.#solver.meter.spend(1);
    const { atMost } = this.#question;
    const place = places[index];
    if (place === undefined || atMost.length === 0) return this.#fill(places, pair);
    const { store } = this.#solver;
    if (atMost.length > MAX_LIMITS) {
      this.#open = unknown("budget");
      return undefined;
    }
    for (let choice = 0; choice < 1 << atMost.length; choice++) {
      const spent = left.map((count, at) => count - ((choice >> at) & 1));
      if (spent.some((count) => count < 0)) continue;
      const avoided = atMost.filter((_, at) => ((choice >> at) & 1) === 0).map(({ inner }) => store.not(inner));
      const joined = store.and([place, ...avoided]);
      if (!this.#isPossible(joined)) continue;
      const narrowed = [...places];
      narrowed[index] = joined;
      const found = this.#limit(narrowed, index + 1, spent, pair);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #fill(places: readonly Node[], pair: Task["pair"]): Value[] | undefined {
    if (this.#question.distinct) return this.#distinct(places);
    const items: Value[] = [];
    const joint =
      pair === undefined
        ? undefined
        : this.#solver.store.and(pair.map((index) => places[index] ?? this.#solver.store.always));
    for (const [index, place] of places.entries()) {
      const outcome = this.#solver.solve(pair?.includes(index) === true && joint !== undefined ? joint : place);
      if (outcome.kind !== "value") {
        if (outcome.kind === "unknown") this.#open = outcome;
        return undefined;
      }
      items.push(outcome.value);
    }
    return items;
  }

  /**
   * Different values for all places. Each place needs at most as many candidates as there are places (Hall): then a
   * matching of places to values exists among them if it exists at all.
   */
  #distinct(places: readonly Node[]): Json[] | undefined {
    const candidates = new Map<Node, Json[]>();
    for (const place of places) {
      if (!candidates.has(place)) candidates.set(place, this.#several(place, places.length));
    }
    const owner = new Map<string, number>();
    const chosen: Json[] = [];
    const assign = (index: number, visited: Set<string>): boolean => {
      const place = places[index];
      for (const value of place === undefined ? [] : (candidates.get(place) ?? [])) {
        const key = canonical(value);
        if (visited.has(key)) continue;
        visited.add(key);
        const current = owner.get(key);
        if (current !== undefined && !assign(current, visited)) continue;
        owner.set(key, index);
        chosen[index] = value;
        return true;
      }
      return false;
    };
    return places.every((_, index) => assign(index, new Set())) ? chosen : undefined;
  }

  #several(place: Node, count: number): Json[] {
    const { store } = this.#solver;
    const values = new Map<string, Json>();
    while (values.size < count) {
      const outcome = this.#solver.solve(store.and([place, store.notEnumeration(new Map(values))]));
      if (outcome.kind === "unknown") this.#open = outcome;
      if (outcome.kind !== "value") break;
      if (!isPlain(outcome.value)) {
        this.#open = unknown("budget");
        break;
      }
      const key = canonical(outcome.value);
      if (values.has(key)) {
        // Something opaque let an excluded value through: nothing is proved about the others.
        this.#open = unknown("unsupported-keyword");
        break;
      }
      values.set(key, outcome.value);
    }
    return [...values.values()];
  }
}

function copies(count: number, need: Need): readonly Need[] {
  return Array.from({ length: count }, () => need);
}
