import { createAjv, forAjv, isUnicodePattern, mentionsPrototype } from "@eventpact/compat/ajv";
import type { Ajv, ValidateFunction } from "ajv";
import { _, Name } from "ajv/dist/compile/codegen/index.js";
import standalone from "ajv/dist/standalone/index.js";
import type { SchemaModule } from "./schema-module.ts";
import { importPath } from "./schema-module.ts";
import { stringLiteral } from "./source-text.ts";

/** The code of one validator, or why there is none. */
export type ValidatorSource =
  | { readonly ok: true; readonly code: string }
  | { readonly ok: false; readonly message: string };

const standaloneCode = standalone.default;

/**
 * A module that exports `validate(value): boolean` (with `validate.errors` of ajv), made by ajv's standalone mode: no
 * compilation and no `require` at run time. Imports the validators of named schemas, and of `runtime/` what it needs.
 */
export function validatorSource(module: SchemaModule): ValidatorSource {
  try {
    return { ok: true, code: asModule(compile(module), module.path) };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Code of this length may be nested more deeply than an engine can read, so it is read once before it is written. */
const LONG = 20_000;

/** ajv makes a function of all code that it writes; here only its text is wanted. */
function unlessLong(code: string): string {
  return code.length > LONG ? code : "return () => true";
}

/** A compiler of its own for each module, so that one validator's text does not depend on the others. */
function compile({ schema, dialect, imports, tracks, path }: SchemaModule): Compiled {
  const code = { source: true, esm: true, lines: true, formats: _`formats`, process: unlessLong };
  const ajv = createAjv({ dialect, ownProperties: mentionsPrototype(schema), code });
  // Reckoning what has been evaluated is dear, and wanted only where somebody asks.
  ajv.opts.unevaluated = tracks;
  const stubs = [...imports].map(([ref, target]) => ({ target, stub: stubFor(ajv, ref) }));
  const text = standaloneCode(ajv, ajv.compile(forAjv(schema, dialect)));
  const names = stubs.flatMap(({ target, stub }) => {
    const { str } = ajv.scope.value("validate", { ref: stub });
    // A reference under a keyword that does nothing, such as `then` without `if`, is called by nobody.
    const isCalled = text.includes(`${str}(`);
    return isCalled ? [`import { validate as ${str} } from ${stringLiteral(importPath(path, target))};`] : [];
  });
  return { text, imports: names };
}

interface Compiled {
  readonly text: string;
  /** One line for each imported validator, under the name by which the text calls it. */
  readonly imports: readonly string[];
}

/** In place of a function that another module has. */
function stubFor(ajv: Ajv, ref: string): ValidateFunction {
  const stub = Object.assign((): boolean => true, {
    schema: true,
    source: { validateName: new Name("imported"), validateCode: "", scopeValues: {} },
    // Whose evaluated properties are asked for is compiled together with who asks.
    evaluated: { dynamicProps: false, dynamicItems: false },
  }) as unknown as ValidateFunction;
  // With a `$ref` inside, so that ajv does not write it where it is used.
  ajv.addSchema({ $ref: "#" }, ref);
  const environment = ajv.schemas[ref];
  if (!environment) throw new Error(`ajv does not know ${ref} by this name`);
  environment.validate = stub;
  return stub;
}

/** What ajv's code asks for, by its name in runtime/values.js. */
const HELPERS = /^const \w+ = (equal|repeated|multipleOf|ucs2length)\b/;
const REQUIRED = 'require("ajv/dist/runtime/ucs2length").default';

/** ajv's text as a module of ours: one named export, helpers imported instead of required, unused constants dropped. */
function asModule({ text, imports: named }: Compiled, path: string): string {
  const used = new Set<string>();
  const lines = text.split("\n").flatMap((line) => {
    if (line === '"use strict";' || line.startsWith("export default ")) return [];
    const written = withFlags(line.replace(REQUIRED, "ucs2length"));
    const asked = /^const \w+ = (require\(.*)$/.exec(written);
    if (asked) throw new Error(`ajv asks for ${asked[1]}, which generated code has no part for`);
    const helper = HELPERS.exec(written)?.[1];
    if (helper !== undefined) used.add(helper);
    return [written];
  });
  const body = withoutUnusedSchemas(lines)
    .join("\n")
    .trim()
    .replaceAll(/\n{3,}/g, "\n\n");
  const runtime = (name: string): string => stringLiteral(importPath(path, `runtime/${name}`));
  const imports = [
    ...(/^const formats\d+ = formats[.[]/m.test(body) ? [`import { formats } from ${runtime("formats")};`] : []),
    ...(used.size > 0 ? [`import { ${[...used].toSorted().join(", ")} } from ${runtime("values")};`] : []),
    ...named,
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
