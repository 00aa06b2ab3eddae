import type { Options } from "ajv";
import { Ajv } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import { _ } from "ajv/dist/compile/codegen/index.js";
import standalone from "ajv/dist/standalone/index.js";
import type { Dialect, JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, setOwn } from "../read/json.ts";
import { formats } from "./runtime/formats.js";

/** The code of one validator, or why there is none. */
export type ValidatorSource =
  | { readonly ok: true; readonly code: string; readonly unknownFormats: readonly string[] }
  | { readonly ok: false; readonly message: string };

const standaloneCode = standalone.default;

/** Keywords with no say in validation; left out so that generated files stay small. */
const SILENT = new Set(
  (
    "title description examples example default deprecated readOnly writeOnly $comment externalDocs discriminator xml " +
    "contentEncoding contentMediaType contentSchema $id $schema"
  ).split(" "),
);
/** Keywords whose value maps names to schemas. */
const MAPS = new Set(["properties", "patternProperties", "definitions", "$defs", "dependentSchemas", "dependencies"]);
/** Keywords whose value is data, not a schema. */
const DATA = new Set(["const", "enum", "required", "type", "dependentRequired"]);

const DIALECTS = { "draft-07": Ajv, "2019-09": Ajv2019, "2020-12": Ajv2020 } as const;

/**
 * A module that exports `validate(value): boolean` (with `validate.errors` of ajv), made by ajv's standalone mode: no
 * compilation and no `require` at run time. Imports `../runtime/formats.js` and `../runtime/values.js` where needed.
 */
export function validatorSource(schema: JsonSchema, dialect: Dialect): ValidatorSource {
  const unknownFormats = new Set<string>();
  const bare = withoutWords(schema as Json, unknownFormats) as JsonSchema;
  try {
    return { ok: true, code: asModule(compile(bare, dialect, true)), unknownFormats: [...unknownFormats].toSorted() };
  } catch (error) {
    if (!(error instanceof SyntaxError) && !/regular expression/i.test(String(error))) return failed(error);
  }
  try {
    // Patterns such as `\-` are legal only without the `u` flag; JSON Schema merely recommends it.
    return { ok: true, code: asModule(compile(bare, dialect, false)), unknownFormats: [...unknownFormats].toSorted() };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): ValidatorSource {
  return { ok: false, message: error instanceof Error ? error.message : String(error) };
}

/** A compiler of its own for each schema, so that one validator's text does not depend on the others. */
function compile(schema: JsonSchema, dialect: Dialect, unicodeRegExp: boolean): string {
  const options: Options = {
    code: { source: true, esm: true, lines: true, formats: _`formats` },
    strict: false,
    logger: false,
    validateSchema: false,
    meta: false,
    unicodeRegExp,
    ownProperties: mentionsPrototypeMember(schema as Json),
  };
  const ajv = new DIALECTS[dialect](options);
  for (const [name, format] of Object.entries(formats)) ajv.addFormat(name, format);
  return standaloneCode(ajv, ajv.compile(schema));
}

const HELPERS = new Map([
  ['require("ajv/dist/runtime/ucs2length").default', "ucs2length"],
  ['require("ajv/dist/runtime/equal").default', "equal"],
]);

/** ajv's text as a module of ours: one named export, helpers imported instead of required, unused constants dropped. */
function asModule(code: string): string {
  const used = new Set<string>();
  const lines = code.split("\n").flatMap((line) => {
    if (line === '"use strict";' || line.startsWith("export default ")) return [];
    const helper = /^const (\w+) = (require\(.*\)\.default);$/.exec(line);
    if (!helper) return [line];
    const name = HELPERS.get(helper[2] ?? "");
    if (name === undefined) throw new Error(`ajv asks for ${helper[2]}, which generated code has no part for`);
    used.add(name);
    return [`const ${helper[1]} = ${name};`];
  });
  const body = withoutUnusedSchemas(lines).join("\n").trim();
  const imports = [
    ...(/^const formats\d+ = formats[.[]/m.test(body) ? ["import { formats } from '../runtime/formats.js';"] : []),
    ...(used.size > 0 ? [`import { ${[...used].toSorted().join(", ")} } from '../runtime/values.js';`] : []),
  ];
  return [...imports, ...(imports.length > 0 ? [""] : []), body, ""].join("\n");
}

/** ajv writes every schema into the module; most are never read. */
function withoutUnusedSchemas(lines: readonly string[]): readonly string[] {
  const isDeclaration = (line: string): boolean => /^const schema\d+ = /.test(line);
  const code = lines.filter((line) => !isDeclaration(line)).join("\n");
  const used = new Set(code.match(/\bschema\d+\b/g));
  return lines.filter((line) => !isDeclaration(line) || used.has(line.slice("const ".length, line.indexOf(" ="))));
}

function withoutWords(schema: Json, unknownFormats: Set<string>): Json {
  if (Array.isArray(schema)) return schema.map((item) => withoutWords(item, unknownFormats));
  if (!isObject(schema)) return schema;
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (SILENT.has(key) || key.startsWith("x-")) continue;
    if (key === "nullable" && schema.type === undefined) continue;
    if (key === "format" && !(typeof value === "string" && Object.hasOwn(formats, value))) {
      unknownFormats.add(String(value));
      continue;
    }
    setOwn(kept, key, keywordWithoutWords(key, value, unknownFormats));
  }
  return kept;
}

function keywordWithoutWords(key: string, value: Json, unknownFormats: Set<string>): Json {
  if (DATA.has(key)) return value;
  if (!MAPS.has(key) || !isObject(value)) return withoutWords(value, unknownFormats);
  const map: Record<string, Json> = {};
  for (const [name, item] of Object.entries(value)) setOwn(map, name, withoutWords(item, unknownFormats));
  return map;
}

/** `required: [constructor]` is met by every object unless only own properties count. */
function mentionsPrototypeMember(value: Json): boolean {
  if (typeof value === "string") return value in Object.prototype;
  if (Array.isArray(value)) return value.some(mentionsPrototypeMember);
  if (!isObject(value)) return false;
  return Object.entries(value).some(([key, item]) => key in Object.prototype || mentionsPrototypeMember(item));
}
