import { compare, isMultiple, rational } from "../numbers/rational.ts";
import { canonical, codePoints } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { ARRAY, NUMBER, OBJECT, STRING, typeBit } from "./node.ts";
import type { Node, NodeOf } from "./node.ts";

/** Yes, no, or unknown because something opaque was asked. */
export type Truth = boolean | undefined;

/** What evaluation needs from outside: text predicates and what references stand for. */
export interface Semantics {
  matches(pattern: string, value: string): Truth;
  hasFormat(format: string, value: string): Truth;
  expand(node: NodeOf<"reference">): Node;
  /** Called once per node and value; throws when the work gets too much. */
  step(): void;
}

/** Does the value belong to the formula's set? */
export function holds(node: Node, value: Json, semantics: Semantics): Truth {
  semantics.step();
  const type = typeBit(value);
  if ((node.mask & type) === 0) return false;
  switch (node.kind) {
    case "types":
      return true;
    case "and":
      return conjunction(node.parts, (part) => holds(part, value, semantics));
    case "or":
      return disjunction(node.parts, (part) => holds(part, value, semantics));
    case "enum":
      return node.values.has(canonical(value));
    case "notEnum":
      return !node.values.has(canonical(value));
    case "reference":
      return holds(semantics.expand(node), value, semantics);
    case "opaque":
      return undefined;
    default:
      if ((type & NUMBER) !== 0) return number(node, value as number);
      if (type === STRING) return string(node, value as string, semantics);
      if (type === ARRAY) return array(node, value as readonly Json[], semantics);
      return type === OBJECT ? object(node, value as { readonly [key: string]: Json }, semantics) : false;
  }
}

export function conjunction<T>(parts: Iterable<T>, test: (part: T) => Truth): Truth {
  let truth: Truth = true;
  for (const part of parts) {
    const each = test(part);
    if (each === false) return false;
    if (each === undefined) truth = undefined;
  }
  return truth;
}

export function disjunction<T>(parts: Iterable<T>, test: (part: T) => Truth): Truth {
  const none = conjunction(parts, (part) => negated(test(part)));
  return negated(none);
}

function negated(truth: Truth): Truth {
  return truth === undefined ? undefined : !truth;
}

function number(node: Node, value: number): Truth {
  const exact = rational(value);
  if (exact === undefined) return undefined;
  if (node.kind === "multiple") return isMultiple(exact, node.of) === node.positive;
  if (node.kind !== "bound") return false;
  const order = compare(exact, node.limit);
  if (node.order === "ge") return order >= 0;
  if (node.order === "gt") return order > 0;
  return node.order === "le" ? order <= 0 : order < 0;
}

function string(node: Node, value: string, semantics: Semantics): Truth {
  if (node.kind === "length") return within(node, codePoints(value));
  if (node.kind !== "pattern" && node.kind !== "format") return false;
  const truth = node.kind === "pattern" ? semantics.matches(node.source, value) : semantics.hasFormat(node.name, value);
  return truth === undefined ? undefined : truth === node.positive;
}

function within(node: { readonly order: "ge" | "le"; readonly count: number }, count: number): boolean {
  return node.order === "ge" ? count >= node.count : count <= node.count;
}

function array(node: Node, value: readonly Json[], semantics: Semantics): Truth {
  switch (node.kind) {
    case "items":
      return within(node, value.length);
    case "every":
      return conjunction(value.slice(node.from, node.to), (item) => holds(node.inner, item, semantics));
    case "some":
      return disjunction(value.slice(node.from, node.to), (item) => holds(node.inner, item, semantics));
    case "unique":
      return (new Set(value.map((item) => canonical(item))).size === value.length) === node.positive;
    case "atLeast":
    case "atMost": {
      const truths = value.map((item) => holds(node.inner, item, semantics));
      const sure = truths.filter((truth) => truth === true).length;
      const possible = truths.filter((truth) => truth !== false).length;
      if (node.kind === "atLeast") return sure >= node.count ? true : possible >= node.count ? undefined : false;
      return possible <= node.count ? true : sure <= node.count ? undefined : false;
    }
    default:
      return false;
  }
}

function object(node: Node, value: { readonly [key: string]: Json }, semantics: Semantics): Truth {
  if (node.kind === "size") return within(node, Object.keys(value).length);
  if (node.kind !== "allNames" && node.kind !== "someName") return false;
  const single = node.names.kind === "enum" ? node.names.values : undefined;
  const names = single === undefined ? Object.keys(value) : [...single.values()].map(String);
  const present = names.filter((name) => Object.hasOwn(value, name));
  if (node.kind === "allNames") {
    return conjunction(present, (name) =>
      disjunction([true, false], (first) =>
        first ? negated(holds(node.names, name, semantics)) : holds(node.inner, value[name] as Json, semantics),
      ),
    );
  }
  return disjunction(present, (name) =>
    conjunction([true, false], (first) =>
      first ? holds(node.names, name, semantics) : holds(node.inner, value[name] as Json, semantics),
    ),
  );
}
