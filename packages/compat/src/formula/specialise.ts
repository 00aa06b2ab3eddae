import { ONE } from "../numbers/rational.ts";
import type { Json } from "../types.ts";
import { ARRAY, FRACTION, INTEGER, NUMBER, OBJECT, STRING, typeBit } from "./node.ts";
import type { Node, NodeOf, Sort } from "./node.ts";
import type { FormulaStore } from "./store.ts";

/** Restricts formulas to values of one sort: what is true or false of the whole sort disappears. */
export class Specialiser {
  readonly #store: FormulaStore;
  readonly #expand: (node: NodeOf<"reference">) => Node;
  readonly #step: () => void;
  readonly #done = new Map<number, Node>();

  constructor(store: FormulaStore, expand: (node: NodeOf<"reference">) => Node, step: () => void) {
    this.#store = store;
    this.#expand = expand;
    this.#step = step;
  }

  /** Equal to `node` for values of `sort`; for other values it may be anything. */
  specialise(node: Node, sort: Sort): Node {
    const key = node.id * 128 + sort;
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    this.#step();
    const special = this.#restrict(node, sort);
    if (special.kind === "or" && this.#store.lazy.has(node)) this.#store.lazy.add(special);
    this.#done.set(key, special);
    return special;
  }

  #restrict(node: Node, sort: Sort): Node {
    const store = this.#store;
    if ((node.mask & sort) === 0) return store.never;
    switch (node.kind) {
      case "types":
        return sort === NUMBER ? this.#numbers(node.mask & NUMBER) : store.always;
      case "and":
        return store.and(node.parts.map((part) => this.specialise(part, sort)));
      case "or":
        return store.or(node.parts.map((part) => this.specialise(part, sort)));
      case "enum":
        return store.enumeration([...node.values.values()].filter((value) => (typeBit(value) & sort) !== 0));
      case "notEnum":
        return this.#notEnum(node, sort);
      case "reference":
        return this.specialise(this.#expand(node), sort);
      default:
        return node;
    }
  }

  #numbers(mask: number): Node {
    const store = this.#store;
    if (mask === INTEGER) return store.multiple(ONE);
    return mask === FRACTION ? store.multiple(ONE, false) : store.always;
  }

  /** Arrays and objects that differ from a constant differ in size or in some part. */
  #notEnum(node: NodeOf<"notEnum">, sort: Sort): Node {
    const store = this.#store;
    const values = [...node.values.values()].filter((value) => (typeBit(value) & sort) !== 0);
    if (sort === ARRAY) return store.and(values.map((value) => this.#otherArray(value as readonly Json[])));
    if (sort === OBJECT) return store.and(values.map((value) => this.#otherObject(value as { [key: string]: Json })));
    return store.notEnumeration(new Map([...node.values].filter(([, value]) => (typeBit(value) & sort) !== 0)));
  }

  #otherArray(value: readonly Json[]): Node {
    const store = this.#store;
    return store.or([
      value.length === 0 ? store.never : store.items("le", value.length - 1),
      store.items("ge", value.length + 1),
      ...value.map((item, index) => store.some(index, index + 1, store.not(store.enumeration([item])))),
    ]);
  }

  #otherObject(value: { readonly [key: string]: Json }): Node {
    const store = this.#store;
    const keys = Object.keys(value);
    return store.or([
      store.someName(store.and([store.types(STRING), store.not(store.enumeration(keys))]), store.always),
      ...keys.flatMap((key) => {
        const name = store.enumeration([key]);
        return [
          store.allNames(name, store.never),
          store.someName(name, store.not(store.enumeration([value[key] as Json]))),
        ];
      }),
    ]);
  }
}
