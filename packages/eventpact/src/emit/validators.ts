import { createAjv, forAjv, isAsserted, isUnicodePattern, mentionsPrototype } from "@eventpact/compat/ajv";
import { _ } from "ajv/dist/compile/codegen/index.js";
import standalone from "ajv/dist/standalone/index.js";
import type { Dialect, JsonSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { isObject, setOwn } from "../read/json.ts";

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

/**
 * A module that exports `validate(value): boolean` (with `validate.errors` of ajv), made by ajv's standalone mode: no
 * compilation and no `require` at run time. Imports `../runtime/formats.js` and `../runtime/values.js` where needed.
 */
export function validatorSource(schema: JsonSchema, dialect: Dialect): ValidatorSource {
  const unknownFormats = new Set<string>();
  const bare = withoutWords(schema as Json, unknownFormats) as JsonSchema;
  try {
    return { ok: true, code: asModule(compile(bare, dialect)), unknownFormats: [...unknownFormats].toSorted() };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** A compiler of its own for each schema, so that one validator's text does not depend on the others. */
function compile(schema: JsonSchema, dialect: Dialect): string {
  const code = { source: true, esm: true, lines: true, formats: _`formats` };
  const ajv = createAjv({ dialect, ownProperties: mentionsPrototype(schema), code });
  return standaloneCode(ajv, ajv.compile(forAjv(schema)));
}

/** What ajv's code asks for, by its name in runtime/values.js. */
const HELPERS = /^const \w+ = (equal|repeated|multipleOf|ucs2length)\b/;
const REQUIRED = 'require("ajv/dist/runtime/ucs2length").default';

/** ajv's text as a module of ours: one named export, helpers imported instead of required, unused constants dropped. */
function asModule(code: string): string {
  const used = new Set<string>();
  const lines = code.split("\n").flatMap((line) => {
    if (line === '"use strict";' || line.startsWith("export default ")) return [];
    const written = withFlags(line.replace(REQUIRED, "ucs2length"));
    const asked = /^const \w+ = (require\(.*)$/.exec(written);
    if (asked) throw new Error(`ajv asks for ${asked[1]}, which generated code has no part for`);
    const helper = HELPERS.exec(written)?.[1];
    if (helper !== undefined) used.add(helper);
    return [written];
  });
  const body = withoutUnusedSchemas(lines).join("\n").trim();
  const imports = [
    ...(/^const formats\d+ = formats[.[]/m.test(body) ? ["import { formats } from '../runtime/formats.js';"] : []),
    ...(used.size > 0 ? [`import { ${[...used].toSorted().join(", ")} } from '../runtime/values.js';`] : []),
  ];
  return [...imports, ...(imports.length > 0 ? [""] : []), body, ""].join("\n");
}

/** ajv writes the flag `u` at every pattern; some, such as `[\w-\.]`, are legal only without it. */
function withFlags(line: string): string {
  const pattern = /^(const pattern\d+ = new RegExp\()(".*"), "u"\);$/.exec(line);
  const source = pattern?.[2];
  if (!pattern || source === undefined || isUnicodePattern(JSON.parse(source) as string)) return line;
  return `${pattern[1]}${source}, "");`;
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
    if (key === "format" && !isAsserted(value)) {
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
