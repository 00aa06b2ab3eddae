import { below, dynamicKeyword, resolve, resolveDynamic } from "../schema/document.ts";
import type { Place } from "../schema/document.ts";
import { contextOf } from "../schema/scope.ts";
import { canonical, isCount, isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Json } from "../types.ts";
import { rational } from "../numbers/rational.ts";
import { arrayKeywords } from "./compile-array.ts";
import { objectKeywords } from "./compile-object.ts";
import { Shapes } from "../schema/shape.ts";
import { unevaluated } from "./unevaluated.ts";
import { excludeEachOther, objectFacts } from "./discriminate.ts";
import { ALL, ARRAY, BOOLEAN, FRACTION, INTEGER, NULL, NUMBER, OBJECT, STRING } from "./node.ts";
import type { Node } from "./node.ts";
import type { FormulaStore } from "./store.ts";

const TYPE_BITS: Readonly<Record<string, number>> = {
  null: NULL,
  boolean: BOOLEAN,
  integer: INTEGER,
  number: NUMBER,
  string: STRING,
  array: ARRAY,
  object: OBJECT,
};

/** Levels of nesting compiled at once; what lies deeper is compiled when the solver gets there. */
const EAGER_DEPTH = 60;
/** Pairs of overlapping branches of a `oneOf` up to which "not two of them" is spelt out. */
const MAX_PAIRS = 10_000;
/** Branches up to which those pairs are simplified along with everything else. */
const MAX_EAGER = 24;

/** Turns schemas into formulas, each schema object once. */
export class Compiler {
  readonly store: FormulaStore;
  readonly assertsFormats: boolean;
  /** By resource and scope, because one object may stand in several and its references mean something else in each. */
  readonly #compiled = new Map<object, Map<object, Node>>();
  readonly #shapes = new Shapes();
  /** By how a document is read, then by the number of the content. */
  readonly #byMeaning = new Map<string, Map<number, Node>>();
  /** Schemas being compiled, with the number of steps into instances that led to them. */
  readonly #open = new Map<object, Map<object, number>>();
  readonly #documents = new Map<object, string>();
  #descents = 0;
  #depth = 0;

  constructor(store: FormulaStore, assertsFormats: boolean) {
    this.store = store;
    this.assertsFormats = assertsFormats;
  }

