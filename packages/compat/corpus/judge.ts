import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { closeDeclared, ignoreUnknown } from "./tolerant.ts";
import type { Draft, JsonSchema, Question } from "./pairs.ts";

export type Accepts = (value: unknown) => boolean;

/** The two validators of a question, under the pair's policy. */
export interface Judge {
  readonly writer: Accepts;
  readonly reader: Accepts;
}

interface Settings {
  readonly draft: Draft;
  readonly assertFormats: boolean;
  readonly fillDefaults: boolean;
}

const compilers = new Map<string, Ajv>();

/**
 * An ajv for the dialect. Inherited members such as `toString` are no properties; `multipleOf`, a division of floats in
 * ajv, gets a precision that agrees with exact arithmetic on every number of the corpus.
 */
function newCompiler({ draft, assertFormats, fillDefaults }: Settings): Ajv {
  const options = {
    strict: false,
    validateFormats: assertFormats,
    multipleOfPrecision: 9,
    logger: false as const,
    ownProperties: true,
    useDefaults: fillDefaults,
    code: { optimize: false },
  };
  const ajv =
    draft === "2020-12" ? new Ajv2020(options) : draft === "2019-09" ? new Ajv2019(options) : new Ajv(options);
  addFormats.default(ajv);
  return ajv;
}

/** One compiler serves all schemas of the same settings; not those with identifiers, which it keeps. */
function compilerFor(schema: JsonSchema, settings: Settings): Ajv {
  if (JSON.stringify(schema).includes('"$id"')) return newCompiler(settings);
  const key = JSON.stringify(settings);
  const known = compilers.get(key) ?? newCompiler(settings);
  compilers.set(key, known);
  return known;
}

/** A copy as parsed JSON: filled defaults stay in it, and its values are of the same realm as the schema's. */
function copyOf(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const compiled = new Map<string, Accepts>();

function compile(schema: JsonSchema, settings: Settings): Accepts {
  const key = JSON.stringify([settings, schema]);
  const known = compiled.get(key);
  if (known) return known;
  const validate = compilerFor(schema, settings).compile(schema);
  const accepts: Accepts = (value) => validate(settings.fillDefaults ? copyOf(value) : value) === true;
  compiled.set(key, accepts);
  return accepts;
}

/** Compiles both sides of a question; a schema that does not compile throws. */
export function judgeOf({ pair, writer, reader }: Question): Judge {
  const tolerant = pair.policy === "tolerant";
  const settings = { draft: pair.draft, assertFormats: pair.formats === "assertion", fillDefaults: false };
  return {
    writer: compile(tolerant ? closeDeclared(writer) : writer, settings),
    reader: compile(tolerant ? ignoreUnknown(reader) : reader, { ...settings, fillDefaults: tolerant }),
  };
}

/** Does the value show that the writer's schema is not included in the reader's? */
export function refutes(judge: Judge, value: unknown): boolean {
  const copy = copyOf(value);
  return judge.writer(copy) && !judge.reader(copy);
}

/** Draws instances until one refutes the question, at most as many as told. */
export function searchCounterexample(judge: Judge, draw: () => unknown, draws: number): { value: unknown } | undefined {
  for (let left = draws; left > 0; left -= 1) {
    const value = draw();
    if (refutes(judge, value)) return { value };
  }
  return undefined;
}
