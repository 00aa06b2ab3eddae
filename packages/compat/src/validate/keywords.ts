import type { Ajv, CodeKeywordDefinition, KeywordCxt } from "ajv";
import { _Code } from "ajv/dist/compile/codegen/code.js";
import codegen from "ajv/dist/compile/codegen/index.js";
import { APPLICATORS } from "./applicators.ts";
import { equal, multipleOf, repeated, ucs2length } from "../runtime/values.js";

const { _, or } = codegen;

type Code = CodeKeywordDefinition["code"];

/** From so many listed values on they are looked up instead of compared one by one. */
const MANY = 50;

/** A function of `runtime/values.js` in the code that ajv writes; generated modules import it under its own name. */
function helper(cxt: KeywordCxt, name: string, ref: unknown): InstanceType<typeof codegen.Name> {
  return cxt.gen.scopeValue("func", { ref, code: new _Code(name) });
}

/** Exact on decimals, where ajv divides doubles. */
const multiple: Code = (cxt) => {
  const step = cxt.schema as number;
  const test = cxt.gen.scopeValue("func", {
    key: `multipleOf ${step}`,
    ref: multipleOf(step),
    code: _`multipleOf(${step})`,
  });
  cxt.fail(_`!${test}(${cxt.data})`);
};

/** ajv's own calls methods of what it compares, which a value with the key `valueOf` turns against it. */
const constant: Code = (cxt) => {
  const { data, schema, schemaCode } = cxt;
  const isObject = typeof schema === "object" && schema !== null;
  cxt.fail(isObject ? _`!${helper(cxt, "equal", equal)}(${data}, ${schemaCode})` : _`${schema} !== ${data}`);
};

/** An empty list refuses everything, where ajv does not compile. */
const enumeration: Code = (cxt) => {
  const { gen, data, schemaCode } = cxt;
  const values = cxt.schema as readonly unknown[];
  const objects = values.filter((value) => typeof value === "object" && value !== null);
  if (values.length === 0) return cxt.fail();
  if (values.length >= MANY && objects.length === 0) {
    const code = _`new Set(${codegen.stringify(values)})`;
    const set = gen.scopeValue("obj", { key: values, ref: new Set(values), code });
    return cxt.fail(_`!${set}.has(${data})`);
  }
  const listed = objects.length > 0 ? gen.const("vSchema", schemaCode) : undefined;
  const tests = values.map((value, index) =>
    typeof value === "object" && value !== null
      ? _`${helper(cxt, "equal", equal)}(${data}, ${listed}[${index}])`
      : _`${data} === ${value as null | boolean | number | string}`,
  );
  cxt.pass(or(...tests));
};

/** In linear time, and also for items such as "__proto__". */
const unique: Code = (cxt) => {
  if (cxt.schema !== true) return;
  const found = cxt.gen.const("found", _`${helper(cxt, "repeated", repeated)}(${cxt.data})`);
  cxt.setParams({ i: _`${found}.i`, j: _`${found}.j` });
  cxt.fail(_`${found} !== undefined`);
};

/** Counts code points only where the number of code units leaves it open: no text has more points than units, or fewer than half as many. */
const atMost: Code = (cxt) => {
  const { data, schema } = cxt;
  const points = _`${helper(cxt, "ucs2length", ucs2length)}(${data})`;
  cxt.fail(_`${data}.length > ${schema as number} && ${points} > ${schema as number}`);
};

const atLeast: Code = (cxt) => {
  const { data, schema } = cxt;
  const least = schema as number;
  if (least <= 1) return cxt.fail(_`${data}.length < ${least}`);
  const points = _`${helper(cxt, "ucs2length", ucs2length)}(${data})`;
  cxt.fail(_`${data}.length < ${2 * least} && ${points} < ${least}`);
};

const OWN: Readonly<Record<string, Code>> = {
  multipleOf: multiple,
  const: constant,
  enum: enumeration,
  uniqueItems: unique,
  maxLength: atMost,
  minLength: atLeast,
};

/** Gives keywords the meaning this project gives them; their errors stay ajv's. */
export function ownKeywords(ajv: Ajv): void {
  for (const [keyword, code] of Object.entries(OWN)) replace(ajv, keyword, () => code);
  for (const [keyword, mend] of Object.entries(APPLICATORS)) replace(ajv, keyword, mend);
}

function replace(ajv: Ajv, keyword: string, mend: (original: Code) => Code): void {
  const rule = ajv.RULES.all[keyword];
  if (typeof rule !== "object") return;
  const definition = rule.definition as CodeKeywordDefinition;
  rule.definition = { ...rule.definition, code: mend(definition.code) } as typeof rule.definition;
}
