import { compare } from "./compare.ts";
import { mixed } from "./mix.ts";
import { seeded } from "./random.ts";
import { declaredDialect } from "./schema/dialect.ts";
import { readDocument } from "./schema/document.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { isObject } from "./schema/json.ts";
import type { CompareOptions, Json, Schema } from "./types.ts";
import { validate } from "./validation.ts";
import { refine } from "./witness/refine.ts";

export interface InstanceOptions extends Pick<CompareOptions, "dialect" | "documents" | "formats" | "budget"> {
  /** At most so many places of the schema are asked about; 200 by default. */
  readonly places?: number;
  /** So many more, drawn from a seed, in which parts of those come together; none by default. */
  readonly mixed?: number;
}

type Fields = { readonly [keyword: string]: Json };

/** Something that an instance can be at one place, as a schema for that place. */
interface Condition {
  readonly at: readonly (string | typeof element)[];
  readonly schema: Schema;
}

const element = Symbol("an element of a list");

const DEEPEST = 8;

/**
 * Instances that a schema accepts, for testing what reads them: one with each optional property and one without, each
 * value of each `enum`, each bound of numbers, texts and lists, wherever in the schema; each searched for and confirmed as
 * a witness of `compare` is. Places that contradict others, or are too hard to decide, give none.
 *
 * In: the schema as parsed JSON. Out: distinct instances, none for a schema that accepts nothing. Never throws for what
 * a schema contains.
 */
export function instancesOf(schema: Schema, options: InstanceOptions = {}): readonly Json[] {
  const conditions: Condition[] = [{ at: [], schema: true }];
  if (isObject(schema)) collect(schema as Fields, schema as Fields, [], conditions);
  const found = new Map<string, Json>();
  for (const { at, schema: wanted } of conditions.slice(0, options.places ?? 200)) {
    const { witness } = compare(schema, { not: placed(at, wanted) } as Schema, options).backward;
    if (witness !== undefined) found.set(JSON.stringify(witness), witness);
  }
  const shown = [...found.values()];
  if (options.mixed === undefined || shown.length === 0) return shown;
  const accepts = acceptor(schema, options);
  return [...shown, ...mixed(shown, options.mixed, seeded(1), accepts)];
}

/**
 * An instance as small and readable as can be found from this one in some hundred tries, for which `keeps` is still true:
 * without what is not needed for that, and with the values of the schema's own examples elsewhere. Deterministic where `keeps` is.
 */
export function simplest(
  schema: Schema,
  instance: Json,
  keeps: (value: Json) => boolean,
  options: InstanceOptions = {},
): Json {
  const accepts = acceptor(schema, options);
  if (!accepts(instance) || !keeps(instance)) return instance;
  const { root } = documentOf(schema, options);
  return refine(instance, root, (value) => (accepts(value) && keeps(value) ? "" : undefined));
}

function acceptor(schema: Schema, options: InstanceOptions): (value: Json) => boolean {
  const document = documentOf(schema, options);
  return (value) => validate(document, value, { formats: options.formats ?? "assertion" }).valid === true;
}

const documentOf = (schema: Schema, { dialect, documents }: InstanceOptions): SchemaDocument =>
  readDocument(schema, dialect ?? declaredDialect(schema) ?? "draft-07", documents ?? {});

/** A schema of the whole for what is wanted at one place of it: the way there exists, and ends in `wanted`. */
function placed(at: Condition["at"], wanted: Schema): Schema {
  const [first, ...rest] = at;
  if (first === undefined) return wanted;
  const inner = placed(rest, wanted);
  if (typeof first === "symbol") return { type: "array", minItems: 1, items: inner } as Schema;
  return { type: "object", required: [first], properties: { [first]: inner } } as Schema;
}

function collect(root: Fields, schema: Fields, at: Condition["at"], into: Condition[]): void {
  if (at.length > DEEPEST) return;
  const fields = dereferenced(root, schema);
  const want = (wanted: Schema): void => void into.push({ at, schema: wanted });
  for (const value of listOf(fields["enum"])) want({ const: value } as Schema);
  for (const bound of ["minimum", "maximum"])
    if (typeof fields[bound] === "number") want({ const: fields[bound] } as Schema);
  if (typeof fields["minLength"] === "number") want({ type: "string", maxLength: fields["minLength"] } as Schema);
  if (typeof fields["maxLength"] === "number") want({ type: "string", minLength: fields["maxLength"] } as Schema);
  if (typeof fields["minItems"] === "number") want({ type: "array", maxItems: fields["minItems"] } as Schema);
  for (const type of listOf(fields["type"])) want({ type } as Schema);
  for (const keyword of ["oneOf", "anyOf", "allOf"]) {
    for (const branch of listOf(fields[keyword])) {
      if (!isObject(branch)) continue;
      // References of a branch mean the whole schema, which a condition does not carry along.
      if (keyword !== "allOf" && !JSON.stringify(branch).includes('"$ref"')) want(branch as Schema);
      collect(root, branch as Fields, at, into);
    }
  }
  const { properties, items } = fields;
  if (isObject(items)) collect(root, items as Fields, [...at, element], into);
  if (!isObject(properties)) return;
  const required = new Set(listOf(fields["required"]));
  for (const [name, property] of Object.entries(properties)) {
    if (!required.has(name)) {
      want({ type: "object", required: [name] } as Schema);
      want({ type: "object", not: { required: [name] } } as unknown as Schema);
    }
    if (isObject(property)) collect(root, property as Fields, [...at, name], into);
  }
}

const listOf = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/** Follows references within the schema; what cannot be followed says nothing. */
function dereferenced(root: Fields, schema: Fields): Fields {
  let fields = schema;
  for (let steps = 0; typeof fields["$ref"] === "string" && steps < DEEPEST; steps += 1) {
    const [marker, ...parts] = fields["$ref"].split("/");
    if (marker !== "#") return {};
    let target: Json = root as Json;
    for (const part of parts) {
      const name = decodeURIComponent(part).replaceAll("~1", "/").replaceAll("~0", "~");
      const next: Json | undefined =
        isObject(target) && Object.hasOwn(target, name) ? (target as Fields)[name] : undefined;
      if (next === undefined) return {};
      target = next;
    }
    if (!isObject(target)) return {};
    fields = target as Fields;
  }
  return fields;
}
