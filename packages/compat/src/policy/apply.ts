import { isStatic, readDocument, resolve } from "../schema/document.ts";
import type { Place, SchemaDocument } from "../schema/document.ts";
import { define, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Policy, Schema } from "../types.ts";
import { close, defaulted } from "./declared.ts";

/**
 * How a subschema is rewritten. `plain`: not at all, because it stands where less allowed would mean more (`not`,
 * `if`). `written`: only what writers write. `closed`: the same, for a value of its own whose undeclared properties are
 * not written. `read`: what readers take.
 */
type Mode = "plain" | "written" | "closed" | "read";

/** A schema as a policy sees it, and where its parts came from. */
export interface Applied {
  readonly document: SchemaDocument;
  /** The pointer in the schema that was given of a pointer in the rewritten one. */
  original(pointer: string): string;
}

const IN_PLACE = ["allOf", "anyOf"];
const UNTOUCHED = new Set(["not", "if", "contains", "propertyNames"]);
const DROPPED = new Set(["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "definitions", "$defs", "$schema"]);
/** Keywords that draft-07 does not know and the validator that runs rewritten schemas does. */
const FOREIGN = new Set(
  "minContains maxContains dependentRequired dependentSchemas unevaluatedItems unevaluatedProperties".split(" "),
);

/**
 * Rewrites a schema for its role under a policy, so that the policy becomes plain inclusion. What the writer's schema
 * accepts only shrinks and what the reader's accepts only grows, so that a schema stays compatible with itself.
 */
export function applyPolicy(
  document: SchemaDocument,
  role: "writer" | "reader",
  policy: Policy,
  writtenKeys: readonly string[],
): Applied {
  const plain = role === "writer" ? policy.writer === "any" : isPlainReader(policy);
  if (plain) return { document, original: (pointer) => pointer };
  const keys = policy.writer === "evidence" ? writtenKeys : [];
  return new Rewriting(document, policy, keys).run(role === "writer" ? "closed" : "read");
}

function isPlainReader({ reader, defaults, enums }: Policy): boolean {
  return reader === "asWritten" && defaults === "ignore" && enums === "closed";
}

class Rewriting {
  readonly #document: SchemaDocument;
  readonly #policy: Policy;
  readonly #writtenKeys: readonly string[];
  readonly #targets = new Map<string, { readonly name: string; readonly pointer: string }>();
  readonly #queue: { readonly name: string; readonly place: Place; readonly mode: Mode }[] = [];
  readonly #ids = new Map<unknown, number>();

  constructor(document: SchemaDocument, policy: Policy, writtenKeys: readonly string[]) {
    this.#document = document;
    this.#policy = policy;
    this.#writtenKeys = writtenKeys;
  }

  run(mode: Mode): Applied {
    const root = this.#rewrite(this.#document.root, mode, new Set());
    const definitions: { [name: string]: unknown } = {};
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      definitions[next.name] = this.#rewrite(next.place, next.mode, new Set());
    }
    const schema = isObject(root) && this.#targets.size > 0 ? { ...root, $defs: definitions } : root;
    const origins = [...this.#targets.values()].map(({ name, pointer }) => ({
      prefix: `/$defs${pointerStep(name)}`,
      pointer,
    }));
    return {
      document: readDocument(
        schema as Schema,
        this.#document.dialect,
        {},
        { reading: this.#document.reading, rewritten: true },
      ),
      original(pointer: string): string {
        const origin = origins.find(({ prefix }) => pointer === prefix || pointer.startsWith(`${prefix}/`));
        return origin === undefined ? pointer : origin.pointer + pointer.slice(origin.prefix.length);
      },
    };
  }

  /** `filled`: names that the reader fills with a default at this value. */
  #rewrite(place: Place, mode: Mode, filled: ReadonlySet<string>): unknown {
    const { schema } = place;
    if (!isObject(schema)) return schema;
    const fills = mode === "read" && this.#policy.defaults === "fillOnRead";
    const names = fills ? new Set([...filled, ...defaulted(place)]) : filled;
    const copy: { [keyword: string]: unknown } = {};
    const reference = own(schema, "$ref");
    const alone = typeof reference === "string" && !place.document.refSiblings;
    for (const keyword of Object.keys(schema)) {
      const draft07 = this.#document.dialect === "draft-07";
      if (DROPPED.has(keyword) || (alone && keyword !== "$ref") || (draft07 && FOREIGN.has(keyword))) continue;
      define(copy, keyword, this.#keyword(keyword, schema[keyword], place, mode, names));
    }
    if (typeof reference === "string") copy["$ref"] = this.#reference(place, reference, mode);
    this.#dynamic(schema, place, mode, copy);
    if (mode === "read") this.#read(copy, place, names);
    if (mode === "written" || mode === "closed") this.#write(copy, place, mode);
    return copy;
  }

  #keyword(keyword: string, value: unknown, place: Place, mode: Mode, names: ReadonlySet<string>): unknown {
    const inner = (child: unknown, next: Mode, filled: ReadonlySet<string> = new Set()): unknown =>
      this.#rewrite(this.#below(place, child), next, filled);
    const within = mode === "written" ? "closed" : mode;
    const each = (child: unknown): unknown => inner(child, within);
    const same = (child: unknown): unknown => inner(child, mode === "closed" ? "written" : mode, names);
    if (UNTOUCHED.has(keyword)) return inner(value, "plain");
    switch (keyword) {
      case "properties":
      case "patternProperties":
        return byName(value, each);
      case "dependencies":
      case "dependentSchemas":
        return byName(value, (child) => (Array.isArray(child) ? child : same(child)));
      case "items":
      case "prefixItems":
        return Array.isArray(value) ? value.map((item) => each(item)) : each(value);
      case "additionalItems":
      case "additionalProperties":
      case "unevaluatedItems":
      case "unevaluatedProperties":
        return each(value);
      case "then":
      case "else":
        return same(value);
      case "oneOf":
        return Array.isArray(value) ? value.map((item) => inner(item, "plain")) : value;
      default:
        return IN_PLACE.includes(keyword) && Array.isArray(value) ? value.map((item) => same(item)) : value;
    }
  }

  #below(place: Place, schema: unknown): Place {
    const start = isObject(schema) ? this.#document.starts.get(schema) : undefined;
    return { schema: schema as Schema, resource: start ?? place.resource, document: place.document };
  }

  #reference(place: Place, reference: string, mode: Mode): string {
    const target = resolve(place, reference);
    if (target === undefined) return reference;
    const next = mode === "closed" ? "written" : mode;
    let id = this.#ids.get(target.schema);
    if (id === undefined) this.#ids.set(target.schema, (id = this.#ids.size));
    const key = `${next}${id}`;
    let known = this.#targets.get(key);
    if (known === undefined) {
      known = { name: key, pointer: target.pointer };
      this.#targets.set(key, known);
      this.#queue.push({ name: key, place: target, mode: next });
    }
    return `#/$defs/${known.name}`;
  }

  /** A dynamic reference that has only one possible target is an ordinary one. */
  #dynamic(schema: JsonObject, place: Place, mode: Mode, copy: { [keyword: string]: unknown }): void {
    const dynamic = own(schema, "$dynamicRef");
    if (typeof dynamic !== "string" || copy["$ref"] !== undefined) return;
    if (!isStatic(this.#document, dynamic.slice(dynamic.indexOf("#") + 1))) return;
    delete copy["$dynamicRef"];
    copy["$ref"] = this.#reference(place, dynamic, mode);
  }

  #read(copy: { [keyword: string]: unknown }, place: Place, names: ReadonlySet<string>): void {
    const schema = place.schema as JsonObject;
    if (this.#policy.reader === "ignoreUnknown") {
      for (const keyword of ["additionalProperties", "unevaluatedProperties"]) {
        if (copy[keyword] === false) delete copy[keyword];
      }
    }
    const required = copy["required"];
    if (names.size > 0 && Array.isArray(required)) {
      copy["required"] = required.filter((name) => !names.has(String(name)));
    }
    const values = copy["enum"];
    if (
      this.#policy.enums === "tolerateUnknown" &&
      Array.isArray(values) &&
      values.every((value) => typeof value === "string")
    ) {
      delete copy["enum"];
      copy["allOf"] = [...(Array.isArray(copy["allOf"]) ? copy["allOf"] : []), { type: "string" }];
    }
    const branches = own(schema, "oneOf");
    if (!Array.isArray(branches)) return;
    // A reader that skips or fills something takes the first alternative that fits, not exactly one.
    const relaxed = { anyOf: branches.map((item) => this.#rewrite(this.#below(place, item), "read", names)) };
    delete copy["oneOf"];
    if (copy["anyOf"] === undefined) copy["anyOf"] = relaxed.anyOf;
    else copy["allOf"] = [...(Array.isArray(copy["allOf"]) ? copy["allOf"] : []), relaxed];
  }

  #write(copy: { [keyword: string]: unknown }, place: Place, mode: Mode): void {
    const branches = own(place.schema as JsonObject, "oneOf");
    const closing = mode === "closed" ? close(place, this.#writtenKeys) : undefined;
    const next = closing?.byBranch === true ? "closed" : "written";
    const rewrite = (items: readonly unknown[]): unknown[] =>
      items.map((item) => this.#rewrite(this.#below(place, item), next, new Set()));
    if (Array.isArray(branches)) {
      const written = { anyOf: rewrite(branches) };
      copy["allOf"] = [...(Array.isArray(copy["allOf"]) ? copy["allOf"] : []), written];
    }
    const alternatives = own(place.schema as JsonObject, "anyOf");
    if (next === "closed" && Array.isArray(alternatives)) copy["anyOf"] = rewrite(alternatives);
    if (closing !== undefined) Object.assign(copy, closing.keywords(copy));
  }
}

function byName(value: unknown, rewrite: (child: unknown) => unknown): unknown {
  if (!isObject(value)) return value;
  const copy: { [key: string]: unknown } = {};
  for (const key of Object.keys(value)) define(copy, key, rewrite(value[key]));
  return copy;
}