  /** The formula of a schema in place: it describes the same value as the schema around it. */
  compile(place: Place): Node {
    const { schema } = place;
    if (typeof schema === "boolean") return schema ? this.store.always : this.store.never;
    if (!isObject(schema)) return this.store.opaque(canonical(schema), "unsupported-keyword");
    const context = contextOf(place.scope, place.resource);
    const compiled = tableOf(this.#compiled, context);
    const known = compiled.get(schema) ?? this.#alike(schema, place);
    if (known !== undefined) return known;
    const open = tableOf(this.#open, context);
    const opened = open.get(schema);
    // A schema that needs itself without a step into the instance has no meaning; the specification forbids it.
    if (opened === this.#descents) return this.store.opaque(`loop:${canonical(schema)}`, "unresolved-reference");
    if (opened !== undefined || this.#depth > EAGER_DEPTH) return this.store.reference(place);
    open.set(schema, this.#descents);
    this.#depth++;
    const node = this.#keywords(schema, place);
    this.#depth--;
    open.delete(schema);
    compiled.set(schema, node);
    const { id, standsAlone } = this.#shapes.of(schema);
    if (standsAlone) tableOf(this.#byMeaning, meaningOf(place)).set(id, node);
    return node;
  }

  /** The formula of a schema with the same content, wherever it stands, if that refers to nothing. */
  #alike(schema: JsonObject, place: Place): Node | undefined {
    const { id, standsAlone } = this.#shapes.of(schema);
    return standsAlone ? this.#byMeaning.get(meaningOf(place))?.get(id) : undefined;
  }

  /** The formula of a subschema in place. */
  inPlace(place: Place, schema: unknown): Node {
    return this.compile(below(place, schema));
  }

  /** The formula of a subschema that describes a property, an item or a name. */
  child(place: Place, schema: unknown): Node {
    if (typeof schema === "boolean") return schema ? this.store.always : this.store.never;
    this.#descents++;
    const node = this.compile(below(place, schema));
    this.#descents--;
    return node;
  }

  /** What a reference that the solver reached stands for. */
  expand(place: Place): Node {
    const depth = this.#depth;
    this.#depth = 0;
    this.#descents++;
    const node = this.compile(place);
    this.#descents--;
    this.#depth = depth;
    return node;
  }

  /**
   * A name for what a schema means: equal names, equal meaning. Where it refers to others they belong to it, and with
   * them the whole document.
   */
  nameOf(place: Place, schema: unknown): string {
    const text = canonical(schema);
    if (!/"\$(?:dynamic|recursive)?[rR]ef":/.test(text)) return text;
    const { document } = place;
    let name = this.#documents.get(document);
    if (name === undefined) this.#documents.set(document, (name = canonical(document.root.schema)));
    return `${text} in ${name} ${place.scope.name}`;
  }

  /** `atom` for values of its type, anything for the others. */
  when(type: number, atom: Node): Node {
    return this.store.or([this.store.types(ALL & ~type), atom]);
  }

  #keywords(schema: JsonObject, place: Place): Node {
    const parts: Node[] = [];
    const reference = own(schema, "$ref");
    if (typeof reference === "string") parts.push(this.#reference(place, reference));
    this.#dynamicReferences(schema, place, parts);
    this.#general(schema, parts);
    this.#numeric(schema, parts);
    this.#strings(schema, parts);
    arrayKeywords(this, schema, place, parts);
    objectKeywords(this, schema, place, parts);
    this.#applicators(schema, place, parts);
    unevaluated(this, schema, place, parts);
    return this.store.and(parts);
  }

  #reference(place: Place, reference: string, target = resolve(place, reference)): Node {
    return target === undefined
      ? this.store.opaque(`ref:${place.resource.uri}:${reference}`, "unresolved-reference")
      : this.compile(target);
  }

  #dynamicReferences(schema: JsonObject, place: Place, parts: Node[]): void {
    const { dialect } = place.document;
    const dynamic = own(schema, dynamicKeyword(dialect));
    if (typeof dynamic !== "string" || dialect === "draft-07") return;
    parts.push(this.#reference(place, dynamic, resolveDynamic(place, dynamic)));
  }

  #general(schema: JsonObject, parts: Node[]): void {
    const { store } = this;
    const type = own(schema, "type");
    if (type !== undefined) {
      let mask = 0;
      for (const name of Array.isArray(type) ? type : [type]) mask |= TYPE_BITS[String(name)] ?? 0;
      parts.push(store.types(mask));
    }
    const values = own(schema, "enum");
    if (Array.isArray(values)) parts.push(store.enumeration(values as Json[]));
    if (Object.hasOwn(schema, "const")) parts.push(store.enumeration([schema["const"] as Json]));
  }

  #numeric(schema: JsonObject, parts: Node[]): void {
    const { store } = this;
    for (const [keyword, order] of BOUNDS) {
      const value = own(schema, keyword);
      if (typeof value !== "number") continue;
      const limit = rational(value);
      parts.push(
        limit === undefined
          ? store.opaque(`${keyword}:${value}`, "unsupported-keyword")
          : this.when(NUMBER, store.bound(order, limit)),
      );
    }
    const step = own(schema, "multipleOf");
    if (typeof step === "number" && step > 0) {
      const of = rational(step);
      parts.push(
        of === undefined
          ? this.when(NUMBER, store.opaque(`multipleOf:${step}`, "unsupported-keyword"))
          : this.when(NUMBER, store.multiple(of)),
      );
    }
  }

  #strings(schema: JsonObject, parts: Node[]): void {
    const { store } = this;
    const least = own(schema, "minLength");
    const most = own(schema, "maxLength");
    const pattern = own(schema, "pattern");
    const format = own(schema, "format");
    if (isCount(least)) parts.push(this.when(STRING, store.length("ge", least)));
    if (isCount(most)) parts.push(this.when(STRING, store.length("le", most)));
    if (typeof pattern === "string") parts.push(this.when(STRING, store.pattern(pattern)));
    if (typeof format !== "string" || !this.assertsFormats) return;
    const numbers = NUMBER_FORMATS[format];
    if (numbers === undefined) parts.push(this.when(STRING, store.format(format)));
    else parts.push(this.when(NUMBER, store.and(numbers(store))));
  }

  #applicators(schema: JsonObject, place: Place, parts: Node[]): void {
    const { store } = this;
    const compile = (keyword: string): Node[] | undefined => {
      const list = own(schema, keyword);
      return Array.isArray(list) ? list.map((item) => this.inPlace(place, item)) : undefined;
    };
    parts.push(...(compile("allOf") ?? []));
    const any = compile("anyOf");
    if (any !== undefined) parts.push(store.or(any));
    const one = compile("oneOf");
    if (one !== undefined) parts.push(this.#exactlyOne(one));
    const not = own(schema, "not");
    if (not !== undefined) parts.push(store.not(this.inPlace(place, not)));
    const condition = own(schema, "if");
    if (condition === undefined) return;
    const test = this.inPlace(place, condition);
    const then = own(schema, "then");
    const otherwise = own(schema, "else");
    if (then !== undefined) parts.push(store.or([store.not(test), this.inPlace(place, then)]));
    if (otherwise !== undefined) parts.push(store.or([test, this.inPlace(place, otherwise)]));
  }

  #exactlyOne(all: readonly Node[]): Node {
    const { store } = this;
    const { branches, twice } = this.#united(all);
    const parts = [store.or(branches), twice];
    const facts = branches.map((branch) => objectFacts(branch));
    let pairs = 0;
    for (const [index, branch] of branches.entries()) {
      for (let other = index + 1; other < branches.length; other++) {
        const rival = branches[other] ?? store.never;
        if ((branch.mask & rival.mask) === 0 || excludeEachOther(facts[index], facts[other])) continue;
        const apart = store.not(store.and([branch, rival]));
        if (apart.kind === "or" && branches.length > MAX_EAGER) store.lazy.add(apart);
        parts.push(apart);
        if (++pairs > MAX_PAIRS) {
          const key = `oneOf:${branches.map(({ id }) => id).join(",")}`;
          return store.and([store.or(branches), twice, store.opaque(key, "budget")]);
        }
      }
    }
    return store.and(parts);
  }

