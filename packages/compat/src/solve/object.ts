import { STRING } from "../formula/node.ts";
import type { Node, NodeOf } from "../formula/node.ts";
import { firstOf, written } from "../large/describe.ts";
import { textsLike } from "../large/families.ts";
import { LargeObject } from "../large/value.ts";
import type { TextFamily, Value } from "../large/value.ts";
import { define } from "../schema/json.ts";
import { NONE, unknown, valueOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import type { Solver } from "./solver.ts";

/** Properties added one by one to reach a minimum number; more of them get the names of a family. */
const MAX_ADDED = 20;
/** Families of names tried. */
const MAX_FAMILIES = 60;
/** Kinds of fresh names (by the schemas that apply to them) tried for one need. */
const MAX_REGIONS = 24;
/** Characters of a name that nobody mentions. */
const MAX_NAME = 10_000;

/** An object that has what is asked of some property, where all properties satisfy what is asked of their names. */
export function solveObject(units: readonly Node[], solver: Solver): Outcome {
  return new ObjectSearch(units, solver).run();
}

type Present = ReadonlyMap<string, Node>;

/** The properties, and those that only make up the number. */
interface Found {
  readonly present: Present;
  readonly others?: { readonly names: TextFamily; readonly schema: Node };
}

class ObjectSearch {
  readonly #solver: Solver;
  /** Demands on properties of one known name. */
  readonly #byName = new Map<string, Node[]>();
  /** Demands on all properties whose name is in a language. */
  readonly #general: NodeOf<"allNames">[] = [];
  readonly #required = new Map<string, Node[]>();
  readonly #needs: NodeOf<"someName">[] = [];
  readonly #known = new Set<string>();
  readonly #effective = new Map<string, Node>();
  #least = 0;
  #most = Infinity;
  #open: Outcome = NONE;

  constructor(units: readonly Node[], solver: Solver) {
    this.#solver = solver;
    for (const unit of units) {
      if (unit.kind === "size") {
        if (unit.order === "ge") this.#least = Math.max(this.#least, unit.count);
        else this.#most = Math.min(this.#most, unit.count);
      } else if (unit.kind === "allNames" || unit.kind === "someName") {
        const name = singleName(unit.names);
        if (name === undefined) {
          if (unit.kind === "allNames") this.#general.push(unit);
          else this.#needs.push(unit);
          continue;
        }
        this.#known.add(name);
        const table = unit.kind === "allNames" ? this.#byName : this.#required;
        const list = table.get(name);
        if (list === undefined) table.set(name, [unit.inner]);
        else list.push(unit.inner);
      }
    }
  }

  run(): Outcome {
    const present = new Map<string, Node>();
    for (const [name, demands] of this.#required) {
      const schema = this.#solver.store.and([this.#schemaOf(name), ...demands]);
      const outcome = this.#solver.solve(schema);
      if (outcome.kind === "none") return NONE;
      if (outcome.kind === "unknown") this.#open = outcome;
      present.set(name, schema);
    }
    const found = this.#satisfy(present, 0);
    if (found === undefined) return this.#open;
    const value: { [key: string]: Value } = {};
    for (const [name, schema] of found.present) {
      const outcome = this.#solver.solve(schema);
      if (outcome.kind !== "value") return outcome.kind === "unknown" ? outcome : this.#open;
      define(value, name, outcome.value);
    }
    if (found.others === undefined) return valueOf(value);
    const outcome = this.#solver.solve(found.others.schema);
    if (outcome.kind !== "value") return outcome.kind === "unknown" ? outcome : this.#open;
    return valueOf(new LargeObject(value, found.others.names, outcome.value));
  }

  /** Everything that applies to a property of this name. */
  #schemaOf(name: string): Node {
    const known = this.#effective.get(name);
    if (known !== undefined) return known;
    const parts = [...(this.#byName.get(name) ?? [])];
    for (const { names, inner } of this.#general) {
      this.#solver.meter.spend(0.1);
      const truth = this.#solver.truth(names, name);
      if (truth === true) parts.push(inner);
      // Leaving a demand out only allows more; remember that a value found may be wrong by making it opaque.
      if (truth === undefined)
        parts.push(this.#solver.store.opaque(`name:${name}:${names.id}:${inner.id}`, "unsupported-pattern"));
    }
    const schema = this.#solver.store.and(parts);
    this.#effective.set(name, schema);
    return schema;
  }

  /** Gives each need with an open name a property: one that is there, one of a known name, or one of a fresh name. */
  #satisfy(present: Present, index: number): Found | undefined {
    this.#solver.meter.spend(1);
    if (present.size > this.#most) return undefined;
    const need = this.#needs[index];
    if (need === undefined) return this.#enlarge(present);
    for (const name of new Set([...present.keys(), ...this.#known])) {
      if (this.#solver.truth(need.names, name) === false) continue;
      const found = this.#try(present, name, need.inner, index);
      if (found !== undefined) return found;
    }
    for (const name of this.#freshNames(need.names, need.inner, present)) {
      const found = this.#try(present, name, need.inner, index);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #try(present: Present, name: string, demand: Node, index: number): Found | undefined {
    const schema = this.#solver.store.and([present.get(name) ?? this.#schemaOf(name), demand]);
    const outcome = this.#solver.solve(schema);
    if (outcome.kind === "none") return undefined;
    if (outcome.kind === "unknown") this.#open = outcome;
    return this.#satisfy(new Map(present).set(name, schema), index + 1);
  }

  /** A name of a language; `undefined` where there is none, or where none is known, which is remembered. */
  #nameIn(names: Node): string | undefined {
    const outcome = this.#solver.solve(names);
    if (outcome.kind === "none") return undefined;
    const name = outcome.kind === "value" ? written(outcome.value, MAX_NAME) : undefined;
    if (typeof name === "string") return name;
    this.#open = outcome.kind === "unknown" ? outcome : unknown("budget");
    return undefined;
  }

  /**
   * Names nobody mentions, one for each set of general demands that applies to it and leaves a value possible. A name
   * rules out all names that can serve the same needs and to which at least the same demands apply.
   */
  *#freshNames(names: Node, demand: Node, present: Present): Generator<string> {
    const { store } = this.#solver;
    const taken = store.not(store.enumeration([...this.#known, ...present.keys()]));
    const blocked: Node[] = [];
    for (let region = 0; region < MAX_REGIONS; region++) {
      const name = this.#nameIn(store.and([store.types(STRING), names, taken, ...blocked]));
      if (name === undefined) return;
      const applying = this.#general.filter((general) => this.#solver.truth(general.names, name) !== false);
      const schema = store.and([this.#schemaOf(name), demand]);
      if (this.#solver.solve(schema).kind !== "none") yield name;
      const others = new Set(this.#needs.map((other) => other.names).filter((other) => other !== names));
      const elsewhere = [...others].map((other) =>
        this.#solver.truth(other, name) === true ? store.not(other) : other,
      );
      if (applying.length + elsewhere.length === 0) return;
      blocked.push(store.or([...applying.map((general) => store.not(general.names)), ...elsewhere]));
    }
    this.#open = unknown("budget");
  }

  /** Adds properties until there are enough. */
  #enlarge(present: Present): Found | undefined {
    if (present.size >= this.#least) return { present };
    if (this.#least > this.#most) return undefined;
    const larger = new Map(present);
    for (const name of this.#known) {
      if (larger.size >= this.#least) return { present: larger };
      if (!larger.has(name)) this.#add(larger, name, this.#schemaOf(name));
    }
    const { store } = this.#solver;
    const blocked: Node[] = [];
    const many = this.#least - larger.size > MAX_ADDED;
    while (larger.size < this.#least) {
      this.#solver.meter.spend(1);
      const taken = store.not(store.enumeration([...this.#known, ...larger.keys()]));
      const names = store.and([store.types(STRING), taken, ...blocked]);
      const name = this.#nameIn(names);
      if (name === undefined) return undefined;
      const schema = this.#schemaOf(name);
      const applying = this.#general.filter((general) => this.#solver.truth(general.names, name) !== false);
      if (this.#solver.solve(schema).kind !== "none") {
        const others = many ? this.#manyLike(name, names, this.#least - larger.size) : undefined;
        if (others !== undefined) return { present: larger, others: { names: others, schema } };
        if (!this.#add(larger, name, schema)) return undefined;
        if (larger.size - present.size <= this.#known.size + 4 * MAX_ADDED) continue;
        this.#open = unknown("budget");
        return undefined;
      }
      if (applying.length === 0 || larger.has(name)) return undefined;
      blocked.push(store.or(applying.map((general) => store.not(general.names))));
    }
    return { present: larger };
  }

  /** So many free names to which the same demands apply as to this one. */
  #manyLike(name: string, free: Node, count: number): TextFamily | undefined {
    const { store } = this.#solver;
    const alike = store.and([
      free,
      ...this.#general.map(({ names }) => (this.#solver.truth(names, name) === true ? names : store.not(names))),
    ]);
    let tried = 0;
    for (const family of textsLike(name, count)) {
      this.#solver.meter.spend(10);
      if (++tried > MAX_FAMILIES) return undefined;
      if (this.#solver.truth(alike, firstOf(family)) === false) continue;
      if (this.#solver.truth(alike, family) === true) return family;
    }
    return undefined;
  }

  #add(present: Map<string, Node>, name: string, schema: Node): boolean {
    const outcome = this.#solver.solve(schema);
    if (outcome.kind === "unknown") this.#open = outcome;
    if (outcome.kind === "value" || outcome.kind === "unknown") present.set(name, schema);
    return outcome.kind !== "none";
  }
}

/**
 * Of a wide disjunction the parts that are not ruled out by what is already demanded of the property they speak of.
 * Ten thousand widened properties end here instead of in as many branches.
 */
export function withoutImpossible(parts: readonly Node[], units: Iterable<Node>, solver: Solver): readonly Node[] {
  const demands = new Map<string, Node[]>();
  for (const unit of units) {
    const name = unit.kind === "allNames" ? singleName(unit.names) : undefined;
    if (unit.kind !== "allNames" || name === undefined) continue;
    const known = demands.get(name);
    if (known === undefined) demands.set(name, [unit.inner]);
    else known.push(unit.inner);
  }
  return parts.filter((part) => {
    const name = part.kind === "someName" ? singleName(part.names) : undefined;
    if (part.kind !== "someName" || name === undefined) return true;
    return solver.solve(solver.store.and([...(demands.get(name) ?? []), part.inner])).kind !== "none";
  });
}

function singleName(names: Node): string | undefined {
  if (names.kind !== "enum" || names.values.size !== 1) return undefined;
  const [name] = names.values.values();
  return typeof name === "string" ? name : undefined;
}
