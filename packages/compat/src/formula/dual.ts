import type { Node, NodeOf } from "./node.ts";
import type { FormulaStore } from "./store.ts";

type Atom = Exclude<Node, NodeOf<"types" | "and" | "or" | "enum" | "notEnum" | "reference" | "opaque">>;

const OPPOSITE = { ge: "lt", gt: "le", le: "gt", lt: "ge" } as const;

/** The complement of an atom within its own type. */
export function dual(store: FormulaStore, node: Atom): Node {
  switch (node.kind) {
    case "bound":
      return store.bound(OPPOSITE[node.order], node.limit);
    case "multiple":
      return store.multiple(node.of, !node.positive);
    case "length":
    case "items":
    case "size":
      return node.order === "ge" ? store[node.kind]("le", node.count - 1) : store[node.kind]("ge", node.count + 1);
    case "pattern":
      return store.pattern(node.source, !node.positive);
    case "format":
      return store.format(node.name, !node.positive);
    case "every":
      return store.some(node.from, node.to, store.not(node.inner));
    case "some":
      return store.every(node.from, node.to, store.not(node.inner));
    case "atLeast":
      return store.atMost(node.count - 1, node.inner);
    case "atMost":
      return store.atLeast(node.count + 1, node.inner);
    case "unique":
      return store.unique(!node.positive);
    case "allNames":
      return store.someName(node.names, store.not(node.inner));
    case "someName":
      return store.allNames(node.names, store.not(node.inner));
  }
}
