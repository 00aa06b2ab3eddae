import { createAjv, forAjv, mentionsPrototype } from "@eventpact/compat/ajv";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import { circlesOf } from "../model/circles.ts";
import type { BundledSchema, Dialect } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { mainErrors } from "./errors.ts";
import type { Mismatch } from "./errors.ts";

/** Tells how a value fails a schema; `[]` when it fits. */
export type Validate = (value: Json) => readonly Mismatch[];

const instances = new Map<string, Ajv>();

/**
 * Compiles a bundled schema in its own dialect, by ajv as it is set up for generated validators too. A schema that cannot be compiled is an answer, not an exception.
 */
export function compileSchema(bundled: Pick<BundledSchema, "schema" | "dialect">): Compiled {
  const known = isObject(bundled.schema) ? compiled.get(bundled.schema) : undefined;
  const result = known ?? compile(bundled);
  if (isObject(bundled.schema)) compiled.set(bundled.schema, result);
  return result;
}

type Compiled = Validate | { readonly fault: string };

const compiled = new WeakMap<JsonObject, Compiled>();

function compile(bundled: Pick<BundledSchema, "schema" | "dialect">): Compiled {
  let validate: ValidateFunction;
  try {
    // Without an `$id` ajv loses track of what "#" means inside a definition.
    const { schema } = bundled;
    if (circlesOf(schema).length > 0) return { fault: "it refers to itself without end" };
    const named = isObject(schema) ? { ...schema, $id: "urn:eventpact:schema" } : schema;
    validate = instance(bundled.dialect, mentionsPrototype(schema)).compile(forAjv(named, bundled.dialect));
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  return (value) => {
    try {
      return validate(value) ? [] : mainErrors((validate.errors ?? []) as readonly ErrorObject[]);
    } catch {
      return [{ pointer: "", part: "value", message: "The schema refers to itself without end." }];
    }
  };
}

function instance(dialect: Dialect, ownProperties: boolean): Ajv {
  const key = `${dialect} ${ownProperties}`;
  let ajv = instances.get(key);
  // Each validator runs a few times: making it quickly matters more than making it quick.
  if (!ajv)
    instances.set(
      key,
      (ajv = createAjv({ dialect, ownProperties, addUsedSchema: false, allErrors: true, code: { optimize: false } })),
    );
  return ajv;
}
