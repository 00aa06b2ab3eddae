import type { Compiler } from "../formula/compile.ts";
import { dual } from "../formula/dual.ts";
import { conjunction, holds } from "../formula/holds.ts";
import type { Semantics, Truth } from "../formula/holds.ts";
import { ARRAY, BOOLEAN, NULL, NUMBER, OBJECT, SORTS, STRING } from "../formula/node.ts";
import type { Node, NodeOf, Sort } from "../formula/node.ts";
import { Specialiser } from "../formula/specialise.ts";
import type { FormulaStore } from "../formula/store.ts";
import type { Value } from "../large/value.ts";
import { hasFormat } from "../strings/formats.ts";
import { matches } from "../strings/matching.ts";
import type { Json } from "../types.ts";
import { solveArray } from "./array.ts";
import type { Meter } from "./budget.ts";
import { solveNumber } from "./number.ts";
import { solveObject, withoutImpossible } from "./object.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { solveString } from "./string.ts";

const MAX_DEPTH = 150;

/**
 * Finds a value of a formula or proves that there is none.
 *
 * Per type the formula is specialised and split into units and clauses. A theory solver finds a value of the units;
 * a clause that the value violates is the next to branch on (as in lazy SMT solving). A formula met again below itself
 * has no smallest value there: values are finite, so it counts as unsatisfiable within itself, and what was concluded
 * from that is not remembered beyond it.
 */
export class Solver {
  readonly store: FormulaStore;
  readonly meter: Meter;
  readonly semantics: Semantics;
  readonly #specialiser: Specialiser;
  readonly #memo = new Map<number, Outcome>();
  readonly #open = new Map<number, number>();
  /** The shallowest open formula that the current result depends on. */
  #lowest = Infinity;

  constructor(compiler: Compiler, meter: Meter) {
    this.store = compiler.store;
    this.meter = meter;
    const expanded = new Map<number, Node>();
    const expand = (node: NodeOf<"reference">): Node => {
      let target = expanded.get(node.id);
      if (target === undefined) {
        target = compiler.expand(node.place);
        if (!node.positive) target = this.store.not(target);
        expanded.set(node.id, target);
      }
      return target;
    };
    this.semantics = { matches, hasFormat, expand, step: () => meter.spend(0.1) };
    this.#specialiser = new Specialiser(this.store, expand, () => meter.spend(0.2));
  }

  truth(node: Node, value: Value): Truth {
    return holds(node, value, this.semantics);
  }

  solve(node: Node): Outcome {
    if (node === this.store.never) return NONE;
    const known = this.#memo.get(node.id);
    if (known !== undefined) return known;
    const opened = this.#open.get(node.id);
    if (opened !== undefined) {
      this.#lowest = Math.min(this.#lowest, opened);
      return NONE;
    }
    const depth = this.#open.size;
    if (depth > MAX_DEPTH) return unknown("budget");
    this.meter.spend(1);
    const outer = this.#lowest;
    this.#lowest = Infinity;
    this.#open.set(node.id, depth);
    const outcome = this.#search(node);
    this.#open.delete(node.id);
    if (outcome.kind === "value" || this.#lowest >= depth) this.#memo.set(node.id, outcome);
    if (this.#lowest >= depth) this.#lowest = Infinity;
    this.#lowest = Math.min(outer, this.#lowest);
    return outcome;
  }

  #search(node: Node): Outcome {
    let open: Outcome = NONE;
    const values = node.kind === "enum" ? node.values : node.kind === "and" ? enumeration(node.parts) : undefined;
    if (values !== undefined) return this.#choose(values.values(), [node]);
    for (const sort of SORTS) {
      if ((node.mask & sort) === 0) continue;
      const special = this.#specialiser.specialise(node, sort);
      if (special === this.store.never) continue;
      const outcome = this.#branch(new Branch(this.store, special), sort, 0);
      if (outcome.kind === "value") return outcome;
      if (outcome.kind === "unknown") open = outcome;
    }
    return open;
  }

  /** The first of the values that satisfies everything, preferring one about which nothing is unknown. */
  #choose(values: Iterable<Json>, nodes: readonly Node[]): Outcome {
    let possible: Outcome = NONE;
    for (const value of values) {
      const truth = conjunction(nodes, (node) => this.truth(node, value));
      if (truth === true) return valueOf(value);
      if (truth === undefined && possible.kind === "none") possible = valueOf(value);
    }
    return possible;
  }

  #branch(branch: Branch, sort: Sort, depth: number): Outcome {
    this.meter.spend(1);
    if (depth > 2000) return unknown("budget");
    if (!branch.propagate(this.meter)) return NONE;
    const values = enumeration(branch.units.values());
    if (values !== undefined)
      return this.#choose(values.values(), [...branch.units.values(), ...branch.clauses, ...branch.lazy]);
    const outcome = this.#leaf([...branch.units.values()], sort);
    if (outcome.kind === "none" || branch.clauses.length + branch.lazy.length === 0) return outcome;
    const clause = this.#next(branch.clauses, outcome) ?? this.#next(branch.lazy, outcome);
    if (clause === undefined) return outcome;
    let open: Outcome = NONE;
    const excluded: Node[] = [];
    const wide = sort === OBJECT && clause.parts.length > 4;
    for (const part of wide ? withoutImpossible(clause.parts, branch.units.values(), this) : clause.parts) {
      this.meter.spend(branch.units.size / 50);
      const child = branch.with(part, excluded, clause);
      if (child !== undefined) {
        const found = this.#branch(child, sort, depth + 1);
        if (found.kind === "value") return found;
        if (found.kind === "unknown") open = found;
      }
      excluded.push(this.#specialiser.specialise(this.store.not(part), sort));
    }
    return open;
  }

