import { createRequire } from "node:module";
import type { Ajv, ErrorObject, ValidateFunction } from "ajv";
import type { BundledSchema, Dialect } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject } from "../read/json.ts";
import { mainErrors } from "./errors.ts";
import type { Mismatch } from "./errors.ts";

/** Tells how a value fails a schema; `[]` when it fits. */
export type Validate = (value: Json) => readonly Mismatch[];

const require = createRequire(import.meta.url);
const instances = new Map<Dialect, Ajv>();

/**
 * Compiles a bundled schema by ajv in its own dialect, with all formats of ajv-formats; formats it does not know are
 * annotations. A schema that cannot be compiled is an answer, not an exception.
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
    validate = instance(bundled.dialect).compile(
      isObject(schema) ? { ...schema, $id: "urn:eventpact:schema" } : schema,
    );
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

function instance(dialect: Dialect): Ajv {
  let ajv = instances.get(dialect);
  if (!ajv) {
    const path = { "draft-07": "ajv", "2019-09": "ajv/dist/2019.js", "2020-12": "ajv/dist/2020.js" }[dialect];
    const { default: Constructor } = require(path) as { default: new (options: object) => Ajv };
    ajv = new Constructor({
      strict: false,
      allErrors: true,
      logger: false,
      validateSchema: false,
      addUsedSchema: false,
      // Each validator runs a few times: making it quickly matters more than making it quick.
      code: { optimize: false },
    });
    (require("ajv-formats") as { default: (instance: Ajv) => void }).default(ajv);
    instances.set(dialect, ajv);
  }
  return ajv;
}
