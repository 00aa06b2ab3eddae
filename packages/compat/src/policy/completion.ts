import { isObject, own } from "../schema/json.ts";
import type { JsonObject } from "../schema/json.ts";
import type { Json, Schema } from "../types.ts";
import type { Rewriting } from "./apply.ts";
import { entriesOf, listOf } from "./members.ts";

/**
 * What a reader does with a value that its schema accepts: what it fills in, skips and chooses, as data. Every list has
 * what is to be done in this order: `fill`, `parts`, `first`, `when`, `present`, the inside of the value, `skip`.
 */
export interface Plan {
  /** Also what this definition of `Completion.plans` says. */
  readonly use?: string;
  /** Properties to add where they are missing. */
  readonly fill?: readonly (readonly [name: string, value: Json])[];
  /** Also all of these. */
  readonly parts?: readonly Plan[];
  /** Also the first that fits: first of all as it is, otherwise as it will be. */
  readonly first?: readonly Alternative[];
  /** Also one of these two. */
  readonly when?: { readonly check: string; readonly yes?: Plan; readonly no?: Plan };
  /** Also these, where the property is there. */
  readonly present?: readonly (readonly [name: string, plan: Plan])[];
  readonly properties?: readonly (readonly [name: string, plan: Plan])[];
  readonly patterns?: readonly (readonly [pattern: string, plan: Plan])[];
  /** For properties that are not among these. */
  readonly others?: Names & { readonly plan: Plan };
  /** By position, and for the items after these. */
  readonly items?: { readonly first: readonly (Plan | null)[]; readonly rest?: Plan };
  /** Properties that are not among these go. */
  readonly skip?: Known;
}

export interface Alternative {
  /** Names of checks: does it fit as it is, and does it fit a reader? */
  readonly settled: string;
  readonly read: string;
  readonly plan?: Plan;
}

export interface Names {
  readonly names: readonly string[];
  readonly patterns: readonly string[];
}

/** The names that are known at a value, depending on the alternatives that were taken. */
export interface Known extends Names {
  readonly all?: true;
  readonly use?: string;
  readonly parts?: readonly Known[];
  readonly first?: readonly { readonly settled: string; readonly read: string; readonly known: Known }[];
  readonly when?: { readonly check: string; readonly yes?: Known; readonly no?: Known };
  readonly present?: readonly (readonly [name: string, known: Known])[];
}

/** Makes what a reader hands on of what it accepts. Pure data; `checks` are definitions of the reader's `definitions`. */
export interface Completion {
  readonly plan: Plan;
  readonly plans: Readonly<Record<string, Plan>>;
  readonly known: Readonly<Record<string, Known>>;
  /** Names of definitions against which values are checked to find the alternative that fits. */
  readonly checks: readonly string[];
}

const PREFIX = "#/$defs/";

/** The completion that belongs to a rewritten schema, if there is anything to complete. */
export function completionOf(root: Schema, rewriting: Rewriting): Completion | undefined {
  const builder = new Builder(rewriting);
  const effective = builder.effectiveDefinitions(root);
  const plan = builder.plan(root, effective);
  if (plan === undefined) return undefined;
  const plans: { [name: string]: Plan } = {};
  for (const name of effective) plans[name] = builder.plan(rewriting.definitions[name], effective) ?? {};
  return { plan, plans, known: builder.known, checks: builder.checks };
}

class Builder {
  readonly #rewriting: Rewriting;
  readonly known: { [name: string]: Known } = {};
  readonly checks: string[] = [];
  readonly #names = new Map<unknown, string>();

  constructor(rewriting: Rewriting) {
    this.#rewriting = rewriting;
  }

  /** The definitions at which something is done, or inside of which. */
  effectiveDefinitions(root: Schema): ReadonlySet<string> {
    const used = new Map<string, { readonly acts: boolean; readonly uses: ReadonlySet<string> }>();
    const queue: string[] = [];
    const look = (schema: unknown): { readonly acts: boolean; readonly uses: ReadonlySet<string> } => {
      const uses = new Set<string>();
      const acts = this.#acts(schema, uses);
      queue.push(...uses);
      return { acts, uses };
    };
    look(root);
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (!used.has(name)) used.set(name, look(this.#rewriting.definitions[name]));
    }
    const effective = new Set([...used].flatMap(([name, { acts }]) => (acts ? [name] : [])));
    for (let size = -1; size !== effective.size;) {
      size = effective.size;
      for (const [name, { uses }] of used) if ([...uses].some((other) => effective.has(other))) effective.add(name);
    }
    return effective;
  }

  #acts(schema: unknown, uses: Set<string>): boolean {
    if (!isObject(schema)) return false;
    const target = definitionOf(schema);
    if (target !== undefined) uses.add(target);
    let acts = this.#rewriting.marks.has(schema) && this.#rewriting.marks.get(schema)?.fills !== undefined;
    acts ||= this.#rewriting.marks.get(schema)?.skips !== undefined;
    for (const child of [...inPlace(schema), ...inner(schema)]) acts = this.#acts(child, uses) || acts;
    return acts;
  }

