import { compare } from "./compare.ts";
import { mixed } from "./mix.ts";
import { seeded } from "./random.ts";
import { readDocument } from "./schema/document.ts";
import type { SchemaDocument } from "./schema/document.ts";
import { isObject } from "./schema/json.ts";
import { declaredDraft } from "./schema/translate.ts";
import type { CompareOptions, Json, Schema } from "./types.ts";
import { validate } from "./validation.ts";
import { refine } from "./witness/refine.ts";

export interface InstanceOptions extends Pick<CompareOptions, "dialect" | "documents" | "formats" | "budget"> {
  /** At most so many places of a schema are asked about; 200 by default. */
  readonly places?: number;
  /**
   * Also one for each place that both declare at which it is not what this other schema wants at the same place: what a reader that passes a
   * value on as it is would stumble over. In the same dialect.
   */
  readonly against?: Schema;
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
 * value of each `enum`, each bound of numbers, texts and lists, and something extreme where there is no bound, wherever in
 * the schema; each searched for and confirmed as a witness of `compare` is. Places that contradict others, or are too hard
 * to decide, give none, and neither do names that the schema allows without declaring them.
 *
 * In: the schema as parsed JSON. Out: distinct instances, none for a schema that accepts nothing. Never throws for what
 * a schema contains.
 */
export function instancesOf(schema: Schema, options: InstanceOptions = {}): readonly Json[] {
  const own: Condition[] = [{ at: [], schema: true }];
  const refused: Condition[] = [];
  const { against, places = 200 } = options;
  if (isObject(schema)) {
    const [root, read] = [schema as Fields, against as Fields | undefined];
    collect(root, root, [], own);
    if (isObject(read)) collectRefused({ root, schema: root }, { root: read, schema: read }, [], refused);
  }
  const found = new Map<string, Json>();
  for (const { at, schema: wanted } of [...own.slice(0, places), ...refused.slice(0, places)]) {
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
  readDocument(schema, dialect ?? declaredDraft(schema).draft ?? "draft-07", documents ?? {});

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
  for (const extreme of extremes(fields)) want(extreme);
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

/** The values at the bounds of a place, and far away where it has none. */
function extremes(fields: Fields): readonly Schema[] {
  const has = (...keywords: readonly string[]): boolean => keywords.some((keyword) => fields[keyword] !== undefined);
  if (has("enum", "const")) return [];
  const is = (type: string): boolean => [fields["type"]].flat().includes(type);
  const bounds = ["minimum", "maximum"].flatMap((bound) => (has(bound) ? [{ const: fields[bound] }] : []));
  const free = is("string") && !has("pattern", "format");
  return [
    ...bounds,
    ...(is("number") ? [{ type: "number", not: { type: "integer" } }] : []),
    ...(is("number") || is("integer")
      ? [
          ...(has("minimum", "exclusiveMinimum") ? [] : [{ type: "number", exclusiveMaximum: 0 }]),
          ...(has("maximum", "exclusiveMaximum") ? [] : [{ type: "number", minimum: 1_000_000_000 }]),
        ]
      : []),
    ...(has("minLength") || free ? [{ type: "string", maxLength: fields["minLength"] ?? 0 }] : []),
    ...(has("maxLength") || free ? [{ type: "string", minLength: fields["maxLength"] ?? 300 }] : []),
    ...(has("minItems") || is("array") ? [{ type: "array", maxItems: fields["minItems"] ?? 0 }] : []),
    ...(is("array") && fields["maxItems"] !== 1 ? [{ type: "array", minItems: 2 }] : []),
  ] as readonly Schema[];
}

/** A schema, and the whole in which its references are followed. */
interface Within {
  readonly root: Fields;
  readonly schema: Fields;
}

/** Each innermost place that both schemas declare, with what the reader refuses there. */
function collectRefused(written: Within, read: Within, at: Condition["at"], into: Condition[]): void {
  if (at.length > DEEPEST) return;
  const { properties, items, ...fields } = dereferenced(read.root, read.schema);
  const writer = dereferenced(written.root, written.schema);
  const descend = (inner: Json | undefined, innerRead: Json, step: Condition["at"][number]): void => {
    if (!isObject(inner) || !isObject(innerRead)) return;
    const [schema, schemaRead] = [inner as Fields, innerRead as Fields];
    collectRefused({ ...written, schema }, { ...read, schema: schemaRead }, [...at, step], into);
  };
  if (isObject(properties) && isObject(writer["properties"])) {
    const declared = writer["properties"] as Fields;
    for (const [name, property] of Object.entries(properties))
      if (Object.hasOwn(declared, name)) descend(declared[name], property, name);
  }
  if (items !== undefined) descend(writer["items"], items, element);
  // References mean the whole schema, which a condition does not carry along.
  const isWhole = !JSON.stringify(fields).includes('"$ref"');
  if (properties === undefined && items === undefined && isWhole) into.push({ at, schema: { not: fields } as Schema });
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
