import { below, dynamicKeyword, resolve, resolveDynamic } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Compiler } from "./compile.ts";
import { itemKeywords } from "./compile-array.ts";
import { declaredNames, has } from "./compile-object.ts";
import { ARRAY, OBJECT } from "./node.ts";
import type { Node } from "./node.ts";

/** What a subschema evaluates if `condition` holds. */
interface Evaluation {
  readonly condition: Node;
  readonly names: Node;
  /** Items before this index. */
  readonly items: number;
  /** Items that satisfy this, wherever they stand (2020-12 `contains`). */
  readonly containing: Node;
}

/** What was found on the way through the subschemas in place. */
interface Findings {
  readonly found: Evaluation[];
  /** Schemas that were gone through, with the conditions they were met under: many references may lead to one. */
  readonly seen: Map<unknown, Set<Node>>;
}

/** Combinations of conditions that are spelt out. */
const MAX_SCENARIOS = 256;
const MAX_DEPTH = 40;

/**
 * Adds `unevaluatedProperties` and `unevaluatedItems`: for every set of conditions that may fail together, what only
 * they would have evaluated must satisfy the keyword's schema.
 */
export function unevaluated(compiler: Compiler, schema: JsonObject, place: Place, parts: Node[]): void {
  if (!place.document.unevaluated) return;
  const { store } = compiler;
  const properties = own(schema, "unevaluatedProperties");
  const items = own(schema, "unevaluatedItems");
  if (properties === undefined && items === undefined) return;
  const found: Evaluation[] = [];
  const followed = collect(compiler, schema, place, store.always, { found, seen: new Map() }, 0);
  const scenarios = followed ? scenariosOf(compiler, schema, place, found) : undefined;
  if (scenarios === undefined) {
    parts.push(store.opaque(`unevaluated:${compiler.nameOf(place, schema)}`, "unsupported-keyword"));
    return;
  }
  const rest = properties === undefined ? store.always : compiler.child(place, properties);
  const restItems = items === undefined ? store.always : compiler.child(place, items);
  for (const failed of scenarios) {
    const holding = found.filter(({ condition }) => !failed.has(condition));
    if (properties !== undefined) {
      const names = store.or(holding.map((evaluation) => evaluation.names));
      parts.push(store.or([...failed, compiler.when(OBJECT, store.allNames(store.not(names), rest))]));
    }
    if (items !== undefined) {
      const from = Math.max(0, ...holding.map((evaluation) => evaluation.items));
      const allowed = store.or([restItems, ...holding.map(({ containing }) => containing)]);
      parts.push(store.or([...failed, compiler.when(ARRAY, store.every(from, Infinity, allowed))]));
    }
  }
}

/**
 * The sets of conditions that may fail together. Of the alternatives of a `oneOf` exactly one holds, so that they add
 * as many scenarios as there are of them; any other condition doubles the number. `undefined` when there are too many.
 */
function scenariosOf(
  compiler: Compiler,
  schema: JsonObject,
  place: Place,
  found: readonly Evaluation[],
): ReadonlySet<Node>[] | undefined {
  const open = new Set(found.map(({ condition }) => condition).filter((node) => node !== compiler.store.always));
  const exclusive = list(schema, "oneOf").map((item) => compiler.inPlace(place, item));
  let scenarios: ReadonlySet<Node>[] = [new Set()];
  if (exclusive.some((branch) => open.has(branch))) {
    scenarios = exclusive.map(
      (_, holding) => new Set(exclusive.filter((branch, index) => index !== holding && open.has(branch))),
    );
    for (const branch of exclusive) open.delete(branch);
  }
  for (const condition of open) {
    scenarios = scenarios.flatMap((failed) => [failed, new Set([...failed, condition])]);
    if (scenarios.length > MAX_SCENARIOS) return undefined;
  }
  return scenarios;
}

/** Collects what `schema` and the subschemas in place evaluate; `false` when that could not be followed. */
function collect(
  compiler: Compiler,
  schema: JsonObject,
  place: Place,
  condition: Node,
  findings: Findings,
  depth: number,
): boolean {
  if (depth > MAX_DEPTH) return false;
  const { store } = compiler;
  const visit = (child: unknown, extra: Node): boolean => {
    const next = below(place, child);
    if (!isObject(next.schema)) return true;
    return enter(compiler, next, store.and([condition, extra]), findings, depth);
  };
  const test = own(schema, "if");
  const branches: [unknown, Node][] = [];
  for (const item of list(schema, "allOf")) branches.push([item, store.always]);
  for (const keyword of ["anyOf", "oneOf"]) {
    for (const item of list(schema, keyword)) branches.push([item, compiler.inPlace(place, item)]);
  }
  if (test !== undefined) {
    const holds = compiler.inPlace(place, test);
    branches.push([test, holds], [own(schema, "then"), holds], [own(schema, "else"), store.not(holds)]);
  }
  for (const keyword of ["dependentSchemas", "dependencies"]) {
    const byName = own(schema, keyword);
    if (!isObject(byName)) continue;
    for (const name of Object.keys(byName)) branches.push([byName[name], has(compiler, name)]);
  }
  let complete = branches.every(([child, extra]) => visit(child, extra));
  const [reference, dynamic] = [own(schema, "$ref"), own(schema, dynamicKeyword(place.document.dialect))];
  const targets = [
    ...(typeof reference === "string" ? [resolve(place, reference)] : []),
    ...(typeof dynamic === "string" ? [resolveDynamic(place, dynamic)] : []),
  ];
  for (const target of targets) {
    complete &&=
      target !== undefined && (!isObject(target.schema) || enter(compiler, target, condition, findings, depth));
  }
  return complete && evaluates(compiler, schema, place, condition, findings.found);
}

function enter(compiler: Compiler, place: Place, condition: Node, findings: Findings, depth: number): boolean {
  const schema = place.schema as JsonObject;
  const { found, seen } = findings;
  const conditions = seen.get(schema) ?? new Set();
  // Where references depend on the way to them, each way may lead elsewhere.
  if (!place.document.dynamic && conditions.has(condition)) return true;
  if (!collect(compiler, schema, place, condition, findings, depth + 1)) return false;
  seen.set(schema, conditions.add(condition));
  const { store } = compiler;
  const names = own(schema, "unevaluatedProperties") === undefined ? store.never : store.always;
  const items = own(schema, "unevaluatedItems") === undefined ? 0 : Infinity;
  if (names !== store.never || items > 0) found.push({ condition, names, items, containing: store.never });
  return true;
}

function evaluates(
  compiler: Compiler,
  schema: JsonObject,
  place: Place,
  condition: Node,
  found: Evaluation[],
): boolean {
  const { store } = compiler;
  const open = own(schema, "additionalProperties") !== undefined;
  const names = open ? store.always : declaredNames(compiler, schema);
  const { tuple, rest } = itemKeywords(schema, place);
  const items = rest === undefined ? tuple.length : Infinity;
  const contains = place.document.dialect === "2020-12" ? own(schema, "contains") : undefined;
  const containing = contains === undefined ? store.never : compiler.child(place, contains);
  if (names !== store.never || items > 0 || containing !== store.never) {
    found.push({ condition, names, items, containing });
  }
  return true;
}

function list(schema: JsonObject, keyword: string): readonly unknown[] {
  const value = own(schema, keyword);
  return Array.isArray(value) ? value : [];
}