  plan(schema: unknown, effective: ReadonlySet<string>): Plan | undefined {
    if (!isObject(schema)) return undefined;
    const of = (child: unknown): Plan | undefined => this.plan(child, effective);
    const listed = (keyword: string): (readonly [string, Plan])[] =>
      entriesOf(schema, keyword).flatMap(([name, child]) => {
        const plan = Array.isArray(child) ? undefined : of(child);
        return plan === undefined ? [] : [[name, plan] as const];
      });
    const { fills, skips } = this.#rewriting.marks.get(schema) ?? {};
    const target = definitionOf(schema);
    const others = of(own(schema, "additionalProperties"));
    const plan: Plan = {
      ...(target !== undefined && effective.has(target) ? { use: target } : {}),
      ...(fills === undefined ? {} : { fill: [...fills] }),
      ...some(
        "parts",
        listOf(schema, "allOf").flatMap((part) => of(part) ?? []),
      ),
      ...some("first", this.#first(listOf(schema, "anyOf"), of)),
      ...this.#when(schema, of),
      ...some("present", [...listed("dependentSchemas"), ...listed("dependencies")]),
      ...some("properties", listed("properties")),
      ...some("patterns", listed("patternProperties")),
      ...(others === undefined ? {} : { others: { ...namesOf(schema), plan: others } }),
      ...items(schema, of),
      ...(skips === undefined ? {} : { skip: skips === "additional" ? namesOf(schema) : this.#known(schema) }),
    };
    return Object.keys(plan).length === 0 ? undefined : plan;
  }

  #first(branches: readonly unknown[], of: (schema: unknown) => Plan | undefined): Alternative[] {
    const plans = branches.map(of);
    if (plans.every((plan) => plan === undefined)) return [];
    return branches.map((branch, index) => {
      const plan = plans[index];
      return { ...this.#fits(branch), ...(plan === undefined ? {} : { plan }) };
    });
  }

  #fits(branch: unknown): { readonly settled: string; readonly read: string } {
    const place = this.#rewriting.alternatives.get(branch);
    const read = this.#check(branch, branch);
    return { read, settled: place === undefined ? read : this.#check(place.schema, this.#rewriting.settled(place)) };
  }

  #check(identity: unknown, schema: unknown): string {
    let name = this.#names.get(identity);
    if (name === undefined) {
      name = `check${this.checks.length}`;
      this.#names.set(identity, name);
      this.checks.push(name);
      this.#rewriting.definitions[name] = schema;
    }
    return name;
  }

  #when(schema: JsonObject, of: (schema: unknown) => Plan | undefined): Pick<Plan, "when"> {
    const condition = own(schema, "if");
    const [yes, no] = condition === undefined ? [] : [of(own(schema, "then")), of(own(schema, "else"))];
    if (yes === undefined && no === undefined) return {};
    const check = this.#check(condition, condition);
    return { when: { check, ...(yes === undefined ? {} : { yes }), ...(no === undefined ? {} : { no }) } };
  }

  /** The names that a schema with everything it takes in knows; only asked where nothing else decides on them. */
  #known(schema: unknown): Known {
    if (!isObject(schema)) return { names: [], patterns: [] };
    const target = definitionOf(schema);
    if (target !== undefined && this.known[target] === undefined) {
      this.known[target] = { names: [], patterns: [] };
      this.known[target] = this.#known(this.#rewriting.definitions[target]);
    }
    const takesAll = ["additionalProperties", "unevaluatedProperties"].some(
      (keyword) => own(schema, keyword) !== undefined,
    );
    const condition = own(schema, "if");
    const branches = listOf(schema, "anyOf");
    const dependent = [...entriesOf(schema, "dependentSchemas"), ...entriesOf(schema, "dependencies")];
    return {
      ...namesOf(schema),
      ...(takesAll ? { all: true as const } : {}),
      ...(target === undefined ? {} : { use: target }),
      ...some(
        "parts",
        listOf(schema, "allOf").map((part) => this.#known(part)),
      ),
      ...some(
        "first",
        branches.map((branch) => ({ ...this.#fits(branch), known: this.#known(branch) })),
      ),
      ...(condition === undefined
        ? {}
        : {
            when: {
              check: this.#check(condition, condition),
              yes: this.#known(own(schema, "then")),
              no: this.#known(own(schema, "else")),
            },
          }),
      ...some(
        "present",
        dependent.map(([name, child]) => [name, this.#known(child)] as const),
      ),
    };
  }
}

function definitionOf(schema: JsonObject): string | undefined {
  const reference = own(schema, "$ref");
  return typeof reference === "string" && reference.startsWith(PREFIX) ? reference.slice(PREFIX.length) : undefined;
}

function namesOf(schema: JsonObject): Names {
  const keys = (keyword: string): string[] => entriesOf(schema, keyword).map(([name]) => name);
  return { names: keys("properties"), patterns: keys("patternProperties") };
}

function items(schema: JsonObject, of: (schema: unknown) => Plan | undefined): Pick<Plan, "items"> {
  const listed = Array.isArray(own(schema, "items"));
  const first = listOf(schema, listed ? "items" : "prefixItems").map((item) => of(item) ?? null);
  const rest = of(own(schema, listed ? "additionalItems" : "items"));
  if (rest === undefined && first.every((plan) => plan === null)) return {};
  return { items: { first, ...(rest === undefined ? {} : { rest }) } };
}

function inPlace(schema: JsonObject): readonly unknown[] {
  return [
    ...listOf(schema, "allOf"),
    ...listOf(schema, "anyOf"),
    ...(own(schema, "if") === undefined ? [] : [own(schema, "then"), own(schema, "else")]),
    ...["dependentSchemas", "dependencies"].flatMap((keyword) => entriesOf(schema, keyword).map(([, child]) => child)),
  ];
}

function inner(schema: JsonObject): readonly unknown[] {
  return [
    ...["properties", "patternProperties"].flatMap((keyword) => entriesOf(schema, keyword).map(([, child]) => child)),
    ...["additionalProperties", "items", "additionalItems"].map((keyword) => own(schema, keyword)),
    ...listOf(schema, "items"),
    ...listOf(schema, "prefixItems"),
  ];
}

function some<Key extends string, Item>(key: Key, list: readonly Item[]): { readonly [K in Key]?: readonly Item[] } {
  return (list.length === 0 ? {} : { [key]: list }) as { readonly [K in Key]?: readonly Item[] };
}
