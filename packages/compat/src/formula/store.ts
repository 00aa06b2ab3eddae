import { text, type Rational } from "../numbers/rational.ts";
import type { Place } from "../schema/document.ts";
import { canonical } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { dual } from "./dual.ts";
import { ALL, ARRAY, INTEGER, NUMBER, OBJECT, STRING, typeBit } from "./node.ts";
import type { Node, NodeOf, OpaqueReason, Order, Shape } from "./node.ts";
import { PlaceIds } from "./place-ids.ts";
import { intersect, isExcluded, type Values } from "./values.ts";

/**
 * Makes formulas, each distinct one once: equal formulas are the same object, and a formula beside its own negation
 * is `false` at once, which settles everything that did not change between two schemas.
 */
export class FormulaStore {
  readonly #nodes = new Map<string, Node>();
  readonly #negations = new Map<Node, Node>();
  readonly #places = new PlaceIds();
  /**
   * Clauses of which there can be thousands and that a value rarely violates: that no two alternatives of a `oneOf` hold. The
   * solver looks at them only when it has a value.
   */
  readonly lazy = new Set<Node>();
  /** Why something could not be modelled, if anything could not. */
  missing: OpaqueReason | undefined;
  readonly never: Node;
  readonly always: Node;

  constructor() {
    this.never = this.types(0);
    this.always = this.types(ALL);
  }

  #make(key: string, mask: number, shape: Shape): Node {
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node: Node = { id: this.#nodes.size, mask, ...shape };
    this.#nodes.set(key, node);
    return node;
  }

  types(mask: number): Node {
    return this.#make(`t${mask}`, mask, { kind: "types" });
  }

  enumeration(values: readonly Json[]): Node {
    return this.#enum(new Map(values.map((value) => [canonical(value), value])));
  }

