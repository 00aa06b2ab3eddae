import {
  countOf,
  entriesOf,
  holdsAtEnds,
  holdsForSteps,
  isAmong,
  isDistinct,
  lengthOf,
  runsOf,
  sizeOf,
  valueAt,
} from "../large/questions.ts";
import type { Run } from "../large/questions.ts";
import { isPlain, LargeObject } from "../large/value.ts";
import type { ListValue, NumberFamily, ObjectValue, Text, Value } from "../large/value.ts";
import { compare, isMultiple, rational, ZERO } from "../numbers/rational.ts";
import { canonical } from "../schema/json.ts";
import { ARRAY, NUMBER, OBJECT, STRING, typeBit } from "./node.ts";
import type { Node, NodeOf } from "./node.ts";

/** Yes, no, or unknown because something opaque was asked. */
export type Truth = boolean | undefined;

/** What evaluation needs from outside: text predicates and what references stand for. */
export interface Semantics {
  matches(pattern: string, value: Text): Truth;
  hasFormat(format: string, value: Text): Truth;
  expand(node: NodeOf<"reference">): Node;
  /** Called once per node and value; throws when the work gets too much. */
  step(): void;
}

/** Does the value belong to the formula's set? */
export function holds(node: Node, value: Value, semantics: Semantics): Truth {
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
      return isListed(node, value);
    case "notEnum":
      return negated(isListed(node, value));
    case "reference":
      return holds(semantics.expand(node), value, semantics);
    case "opaque":
      return undefined;
    default:
      if ((type & NUMBER) !== 0) return number(node, value as number | NumberFamily);
      if (type === STRING) return string(node, value as Text, semantics);
      if (type === ARRAY) return array(node, value as ListValue, semantics);
      return type === OBJECT ? object(node, value as ObjectValue, semantics) : false;
  }
}

function isListed({ values }: NodeOf<"enum" | "notEnum">, value: Value): Truth {
  return isPlain(value) ? values.has(canonical(value)) : isAmong(value, values.values());
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

function number(node: Node, value: number | NumberFamily): Truth {
  if (typeof value === "number" && rational(value) === undefined) return undefined;
  if (node.kind === "multiple") {
    const truth = holdsForSteps(value, (each) => isMultiple(rational(each) ?? ZERO, node.of));
    return truth === undefined ? undefined : truth === node.positive;
  }
  if (node.kind !== "bound") return false;
  return holdsAtEnds(value, (each) => {
    const order = compare(rational(each) ?? ZERO, node.limit);
    if (node.order === "ge") return order >= 0;
    if (node.order === "gt") return order > 0;
    return node.order === "le" ? order <= 0 : order < 0;
  });
}

function string(node: Node, value: Text, semantics: Semantics): Truth {
  if (node.kind === "length") return within(node, lengthOf(value));
  if (node.kind !== "pattern" && node.kind !== "format") return false;
  const truth = node.kind === "pattern" ? semantics.matches(node.source, value) : semantics.hasFormat(node.name, value);
  return truth === undefined ? undefined : truth === node.positive;
}

function within(node: { readonly order: "ge" | "le"; readonly count: number }, count: number): boolean {
  return node.order === "ge" ? count >= node.count : count <= node.count;
}

function array(node: Node, value: ListValue, semantics: Semantics): Truth {
  switch (node.kind) {
    case "items":
      return within(node, countOf(value));
    case "every":
      return conjunction(between(value, node), ({ item }) => holds(node.inner, item, semantics));
    case "some":
      return disjunction(between(value, node), ({ item }) => holds(node.inner, item, semantics));
    case "unique": {
      const distinct = isDistinct(value);
      return distinct === undefined ? undefined : distinct === node.positive;
    }
    case "atLeast":
    case "atMost": {
      let sure = 0;
      let possible = 0;
      for (const { count, item } of runsOf(value)) {
        const truth = holds(node.inner, item, semantics);
        if (truth === true) sure += count;
        if (truth !== false) possible += count;
      }
      if (node.kind === "atLeast") return sure >= node.count ? true : possible >= node.count ? undefined : false;
      return possible <= node.count ? true : sure <= node.count ? undefined : false;
    }
    default:
      return false;
  }
}

function between(value: ListValue, { from, to }: { readonly from: number; readonly to: number }): readonly Run[] {
  return runsOf(value).filter((run) => run.from < to && run.from + run.count > from);
}

function object(node: Node, value: ObjectValue, semantics: Semantics): Truth {
  if (node.kind === "size") return within(node, sizeOf(value));
  if (node.kind !== "allNames" && node.kind !== "someName") return false;
  const named = node.names.kind === "enum" && !(value instanceof LargeObject) ? node.names.values : undefined;
  const entries: readonly (readonly [Value, Value])[] =
    named === undefined
      ? entriesOf(value)
      : [...named.values()].map(String).flatMap((name) => {
          const property = valueAt(value, name);
          return property === undefined ? [] : [[name, property] as const];
        });
  if (node.kind === "allNames") {
    return conjunction(entries, ([name, property]) =>
      disjunction([true, false], (first) =>
        first ? negated(holds(node.names, name, semantics)) : holds(node.inner, property, semantics),
      ),
    );
  }
  return disjunction(entries, ([name, property]) =>
    conjunction([true, false], (first) =>
      first ? holds(node.names, name, semantics) : holds(node.inner, property, semantics),
    ),
  );
}
