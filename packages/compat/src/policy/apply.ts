import { PlaceIds } from "../formula/place-ids.ts";
import { acceptsAll } from "../schema/dialect.ts";
import { below, dynamicKeyword, readDocument, resolve, resolveDynamic } from "../schema/document.ts";
import type { Place, SchemaDocument } from "../schema/document.ts";
import { canonical, define, isObject, own, pointerStep } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Policy, Schema } from "../types.ts";
import { close, declaredTogether, declaring } from "./declared.ts";
import { defaults } from "./defaults.ts";
import type { Defaults } from "./defaults.ts";
import { overlapping } from "./exclusive.ts";
import { Guards, SETTLED } from "./guards.ts";
import { listOf } from "./members.ts";
import type { Step } from "./members.ts";
import { mayChange, NOTHING, reading, roleOf } from "./role.ts";
import type { Mark, Role } from "./role.ts";
import { Sayings } from "./said.ts";

/** A schema as a policy sees it, and where its parts came from. */
export interface Applied {
  readonly document: SchemaDocument;
  /** The pointer in the schema that was given of a pointer in the rewritten one. */
  original(pointer: string): string;
}

const IN_PLACE = ["allOf", "anyOf"];
const OPENNESS: ReadonlySet<string> = new Set(["additionalProperties", "unevaluatedProperties"]);
const UNTOUCHED = new Set(["not", "if", "contains", "propertyNames"]);
const DROPPED = new Set(["$id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "definitions", "$defs", "$schema"]);
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

export function isPlainReader({ reader, defaults: filling, enums }: Policy): boolean {
  return reader === "asWritten" && filling === "ignore" && enums === "closed";
}

export class Rewriting {
  readonly #document: SchemaDocument;
  readonly #policy: Policy;
  readonly #writtenKeys: readonly string[];
  readonly #guards = new Guards(true);
  readonly #sayings = new Sayings();
  readonly #targets = new Map<string, { readonly name: string; readonly pointer: string }>();
  readonly #queue: { readonly name: string; readonly place: Place; readonly role: Role }[] = [];
  readonly #ids = new PlaceIds();
  /** Definitions by the names under which the rewritten schema has them. */
  readonly definitions: { [name: string]: unknown } = {};
  readonly marks = new Map<object, Mark>();
  /** The alternatives that a reader takes the first fitting of, each with the place it was written at. */
  readonly alternatives = new Map<unknown, Place>();
  /** Does the document say anything of properties that nothing has evaluated? */
  #evaluates: boolean | undefined;
  /** Does a reader take anything that the document refuses? */
  relaxes = false;

  constructor(document: SchemaDocument, policy: Policy, writtenKeys: readonly string[] = []) {
    this.#document = document;
    this.#policy = policy;
    this.#writtenKeys = writtenKeys;
  }

  run(mode: "closed" | "read"): Applied {
    const { root } = this.#document;
    const guard = mode === "read" && mayChange(this.#document) ? this.#guards.of([root]) : SETTLED;
    const rewritten = this.#rewrite(
      root,
      mode === "read" ? reading(guard) : { ...roleOf(mode), said: this.#sayings.of([root]) },
    );
    this.#drain();
    const schema =
      isObject(rewritten) && this.#targets.size > 0 ? { ...rewritten, $defs: this.definitions } : rewritten;
    if (isObject(rewritten)) this.marks.set(schema as object, this.marks.get(rewritten) ?? {});
    const origins = [...this.#targets.values()].map(({ name, pointer }) => ({
      prefix: `/$defs${pointerStep(name)}`,
      pointer,
    }));
    return {
      document: readDocument(schema as Schema, this.#document.dialect, {}, { rewritten: true }),
      original(pointer: string): string {
        const origin = origins.find(({ prefix }) => pointer === prefix || pointer.startsWith(`${prefix}/`));
        return origin === undefined ? pointer : origin.pointer + pointer.slice(origin.prefix.length);
      },
    };
  }

  /** A subschema as it is where nothing is skipped or filled; its definitions come along. */
  settled(place: Place): unknown {
    const schema = this.#rewrite(place, roleOf("settled"));
    this.#drain();
    return schema;
  }

  #drain(): void {
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      this.definitions[next.name] = this.#rewrite(next.place, next.role);
    }
  }

  #rewrite(place: Place, role: Role): unknown {
    const { schema } = place;
    if (!isObject(schema)) return schema;
    const fills = role.mode === "read" && this.#policy.defaults === "fillOnRead";
    const here = fills ? { ...role, filled: this.#filled(place, role) } : role;
    const copy: { [keyword: string]: unknown } = {};
    const reference = own(schema, "$ref");
    const writes = role.mode === "written" || role.mode === "closed";
    for (const keyword of Object.keys(schema)) {
      if (DROPPED.has(keyword) || (writes && this.#isSilent(keyword, schema[keyword]))) continue;
      define(copy, keyword, this.#keyword(keyword, schema[keyword], place, here));
    }
    if (typeof reference === "string") copy["$ref"] = this.#reference(place, reference, role);
    this.#dynamic(schema, place, role, copy);
    if (role.mode === "read" || role.mode === "settled") this.#read(copy, schema, place, here);
    if (role.mode === "written" || role.mode === "closed") this.#write(copy, schema, place, role);
    return copy;
  }

  /**
   * To write out that objects are open says no more than to say nothing: both leave open what nobody writes. Where other
   * properties are told apart by what was evaluated, the keyword says something after all.
   */
  #isSilent(keyword: string, value: unknown): boolean {
    return OPENNESS.has(keyword) && acceptsAll(value) && !this.#tellsEvaluated();
  }

  /** Does any part tell properties apart by what was evaluated? */
  #tellsEvaluated(): boolean {
    this.#evaluates ??= [...this.#document.resources.values()].some(({ root }) =>
      /"unevaluatedProperties":(?!true|\{\})/.test(canonical(root)),
    );
    return this.#evaluates;
  }

  #filled(place: Place, { filled, guard }: Role): Defaults {
    const names = new Map([...filled, ...defaults(place)]);
    for (const name of guard.unfilled) names.delete(name);
    return names;
  }

  #keyword(keyword: string, value: unknown, place: Place, role: Role): unknown {
    const { mode, guard, choices } = role;
    const parent = place.schema as JsonObject;
    const inner = (child: unknown, next: Role): unknown => this.#rewrite(below(place, child), next);
    const each = (child: unknown, step: Step): unknown => {
      if (mode === "written" || mode === "closed")
        return inner(child, this.#inside(step, parent, below(place, child), role));
      if (mode !== "read" || !isObject(child)) return inner(child, roleOf(mode));
      return inner(child, reading(guard.inside(step, parent, below(place, child), choices)));
    };
    const same = (child: unknown, chosen?: readonly [object, number]): unknown => {
      const next = chosen === undefined ? choices : new Map([...choices, chosen]);
      return inner(child, { ...role, choices: next, mode: mode === "closed" ? "written" : mode });
    };
    if (UNTOUCHED.has(keyword)) return inner(value, roleOf("plain"));
    switch (keyword) {
      case "properties":
        return byName(value, (child, name) => each(child, { kind: "property", name }));
      case "patternProperties":
        return byName(value, (child) => each(child, { kind: "others" }));
      case "dependencies":
      case "dependentSchemas":
        return byName(value, (child) => (Array.isArray(child) ? child : same(child)));
      case "items":
      case "prefixItems":
      case "additionalItems":
        return Array.isArray(value)
          ? value.map((item) => each(item, { kind: "items" }))
          : each(value, { kind: "items" });
      case "additionalProperties":
        return each(value, { kind: "others" });
      case "unevaluatedItems":
      case "unevaluatedProperties":
        // What is left over depends on what was chosen, so nothing is changed in it.
        return mode === "read" ? inner(value, roleOf("settled")) : each(value, { kind: "others" });
      case "then":
      case "else":
        return same(value, [parent, keyword === "then" ? 0 : 1]);
      case "oneOf":
        return Array.isArray(value) ? value.map((item) => inner(item, roleOf("plain"))) : value;
      default:
        if (!IN_PLACE.includes(keyword) || !Array.isArray(value)) return value;
        return value.map((item, index) => {
          const isChosen = keyword === "anyOf" && (mode === "read" || this.#standsAlone(place, value, index, role));
          const branch = same(item, isChosen ? [value, index] : undefined);
          if (mode === "read" && keyword === "anyOf" && isObject(branch))
            this.alternatives.set(branch, below(place, item));
          return branch;
        });
    }
  }

  #reference(place: Place, reference: string, role: Role, target = resolve(place, reference)): string {
    if (target === undefined) return reference;
    const mode = role.mode === "closed" ? "written" : role.mode;
    const plain = `${mode}${this.#ids.idOf(target)}`;
    const signature =
      mode === "read" ? role.guard.signature(role.choices) : this.#sayings.signature(role.said, role.choices);
    const key = plain + signature;
    let known = this.#targets.get(key);
    if (known === undefined) {
      known = { name: signature === "" ? plain : `${plain}.${this.#targets.size}`, pointer: target.pointer };
      this.#targets.set(key, known);
      this.#queue.push({ name: known.name, place: target, role: { ...role, mode, filled: NOTHING } });
    }
    return `#/$defs/${known.name}`;
  }

  /** A value inside of one that is written is one of its own, and closed by all that is said of it together. */
  #inside(step: Step, parent: JsonObject, at: Place, { said, choices }: Role): Role {
    if (said === undefined) return { ...roleOf("closed"), said: this.#sayings.of([at]) };
    const { said: inner, beside } = said.inside(step, parent, at, choices);
    return beside === undefined ? roleOf("plain") : { ...roleOf("closed"), said: inner, beside };
  }

  /** Can none of the other alternatives hold beside this one, as far as that is of interest? */
  #standsAlone(place: Place, branches: readonly unknown[], index: number, { said }: Role): boolean {
    if (said === undefined) return false;
    return !overlapping(branches.map((item) => below(place, item))).some(({ schema }) => schema === branches[index]);
  }

  /** In the rewritten schema every dynamic reference is an ordinary one: what it leads to is another place for each way. */
  #dynamic(schema: JsonObject, place: Place, role: Role, copy: { [keyword: string]: unknown }): void {
    const keyword = dynamicKeyword(place.document.dialect);
    const dynamic = own(schema, keyword);
    if (typeof dynamic !== "string") return;
    delete copy[keyword];
    const reference = { $ref: this.#reference(place, dynamic, role, resolveDynamic(place, dynamic)) };
    if (copy["$ref"] === undefined) Object.assign(copy, reference);
    else copy["allOf"] = [...listOf(copy, "allOf"), reference];
  }

  #read(copy: { [keyword: string]: unknown }, schema: JsonObject, place: Place, role: Role): void {
    const { mode, guard, filled } = role;
    let mark: Mark = {};
    if (mode === "read" && this.#policy.reader === "ignoreUnknown" && !guard.keeps) {
      for (const skips of ["unevaluated", "additional"] as const) {
        if (copy[`${skips}Properties`] !== false) continue;
        delete copy[`${skips}Properties`];
        mark = { ...mark, skips };
      }
    }
    const required = copy["required"];
    if (mode === "read" && filled.size > 0 && Array.isArray(required)) {
      const names = new Map([...filled].filter(([name]) => required.includes(name)));
      copy["required"] = required.filter((name) => !names.has(String(name)));
      if (names.size > 0) mark = { ...mark, fills: names };
    }
    if (mark.skips !== undefined || mark.fills !== undefined) {
      this.marks.set(copy, mark);
      this.relaxes = true;
    }
    this.#readValues(copy);
    this.#readAlternatives(copy, listOf(schema, "oneOf"), place, role);
  }

  #readValues(copy: { [keyword: string]: unknown }): void {
    const values = copy["enum"];
    if (
      this.#policy.enums === "tolerateUnknown" &&
      Array.isArray(values) &&
      values.every((value) => typeof value === "string")
    ) {
      delete copy["enum"];
      copy["allOf"] = [...listOf(copy, "allOf"), { type: "string" }];
      this.relaxes = true;
    }
  }

  /** A reader that skips or fills something takes the first alternative that fits, not exactly one. */
  #readAlternatives(
    copy: { [keyword: string]: unknown },
    branches: readonly unknown[],
    place: Place,
    role: Role,
  ): void {
    if (branches.length === 0) return;
    const relaxed = {
      anyOf: branches.map((item, index) => {
        const at = below(place, item);
        const branch = this.#rewrite(at, { ...role, choices: new Map([...role.choices, [branches, index]]) });
        if (role.mode === "read" && isObject(branch)) this.alternatives.set(branch, at);
        return branch;
      }),
    };
    if (branches.length > 1) this.relaxes = true;
    delete copy["oneOf"];
    if (copy["anyOf"] === undefined) copy["anyOf"] = relaxed.anyOf;
    else copy["allOf"] = [...listOf(copy, "allOf"), relaxed];
  }

  #write(copy: { [keyword: string]: unknown }, schema: JsonObject, place: Place, role: Role): void {
    const { mode, named, said, beside, choices } = role;
    const evaluates = this.#tellsEvaluated();
    const closing = mode === "closed" ? close(place, this.#writtenKeys, named, beside, evaluates) : undefined;
    const inPlace = { ...roleOf("written"), said, choices };
    const next: Role =
      closing?.byBranch === true ? { ...inPlace, mode: "closed", named: closing.named, beside } : inPlace;
    const others = closing === undefined ? [] : this.#others(role);
    const rewrite = (items: readonly unknown[], isChosen: (index: number) => boolean): unknown[] =>
      items.map((item, index) => {
        const chosen: Role = isChosen(index) ? { ...next, choices: new Map([...choices, [items, index]]) } : next;
        return this.#rewrite(below(place, item), chosen);
      });
    const branches = own(schema, "oneOf");
    if (Array.isArray(branches))
      copy["allOf"] = [...listOf(copy, "allOf"), { anyOf: rewrite(branches, () => said !== undefined) }];
    const alternatives = own(schema, "anyOf");
    if (next.mode === "closed" && Array.isArray(alternatives)) {
      const several = overlapping(alternatives.map((item) => below(place, item)));
      const together = several.map((alternative) => this.#rewrite(alternative, inPlace));
      const names = [...this.#writtenKeys, ...next.named];
      const alone = rewrite(alternatives, (index) => this.#standsAlone(place, alternatives, index, role));
      copy["anyOf"] = [...alone, ...declaredTogether(together, names, others)];
    }
    if (closing !== undefined) Object.assign(copy, closing.keywords(copy, others));
  }

  /** What else describes a value, where it applies: what that declares is written, too. */
  #others({ beside, said }: Role): readonly object[] {
    return declaring(beside).map((other) => {
      const $ref = this.#reference(other, "", { ...roleOf("written"), said }, { ...other, pointer: "" });
      return { anyOf: [{ $ref }, true] };
    });
  }
}

function byName(value: unknown, rewrite: (child: unknown, name: string) => unknown): unknown {
  if (!isObject(value)) return value;
  const copy: { [key: string]: unknown } = {};
  for (const key of Object.keys(value)) define(copy, key, rewrite(value[key], key));
  return copy;
}