  /** The branches with all that list values as one of them, and that no value listed twice is meant. */
  #united(all: readonly Node[]): { branches: readonly Node[]; twice: Node } {
    const { store } = this;
    const once = new Map<string, Json>();
    const twice = new Map<string, Json>();
    const others: Node[] = [];
    for (const branch of all) {
      if (branch.kind !== "enum") others.push(branch);
      else for (const [key, value] of branch.values) (once.has(key) ? twice : once).set(key, value);
    }
    if (once.size === 0) return { branches: all, twice: store.always };
    const rest = [...once].filter(([key]) => !twice.has(key)).map(([, value]) => value);
    return { branches: [store.enumeration(rest), ...others], twice: store.notEnumeration(twice) };
  }
}

/** What decides on the meaning of a schema that refers to nothing. */
function meaningOf({ document }: Place): string {
  return `${document.dialect} ${document.unevaluated}`;
}

function tableOf<A, B, T>(tables: Map<A, Map<B, T>>, key: A): Map<B, T> {
  let table = tables.get(key);
  if (table === undefined) tables.set(key, (table = new Map()));
  return table;
}

const BOUNDS = [
  ["minimum", "ge"],
  ["exclusiveMinimum", "gt"],
  ["maximum", "le"],
  ["exclusiveMaximum", "lt"],
] as const;

/** Formats of numbers, as `runtime/formats.js` asserts them. */
const NUMBER_FORMATS: Readonly<Record<string, (store: FormulaStore) => Node[]>> = {
  int32: (store) => [
    store.types(INTEGER),
    store.bound("ge", { num: -(2n ** 31n), den: 1n }),
    store.bound("le", { num: 2n ** 31n - 1n, den: 1n }),
  ],
  int64: (store) => [store.types(INTEGER)],
  float: (store) => [store.types(INTEGER | FRACTION)],
  double: (store) => [store.types(INTEGER | FRACTION)],
};