  #enum(values: Values): Node {
    if (values.size === 0) return this.never;
    let mask = 0;
    for (const value of values.values()) mask |= typeBit(value);
    return this.#make(`e${[...values.keys()].sort().join(",")}`, mask, { kind: "enum", values });
  }

  notEnumeration(values: Values): Node {
    if (values.size === 0) return this.always;
    return this.#make(`n${[...values.keys()].sort().join(",")}`, ALL, { kind: "notEnum", values });
  }

  bound(order: Order, limit: Rational): Node {
    return this.#make(`b${order}${text(limit)}`, NUMBER, { kind: "bound", order, limit });
  }

  multiple(of: Rational, positive = true): Node {
    const mask = of.den === 1n && positive ? INTEGER : NUMBER;
    return this.#make(`m${positive}${text(of)}`, mask, { kind: "multiple", of, positive });
  }

  length(order: "ge" | "le", count: number): Node {
    return this.#count("length", order, count, STRING);
  }

  items(order: "ge" | "le", count: number): Node {
    return this.#count("items", order, count, ARRAY);
  }

  size(order: "ge" | "le", count: number): Node {
    return this.#count("size", order, count, OBJECT);
  }

  #count(kind: "length" | "items" | "size", order: "ge" | "le", count: number, mask: number): Node {
    if (order === "ge" && count <= 0) return this.types(mask);
    if (order === "le" && count < 0) return this.never;
    return this.#make(`${kind}${order}${count}`, mask, { kind, order, count });
  }

  pattern(source: string, positive = true): Node {
    return this.#make(`p${positive}${source}`, STRING, { kind: "pattern", source, positive });
  }

  format(name: string, positive = true): Node {
    return this.#make(`f${positive}${name}`, STRING, { kind: "format", name, positive });
  }

  /** Every item at an index from `from` up to, not including, `to` satisfies `inner`. */
  every(from: number, to: number, inner: Node): Node {
    if (from >= to || inner === this.always) return this.types(ARRAY);
    if (inner === this.never) return this.items("le", from);
    return this.#make(`v${from}-${to}:${inner.id}`, ARRAY, { kind: "every", from, to, inner });
  }

  some(from: number, to: number, inner: Node): Node {
    if (from >= to || inner === this.never) return this.never;
    if (inner === this.always) return this.items("ge", from + 1);
    return this.#make(`s${from}-${to}:${inner.id}`, ARRAY, { kind: "some", from, to, inner });
  }

  atLeast(count: number, inner: Node): Node {
    if (count <= 0) return this.types(ARRAY);
    if (inner === this.never) return this.never;
    if (inner === this.always) return this.items("ge", count);
    if (count === 1) return this.some(0, Infinity, inner);
    return this.#make(`l${count}:${inner.id}`, ARRAY, { kind: "atLeast", count, inner });
  }

  atMost(count: number, inner: Node): Node {
    if (count < 0) return this.never;
    if (inner === this.never) return this.types(ARRAY);
    if (inner === this.always) return this.items("le", count);
    if (count === 0) return this.every(0, Infinity, this.not(inner));
    return this.#make(`x${count}:${inner.id}`, ARRAY, { kind: "atMost", count, inner });
  }

  unique(positive: boolean): Node {
    return this.#make(`u${positive}`, ARRAY, { kind: "unique", positive });
  }

  /** An object whose properties with a name in `names` (a formula over strings) all satisfy `inner`. */
  allNames(names: Node, inner: Node): Node {
    if (inner === this.always || (names.mask & STRING) === 0) return this.types(OBJECT);
    if (inner === this.never && names.kind === "types" && (names.mask & STRING) !== 0) return this.size("le", 0);
    if (names.kind === "enum" && names.values.size > 1) {
      return this.and([...names.values.values()].map((name) => this.allNames(this.enumeration([name]), inner)));
    }
    return this.#make(`a${names.id}:${inner.id}`, OBJECT, { kind: "allNames", names, inner });
  }

  someName(names: Node, inner: Node): Node {
    if (inner === this.never || (names.mask & STRING) === 0) return this.never;
    if (inner === this.always && names.kind === "types" && (names.mask & STRING) !== 0) return this.size("ge", 1);
    if (names.kind === "enum" && names.values.size > 1) {
      return this.or([...names.values.values()].map((name) => this.someName(this.enumeration([name]), inner)));
    }
    return this.#make(`o${names.id}:${inner.id}`, OBJECT, { kind: "someName", names, inner });
  }

  /** Stands for a schema that is compiled when the solver gets there: recursion and very deep schemas. */
  reference(place: Place, positive = true): Node {
    return this.#make(`r${positive}${this.#places.idOf(place)}`, ALL, { kind: "reference", place, positive });
  }

  /** What is not modelled: a name for a set of values about which nothing is known. */
  opaque(key: string, reason: OpaqueReason, positive = true): Node {
    this.missing ??= reason;
    return this.#make(`q${positive}${key}`, ALL, { kind: "opaque", key, reason, positive });
  }

  and(nodes: readonly Node[]): Node {
    const parts = new Set<Node>();
    const excluded = new Set<NodeOf<"notEnum">>();
    let types = ALL;
    let values: Values | undefined;
    let mask = ALL;
    const queue = [...nodes].reverse();
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      mask &= node.mask;
      if (node.kind === "types") types &= node.mask;
      else if (node.kind === "enum") values = values === undefined ? node.values : intersect(values, node.values);
      else if (node.kind === "notEnum") excluded.add(node);
      else if (node.kind === "and") for (const part of node.parts.toReversed()) queue.push(part);
      else parts.add(node);
    }
    if (mask === 0) return this.never;
    const narrowed = this.#narrowed(parts, mask);
    if (narrowed !== undefined) {
      const listed = values === undefined ? [] : [this.#enum(values)];
      return this.and([this.types(mask), ...listed, ...excluded, ...narrowed]);
    }
    if (values !== undefined) {
      const among = mask;
      const allowed = [...values].filter(
        ([key, value]) => (typeBit(value) & among) !== 0 && ![...excluded].some((other) => other.values.has(key)),
      );
      const kept = this.#enum(new Map(allowed));
      if (kept === this.never) return kept;
      parts.add(kept);
      mask &= kept.mask;
    } else {
      if (excluded.size > 0) parts.add(this.#noneOf([...excluded]));
      const implied = (types & mask) === ALL || [...parts].some((part) => part.mask === mask);
      if (!implied) parts.add(this.types(mask));
    }
    return this.#combine("and", this.#withoutRefuted(parts), mask, this.never);
  }

  /** The parts without alternatives of types that the others rule out; `undefined` where there are none. */
  #narrowed(parts: ReadonlySet<Node>, mask: number): readonly Node[] | undefined {
    const isDead = (part: Node): boolean => (part.mask & mask) === 0;
    if (mask === ALL || ![...parts].some((part) => part.kind === "or" && part.parts.some(isDead))) return undefined;
    return [...parts].map((part) => {
      if (part.kind !== "or" || !part.parts.some(isDead)) return part;
      const rest = this.or(part.parts.filter((each) => !isDead(each)));
      if (rest.kind === "or" && this.lazy.has(part)) this.lazy.add(rest);
      return rest;
    });
  }

  #noneOf(excluded: readonly NodeOf<"notEnum">[]): Node {
    const [only] = excluded;
    if (only !== undefined && excluded.length === 1) return only;
    return this.notEnumeration(new Map(excluded.flatMap(({ values }) => [...values])));
  }

  /** Leaves out alternatives whose negation is required beside them: the unchanged branches of a union. */
  #withoutRefuted(parts: Set<Node>): Set<Node> {
    for (const part of parts) {
      if (part.kind !== "or") continue;
      const kept = part.parts.filter((branch) => !this.#isRefuted(branch, parts));
      if (kept.length === part.parts.length) continue;
      parts.delete(part);
      const rest = this.or(kept);
      if (rest.kind === "and") for (const inner of rest.parts) parts.add(inner);
      else if (rest !== this.always) parts.add(rest);
    }
    return parts;
  }

  #isRefuted(branch: Node, parts: ReadonlySet<Node>): boolean {
    const negation = this.#negations.get(branch);
    if (negation === undefined) return false;
    const required = (part: Node): boolean => parts.has(part) || (part.kind === "notEnum" && isExcluded(part, parts));
    return negation.kind === "and" ? negation.parts.every(required) : required(negation);
  }

  or(nodes: readonly Node[]): Node {
    const parts = new Set<Node>();
    const listed = new Set<NodeOf<"enum">>();
    let excluded: Values | undefined;
    let types = 0;
    const queue = [...nodes].reverse();
    for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
      if (node.kind === "types") types |= node.mask;
      else if (node.kind === "enum") listed.add(node);
      else if (node.kind === "notEnum")
        excluded = excluded === undefined ? node.values : intersect(excluded, node.values);
      else if (node.kind === "or") for (const part of node.parts.toReversed()) queue.push(part);
      else parts.add(node);
    }
    if (types === ALL) return this.always;
    if (excluded !== undefined) {
      const left = [...excluded].filter(
        ([key, value]) => (typeBit(value) & types) === 0 && ![...listed].some(({ values }) => values.has(key)),
      );
      const none = left.length === excluded.size ? excluded : new Map(left);
      if (none.size === 0) return this.always;
      parts.add(this.notEnumeration(none));
    } else if (listed.size > 0) parts.add(this.#oneOf([...listed], types));
    let mask = types;
    for (const part of parts) {
      if ((part.mask & ~types) === 0) parts.delete(part);
      mask |= part.mask;
    }
    if (types !== 0) parts.add(this.types(types));
    return this.#combine("or", parts, mask, this.always);
  }

  /** A union of listed values is one list; values of types that are allowed anyway need not be listed. */
  #oneOf(listed: readonly NodeOf<"enum">[], types: number): Node {
    const [only] = listed;
    if (only !== undefined && listed.length === 1 && (only.mask & types) === 0) return only;
    const values = listed.flatMap((node) => [...node.values]).filter(([, value]) => (typeBit(value) & types) === 0);
    return this.#enum(new Map(values));
  }

  #combine(kind: "and" | "or", parts: ReadonlySet<Node>, mask: number, clash: Node): Node {
    if (parts.has(clash)) return clash;
    for (const part of parts) {
      const negation = this.#negations.get(part);
      if (negation !== undefined && parts.has(negation)) return clash;
    }
    const [first, second] = parts;
    if (first === undefined) return kind === "and" ? this.always : this.never;
    if (second === undefined) return first;
    const sorted = [...parts].sort((a, b) => a.id - b.id);
    return this.#make(`${kind}${sorted.map((part) => part.id).join(",")}`, mask, { kind, parts: sorted });
  }

  not(node: Node): Node {
    const known = this.#negations.get(node);
    if (known !== undefined) return known;
    const negation = this.#negate(node);
    this.#negations.set(node, negation);
    if (!this.#negations.has(negation)) this.#negations.set(negation, node);
    return negation;
  }

  #negate(node: Node): Node {
    switch (node.kind) {
      case "types":
        return this.types(ALL & ~node.mask);
      case "and":
        return this.or(node.parts.map((part) => this.not(part)));
      case "or":
        return this.and(node.parts.map((part) => this.not(part)));
      case "enum":
        return this.notEnumeration(node.values);
      case "notEnum":
        return this.#enum(node.values);
      case "reference":
        return this.reference(node.place, !node.positive);
      case "opaque":
        return this.opaque(node.key, node.reason, !node.positive);
      default: {
        const type = node.kind === "multiple" ? NUMBER : node.mask;
        return this.or([this.types(ALL & ~type), dual(this, node)]);
      }
    }
  }
}