  /** The shortest clause that the value violates, else one of which nothing is known; `undefined` if all hold. */
  #next(clauses: readonly NodeOf<"or">[], outcome: Outcome): NodeOf<"or"> | undefined {
    let best: { clause: NodeOf<"or">; rank: number } | undefined;
    for (const clause of clauses) {
      const truth = outcome.kind === "value" ? this.truth(clause, outcome.value) : undefined;
      if (truth === true) continue;
      const rank = clause.parts.length + (truth === undefined ? 1_000_000 : 0);
      if (best === undefined || rank < best.rank) best = { clause, rank };
    }
    return best?.clause;
  }

  #leaf(units: readonly Node[], sort: Sort): Outcome {
    switch (sort) {
      case NULL:
        return this.#choose([null], units);
      case BOOLEAN:
        return this.#choose([true, false], units);
      case NUMBER:
        return solveNumber(units, this.meter);
      case STRING:
        return solveString(units, this);
      case ARRAY:
        return solveArray(units, this);
      default:
        return solveObject(units, this);
    }
  }
}

function enumeration(nodes: Iterable<Node>): ReadonlyMap<string, Json> | undefined {
  for (const node of nodes) if (node.kind === "enum") return node.values;
  return undefined;
}

/** Facts and open disjunctions of one way through the search, all of one sort. */
class Branch {
  readonly units = new Map<number, Node>();
  clauses: NodeOf<"or">[] = [];
  /** Clauses that are not simplified: the store says which. */
  lazy: readonly NodeOf<"or">[] = [];
  readonly #store: FormulaStore;
  #clash = false;

  constructor(store: FormulaStore, node?: Node) {
    this.#store = store;
    if (node !== undefined) this.#assume(node);
  }

  #assume(node: Node): void {
    if (node === this.#store.never) this.#clash = true;
    else if (node.kind === "and") for (const part of node.parts) this.#assume(part);
    else if (node.kind === "or" && this.#store.lazy.has(node)) this.lazy = [...this.lazy, node];
    else if (node.kind === "or") this.clauses.push(node);
    else if (node !== this.#store.always) {
      this.units.set(node.id, node);
      const dual = dualOf(this.#store, node);
      if (dual !== undefined && this.units.has(dual.id)) this.#clash = true;
    }
  }

  /** This branch with one part of a clause chosen and the parts tried before it ruled out. */
  with(part: Node, excluded: readonly Node[], clause: Node): Branch | undefined {
    const child = new Branch(this.#store);
    for (const unit of this.units.values()) child.units.set(unit.id, unit);
    child.clauses = this.clauses.filter((other) => other !== clause);
    child.lazy = this.lazy.some((other) => other === clause)
      ? this.lazy.filter((other) => other !== clause)
      : this.lazy;
    child.#assume(part);
    for (const node of excluded) if (isLiteral(node)) child.#assume(node);
    return child.#clash ? undefined : child;
  }

  /** Simplifies clauses by the facts until nothing changes; `false` on a contradiction. */
  propagate(meter: Meter): boolean {
    for (let changed = true; changed && !this.#clash;) {
      changed = false;
      const clauses = this.clauses;
      this.clauses = [];
      for (const clause of clauses) {
        meter.spend(0.05 * clause.parts.length);
        const rest = this.#reduce(clause);
        if (rest === undefined) continue;
        if (rest === clause) this.clauses.push(clause);
        else {
          this.#assume(rest);
          changed = true;
        }
        if (this.#clash) return false;
      }
    }
    return !this.#clash;
  }

  /** `undefined` when the clause is satisfied. */
  #reduce(clause: NodeOf<"or">): Node | undefined {
    const kept: Node[] = [];
    for (const part of clause.parts) {
      if (this.units.has(part.id)) return undefined;
      const dual = dualOf(this.#store, part);
      if (dual === undefined || !this.units.has(dual.id)) kept.push(part);
    }
    return kept.length === clause.parts.length ? clause : this.#store.or(kept);
  }
}

/** Atoms and what is opaque: cheap to rule out. */
function isLiteral(node: Node): boolean {
  return node.kind !== "and" && node.kind !== "or";
}

/** The complement of a literal within its sort. */
function dualOf(store: FormulaStore, node: Node): Node | undefined {
  switch (node.kind) {
    case "types":
    case "and":
    case "or":
    case "reference":
      return undefined;
    case "opaque":
    case "enum":
    case "notEnum":
      return store.not(node);
    default:
      return dual(store, node);
  }
}
