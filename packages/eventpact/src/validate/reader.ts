import type { PolicyName, Schema } from "@eventpact/compat";
import { readerOf } from "@eventpact/compat/reader";
import { createCompletion } from "@eventpact/compat/runtime/complete.js";
import type { BundledSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { compileSchema } from "./compile.ts";
import type { Validate } from "./compile.ts";
import type { Mismatch } from "./errors.ts";

/** A value as it is handed on, or why it is refused. */
export type Taken =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly mismatches: readonly Mismatch[] };

/** Takes values as the decoder does that is generated from the schema under the policy. */
export interface SchemaReader {
  readonly take: (value: Json) => Taken;
  /** What it takes; the schema itself where the policy takes nothing more. */
  readonly schema: Schema;
}

type Bundled = Pick<BundledSchema, "schema" | "dialect">;

/** The reader of a schema, in this process. A schema that cannot be compiled is an answer, not an exception. */
export function compileReader(bundled: Bundled, policy: PolicyName): CompiledReader {
  if (!isObject(bundled.schema)) return compile(bundled, policy);
  const known = compiled.get(bundled.schema) ?? new Map<PolicyName, CompiledReader>();
  compiled.set(bundled.schema, known);
  const reader = known.get(policy) ?? compile(bundled, policy);
  known.set(policy, reader);
  return reader;
}

type CompiledReader = SchemaReader | { readonly fault: string };

const compiled = new WeakMap<object, Map<PolicyName, CompiledReader>>();

function compile(bundled: Bundled, policy: PolicyName): CompiledReader {
  const { schema, dialect } = bundled;
  const validate = compileSchema(bundled);
  if (typeof validate !== "function") return validate;
  const reader = readerOf(schema as Schema, { dialect, policy });
  if (reader === undefined) return { take: (value) => takenBy(validate, value), schema: schema as Schema };
  const whole = compileSchema({ schema: reader.schema as BundledSchema["schema"], dialect });
  if (typeof whole !== "function") return whole;
  const complete = reader.completion === undefined ? undefined : completing(reader.schema, reader.completion, dialect);
  return {
    schema: reader.schema,
    take(value) {
      if (validate(value).length === 0) return { ok: true, value };
      const taken = takenBy(whole, value);
      return taken.ok && complete !== undefined ? { ok: true, value: complete(value) as Json } : taken;
    },
  };
}

const takenBy = (validate: Validate, value: Json): Taken => {
  const mismatches = validate(value);
  return mismatches.length === 0 ? { ok: true, value } : { ok: false, mismatches };
};

function completing(
  schema: Schema,
  completion: Parameters<typeof createCompletion>[0] & { readonly checks: readonly string[] },
  dialect: BundledSchema["dialect"],
): (value: unknown) => unknown {
  const $defs = isObject(schema as Json) ? (schema as { readonly $defs?: Json }).$defs : undefined;
  const checks = completion.checks.map((name) => {
    const check = compileSchema({ schema: { $ref: `#/$defs/${name}`, $defs: $defs ?? {} }, dialect });
    return [
      name,
      (value: unknown): boolean => typeof check === "function" && check(value as Json).length === 0,
    ] as const;
  });
  return createCompletion(completion, Object.fromEntries(checks));
}
