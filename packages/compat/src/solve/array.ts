import type { Node } from "../formula/node.ts";
import { canonical } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { readQuestion } from "./array-question.ts";
import type { ArrayQuestion } from "./array-question.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** The longest array built item by item; longer ones repeat one item. */
const MAX_ITEMS = 60;
const MAX_REPEATED = 5000;
/** Lengths tried between the shortest and the longest that can matter. */
const MAX_LENGTHS = 40;
/** Upper limits on the number of matching items that are combined. */
const MAX_LIMITS = 8;

/** An array whose items, at their places, satisfy what is asked of all, of some and of a number of them. */
export function solveArray(units: readonly Node[], solver: Solver): Outcome {
  const question = readQuestion(units);
  if (question.distinct && question.repeated) return NONE;
  return new ArraySearch(question, solver).run();
}

class ArraySearch {
  readonly #question: ArrayQuestion;
  readonly #solver: Solver;
  readonly #needs: { from: number; to: number; inner: Node; group: number }[] = [];
  /** The first index from which all places are alike. */
  readonly #alike: number;
  #open: Outcome = NONE;

  constructor(question: ArrayQuestion, solver: Solver) {
    this.#question = question;
    this.#solver = solver;
    let group = 0;
    for (const { from, to, inner } of question.some) this.#needs.push({ from, to, inner, group: group++ });
    for (const { count, inner } of question.atLeast) {
      for (let index = 0; index < Math.min(count, MAX_ITEMS + 1); index++) {
        this.#needs.push({ from: 0, to: Infinity, inner, group });
      }
      group++;
    }
    const edges = [...question.every, ...question.some].flatMap(({ from, to }) => [from, to === Infinity ? 0 : to]);
    this.#alike = Math.max(0, ...edges);
  }

  run(): Outcome {
    const { least } = this.#question;
    const most = this.#longest();
    if (least > most) return NONE;
    const slots = this.#needs.length + (this.#question.repeated ? 2 : 0);
    const useful = Math.min(most, Math.max(least, this.#alike + slots));
    if (least > MAX_ITEMS) return this.#long(least);
    for (let length = least, tried = 0; length <= useful; length++, tried++) {
      if (length > MAX_ITEMS || tried > MAX_LENGTHS) return this.#giveUp();
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

  /** No array is longer than up to the first place that nothing can stand in. */
  #longest(): number {
    const { most } = this.#question;
    const places = new Set([0, ...this.#question.every.flatMap(({ from, to }) => [from, to])]);
    for (const index of [...places].sort((a, b) => a - b)) {
      if (index >= most) break;
      const outcome = this.#solver.solve(this.#at(index));
      if (outcome.kind === "none") return index;
      if (outcome.kind === "unknown") this.#open = outcome;
    }
    return most;
  }

  /** Very long arrays: one value repeated, if that answers everything. */
  #long(length: number): Outcome {
    const plain = this.#needs.length === 0 && this.#question.atMost.length === 0 && !this.#question.distinct;
    if (!plain || length > MAX_REPEATED) return unknown("budget");
    const items: Json[] = [];
    for (let index = 0; index < length; index++) {
      const outcome = this.#solver.solve(this.#at(Math.min(index, this.#alike)));
      if (outcome.kind !== "value") return outcome;
      items.push(outcome.value);
    }
    return valueOf(items);
  }

  #ofLength(length: number): Json[] | undefined {
    const places = Array.from({ length }, (_, index) => this.#at(index));
    if (!this.#question.repeated) return this.#place(places, 0, new Map());
    for (let first = 0; first < Math.min(length - 1, this.#alike + 1); first++) {
      for (let second = first + 1; second < Math.min(length, this.#alike + 2 + this.#needs.length); second++) {
        const shared = this.#solver.store.and([
          places[first] ?? this.#solver.store.always,
          places[second] ?? this.#solver.store.always,
        ]);
        const joined = [...places];
        joined[first] = shared;
        joined[second] = shared;
        const found = this.#place(joined, 0, new Map(), [first, second]);
        if (found !== undefined) return found;
      }
    }
    return undefined;
  }

  /** Gives each need a place. Needs of one group must stand in different, increasing places. */
  #place(
    places: readonly Node[],
    need: number,
    used: ReadonlyMap<number, number>,
    pair?: readonly [number, number],
  ): Json[] | undefined {
    this.#solver.meter.spend(1);
    const next = this.#needs[need];
    if (next === undefined)
      return this.#limit(
        places,
        0,
        this.#question.atMost.map(({ count }) => count),
        pair,
      );
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
      const outcome = this.#solver.solve(joined);
      if (outcome.kind === "none") continue;
      if (outcome.kind === "unknown") this.#open = outcome;
      const filled = [...places];
      filled[index] = joined;
      if (pair?.includes(index) === true) for (const twin of pair) filled[twin] = joined;
      const found = this.#place(filled, need + 1, new Map(used).set(next.group, index), pair);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** Decides which items count towards each upper limit: an item either does not satisfy its schema or uses it up. */
  #limit(
    places: readonly Node[],
    index: number,
    left: readonly number[],
    pair?: readonly [number, number],
  ): Json[] | undefined {
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
      const outcome = this.#solver.solve(joined);
      if (outcome.kind === "none") continue;
      if (outcome.kind === "unknown") this.#open = outcome;
      const narrowed = [...places];
      narrowed[index] = joined;
      const found = this.#limit(narrowed, index + 1, spent, pair);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #fill(places: readonly Node[], pair?: readonly [number, number]): Json[] | undefined {
    if (this.#question.distinct) return this.#distinct(places);
    const items: Json[] = [];
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
