import { below, resolve } from "../schema/document.ts";
import type { Located } from "../schema/document.ts";
import { canonical, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import { alignBranches } from "./branches.ts";
import { composed, NOTHING } from "./composed.ts";
import { Differences, show } from "./difference.ts";
import type { Difference } from "./difference.ts";
import { misspelt } from "./misspelling.ts";
import { openness, propertyChanges } from "./properties.ts";
import type { Elsewhere, PolicyView } from "./properties.ts";
import { pathTo, scalarKeywords, subject } from "./scalar-keywords.ts";
import type { Pair } from "./scalar-keywords.ts";
import { asked, typePlace } from "./places.ts";
import { followed, hasReference, isAlone, unionOf } from "./unions.ts";
import type { Branch, Union } from "./unions.ts";

const MAX_DEPTH = 60;
/** Places compared at most: comparing is linear, but schemas can be huge. */
const MAX_PLACES = 20_000;

const PLACES_BELOW = ["items", "additionalItems", "contains", "propertyNames", "unevaluatedItems"];
const CONDITIONS = ["not", "if"];
const CONSEQUENCES = ["then", "else"];

/** How two schemas differ, place by place. It explains; it never decides a verdict. */
export function differences(older: Located, newer: Located, view: PolicyView): readonly Difference[] {
  const walk = new Walk(view);
  walk.compare(older, newer, "", 0);
  return walk.found.list;
}

class Walk {
  readonly found = new Differences();
  readonly #view: PolicyView;
  readonly #visited = new Set<string>();
  #places = 0;

  constructor(view: PolicyView) {
    this.#view = view;
  }

  compare(older: Located, newer: Located, path: string, depth: number): void {
    // A reference that got something beside it is compared as it stands: its target and what is beside it.
    const stands = hasReference(older) && hasReference(newer) && !(isAlone(older) && isAlone(newer));
    const old = stands ? older : followed(older);
    const next = stands ? newer : followed(newer);
    const key = `${old.pointer}\n${next.pointer}`;
    if (this.#visited.has(key) || depth > MAX_DEPTH || ++this.#places > MAX_PLACES || this.found.full) return;
    this.#visited.add(key);
    if (isObject(old.schema) && isObject(next.schema)) {
      const pair = { before: old.schema, after: next.schema, older: old.pointer, newer: next.pointer, path };
      const unions = { older: unionOf(old), newer: unionOf(next) };
      if (unions.older.wrapped || unions.newer.wrapped) this.#unions(pair, unions, { older, newer }, depth);
      else this.#objects(pair, old, next, depth);
    } else if (canonical(old.schema) !== canonical(next.schema)) this.#replaced(old, next, path);
  }

  /** What is left of both when wrappers are taken off: whether null is allowed, and alternatives, like with like. */
  #unions(
    pair: Pair,
    { older, newer }: { readonly older: Union; readonly newer: Union },
    written: { readonly older: Located; readonly newer: Located },
    depth: number,
  ): void {
    if (older.nullable !== newer.nullable) {
      this.found.add(
        {
          ...typePlace(written.older, written.newer),
          code: newer.nullable ? "type-widened" : "type-narrowed",
          effect: newer.nullable ? "widens" : "narrows",
          message: `${subject(pair)} may ${newer.nullable ? "be null now" : "no longer be null"}.`,
        },
        older.nullable,
        newer.nullable,
      );
    }
    const many = older.branches.length > 1 && newer.branches.length > 1;
    if (many) {
      const [before, after] = [older.annotations, newer.annotations];
      scalarKeywords({ ...pair, before, after }, { older: NOTHING, newer: NOTHING }, this.found);
    }
    if (many && older.exclusive !== newer.exclusive) {
      this.found.add(
        {
          ...typePlace(written.older, written.newer),
          keyword: newer.exclusive ? "oneOf" : "anyOf",
          code: newer.exclusive ? "constraint-tightened" : "constraint-loosened",
          effect: newer.exclusive ? "narrows" : "widens",
          message: newer.exclusive
            ? `${subject(pair)} must satisfy exactly one of its alternatives now, no longer one or more.`
            : `${subject(pair)} may satisfy several of its alternatives now, no longer exactly one.`,
        },
        older.exclusive,
        newer.exclusive,
      );
    }
    const keyword = older.exclusive || newer.exclusive ? "oneOf" : "anyOf";
    this.#aligned(pair, keyword, older.branches, newer.branches, depth);
  }

  #replaced(older: Located, newer: Located, path: string): void {
    const narrows = newer.schema === false || older.schema === true || canonical(older.schema) === "{}";
    const widens = older.schema === false || newer.schema === true || canonical(newer.schema) === "{}";
    this.found.add(
      {
        code: "schema-replaced",
        older: older.pointer,
        newer: newer.pointer,
        keyword: "schema",
        effect: narrows === widens ? "both" : narrows ? "narrows" : "widens",
        message: `The schema of ${path === "" ? "the event" : `\`${path}\``} was ${show(older.schema)} and is ${show(newer.schema)} now.`,
      },
      older.schema,
      newer.schema,
    );
  }

  #objects(pair: Pair, older: Located, newer: Located, depth: number): void {
    const elsewhere = { older: composed(older), newer: composed(newer) };
    if (scalarKeywords(pair, elsewhere, this.found)) return;
    this.#reference(pair, older, newer, depth);
    this.#misspellings(pair);
    const sub = (before: unknown, after: unknown, oldStep: string, newStep: string, path: string): void =>
      this.compare(located(older, before, oldStep), located(newer, after, newStep), path, depth + 1);
    for (const name of propertyChanges(pair, elsewhere, this.#view, this.found)) {
      const step = `/properties${pointerStep(name)}`;
      sub(property(pair.before, name), property(pair.after, name), step, step, pathTo(pair.path, name));
    }
    this.#moved(pair, elsewhere, older, newer, depth);
    for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
      if (openness(pair, keyword, this.#view, this.found)) {
        sub(pair.before[keyword], pair.after[keyword], `/${keyword}`, `/${keyword}`, pathTo(pair.path, undefined));
      }
    }
    for (const keyword of PLACES_BELOW)
      this.#single(pair, keyword, keyword === "propertyNames" ? pair.path : `${pair.path}[]`, sub);
    for (const keyword of [...CONDITIONS, ...CONSEQUENCES]) this.#single(pair, keyword, pair.path, sub);
    for (const keyword of ["patternProperties", "dependentSchemas", "dependencies"]) this.#byName(pair, keyword, sub);
    for (const keyword of ["prefixItems", "items"]) this.#tuple(pair, keyword, sub);
    for (const keyword of ["allOf", "anyOf", "oneOf"]) this.#branches(pair, keyword, older, newer, depth);
  }

  /** Properties that one schema declares itself and the other by what it is composed of. */
  #moved(pair: Pair, elsewhere: Elsewhere, older: Located, newer: Located, depth: number): void {
    const declared = (schema: JsonObject): JsonObject => {
      const properties = own(schema, "properties");
      return isObject(properties) ? properties : {};
    };
    const [before, after] = [declared(pair.before), declared(pair.after)];
    const here = (place: Located, properties: JsonObject, name: string): Located =>
      located(place, properties[name], `/properties${pointerStep(name)}`);
    for (const name of Object.keys(before)) {
      const there = Object.hasOwn(after, name) ? undefined : elsewhere.newer.properties.get(name);
      if (there !== undefined) this.compare(here(older, before, name), there, pathTo(pair.path, name), depth + 1);
    }
    for (const name of Object.keys(after)) {
      const there = Object.hasOwn(before, name) ? undefined : elsewhere.older.properties.get(name);
      if (there !== undefined) this.compare(there, here(newer, after, name), pathTo(pair.path, name), depth + 1);
    }
  }

  #reference(pair: Pair, older: Located, newer: Located, depth: number): void {
    const old = own(pair.before, "$ref");
    const next = own(pair.after, "$ref");
    const from = typeof old === "string" ? resolve(older, old) : undefined;
    const to = typeof next === "string" ? resolve(newer, next) : undefined;
    if (from !== undefined && to !== undefined) this.compare(from, to, pair.path, depth + 1);
    else if (old !== next) {
      this.found.add(
        {
          ...place(pair, "$ref"),
          code: "reference-changed",
          effect: "both",
          message: `${subject(pair)} refers to another schema: ${show(old)} became ${show(next)}.`,
        },
        old,
        next,
      );
    }
  }

  #misspellings(pair: Pair): void {
    for (const { keyword, meant } of misspelt(pair.after)) {
      this.found.add(
        {
          ...place(pair, keyword),
          code: "keyword-misspelt",
          effect: "none",
          notable: true,
          message: `${subject(pair)} has the keyword \`${keyword}\`, which nobody knows.`,
          hint: `Did you mean \`${meant}\`? Correcting it later will be a breaking change.`,
        },
        undefined,
        keyword,
      );
    }
  }

  /** A keyword whose value is one schema. */
  #single(pair: Pair, keyword: string, path: string, sub: Sub): void {
    const old = own(pair.before, keyword);
    const next = own(pair.after, keyword);
    if (old === undefined && next === undefined) return;
    if (Array.isArray(old) || Array.isArray(next)) return;
    if (old !== undefined && next !== undefined && !CONDITIONS.includes(keyword)) {
      sub(old, next, `/${keyword}`, `/${keyword}`, path);
    } else if (canonical(old) !== canonical(next)) this.#constraint(pair, keyword, old, next);
  }

  #constraint(pair: Pair, keyword: string, old: unknown, next: unknown): void {
    const kind = old === undefined ? "tightened" : next === undefined ? "loosened" : "changed";
    const conditional = keyword === "if" || keyword === "else" || keyword === "then";
    this.found.add(
      {
        ...place(pair, keyword),
        code: `constraint-${kind}`,
        effect: conditional || kind === "changed" ? "both" : kind === "tightened" ? "narrows" : "widens",
        message: `${subject(pair)} ${asked(keyword, old, next)}.`,
      },
      old,
      next,
    );
  }

  #byName(pair: Pair, keyword: string, sub: Sub): void {
    const old = own(pair.before, keyword);
    const next = own(pair.after, keyword);
    const before: JsonObject = isObject(old) ? old : {};
    const after: JsonObject = isObject(next) ? next : {};
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      const [from, to] = [own(before, name), own(after, name)];
      const step = `/${keyword}${pointerStep(name)}`;
      if (from !== undefined && to !== undefined && !Array.isArray(from) && !Array.isArray(to))
        sub(from, to, step, step, keyword === "patternProperties" ? pathTo(pair.path, undefined) : pair.path);
      else if (canonical(from) !== canonical(to)) this.#constraint(pair, keyword, from, to);
    }
  }

  #tuple(pair: Pair, keyword: string, sub: Sub): void {
    const old = own(pair.before, keyword);
    const next = own(pair.after, keyword);
    if (!Array.isArray(old) || !Array.isArray(next)) {
      const changed = Array.isArray(old) || Array.isArray(next);
      if (changed) this.#constraint(pair, keyword, old, next);
      return;
    }
    for (let index = 0; index < Math.max(old.length, next.length); index++) {
      const step = `/${keyword}/${index}`;
      if (index < old.length && index < next.length) sub(old[index], next[index], step, step, `${pair.path}[${index}]`);
      else this.#constraint(pair, keyword, old[index], next[index]);
    }
  }

  #branches(pair: Pair, keyword: string, older: Located, newer: Located, depth: number): void {
    const old = own(pair.before, keyword);
    const next = own(pair.after, keyword);
    const before = Array.isArray(old) ? old : [];
    const after = Array.isArray(next) ? next : [];
    if (before.length + after.length === 0) return;
    if (keyword !== "allOf" && (before.length === 0 || after.length === 0))
      return this.#constraint(pair, keyword, old, next);
    const branches = (parent: Located, list: readonly unknown[]): Branch[] =>
      list.map((written, index) => ({ written, place: located(parent, written, `/${keyword}/${index}`) }));
    this.#aligned(pair, keyword, branches(older, before), branches(newer, after), depth);
  }

  /** Compares lists of schemas, each with the one that it was. */
  #aligned(pair: Pair, keyword: string, before: readonly Branch[], after: readonly Branch[], depth: number): void {
    const { same, removed, added } = alignBranches(before, after);
    for (const [from, to] of same) {
      const [old, next] = [before[from], after[to]];
      if (old !== undefined && next !== undefined) this.#within(pair, old.place, next.place, depth);
    }
    const conjunction = keyword === "allOf";
    for (const [branch, gone] of [
      ...removed.map((at) => [before[at], true] as const),
      ...added.map((at) => [after[at], false] as const),
    ]) {
      if (branch === undefined) continue;
      const loosens = conjunction === gone;
      this.found.add(
        {
          code: conjunction
            ? gone
              ? "constraint-loosened"
              : "constraint-tightened"
            : gone
              ? "branch-removed"
              : "branch-added",
          older: gone ? branch.place.pointer : pair.older,
          newer: gone ? pair.newer : branch.place.pointer,
          keyword,
          effect: keyword === "oneOf" ? "both" : loosens ? "widens" : "narrows",
          message: `${subject(pair)} ${gone ? "lost" : "gained"} ${conjunction ? "a schema it must satisfy" : "an alternative"}: ${show(branch.written)}.`,
        },
        gone ? branch.written : undefined,
        gone ? undefined : branch.written,
      );
    }
  }

  /** Compares what describes the same value; what stands at the place itself has been entered already. */
  #within(pair: Pair, older: Located, newer: Located, depth: number): void {
    const isHere = older.pointer === pair.older && newer.pointer === pair.newer;
    if (!isHere || !isObject(older.schema) || !isObject(newer.schema))
      return this.compare(older, newer, pair.path, depth + 1);
    this.#objects({ ...pair, before: older.schema, after: newer.schema }, older, newer, depth);
  }
}

type Sub = (before: unknown, after: unknown, oldStep: string, newStep: string, path: string) => void;

function property(schema: JsonObject, name: string): unknown {
  const properties = own(schema, "properties");
  return isObject(properties) ? own(properties, name) : undefined;
}

function located(parent: Located, schema: unknown, step: string): Located {
  return { ...below(parent, schema), pointer: parent.pointer + step };
}

function place(pair: Pair, keyword: string): { older: string; newer: string; keyword: string } {
  const step = pointerStep(keyword);
  return {
    older: Object.hasOwn(pair.before, keyword) ? pair.older + step : pair.older,
    newer: Object.hasOwn(pair.after, keyword) ? pair.newer + step : pair.newer,
    keyword,
  };
}
