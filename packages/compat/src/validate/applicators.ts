import type { CodeKeywordDefinition, KeywordCxt } from "ajv";
import { Name } from "ajv/dist/compile/codegen/code.js";
import codegen from "ajv/dist/compile/codegen/index.js";
import names from "ajv/dist/compile/names.js";
import util from "ajv/dist/compile/util.js";

const { _, and, not } = codegen;
const { alwaysValidSchema, mergeEvaluated, setEvaluated, Type } = util;

type Code = CodeKeywordDefinition["code"];

/** ajv's own leaves out the keywords after a tuple for arrays that end before it. */
function tuple(cxt: KeywordCxt, schemas: readonly unknown[]): void {
  const { gen, data, keyword, it } = cxt;
  if (it.opts.unevaluated && schemas.length > 0 && it.items !== true) {
    it.items = mergeEvaluated.items(gen, schemas.length, it.items) as NonNullable<typeof it.items>;
  }
  const valid = gen.name("valid");
  gen.var(valid, true);
  const length = gen.const("len", _`${data}.length`);
  for (const [index, schema] of schemas.entries()) {
    if (alwaysValidSchema(it, schema as never)) continue;
    gen.if(_`${length} > ${index}`, () => cxt.subschema({ keyword, schemaProp: index, dataProp: index }, valid));
    cxt.ok(valid);
  }
}

const prefixItems: Code = (cxt) => tuple(cxt, cxt.schema as readonly unknown[]);

/** Lists of items before 2020-12; a single schema stays ajv's affair. */
const itemsBefore =
  (ofOne: Code): Code =>
  (cxt, type) =>
    Array.isArray(cxt.schema) ? tuple(cxt, cxt.schema) : ofOne(cxt, type);

/**
 * ajv's own takes all items for evaluated, and an empty list for what it found in the list before. What fits is evaluated
 * only since 2020-12, which `forAjv` says in other words.
 */
const contains: Code = (cxt) => {
  const { gen, data, parentSchema, it } = cxt;
  const { minContains, maxContains: max } = (it.opts.next ? parentSchema : {}) as Readonly<Record<string, number>>;
  const min = minContains ?? 1;
  if (max === undefined && min === 0) return;
  cxt.setParams({ min, max });
  if (max !== undefined && min > max) return cxt.fail();
  const length = gen.const("len", _`${data}.length`);
  const valid = gen.let("valid", min === 0);
  const count = gen.let("count", 0);
  gen.forRange("i", 0, length, (index) => {
    const fits = gen.name("_valid");
    cxt.subschema({ keyword: "contains", dataProp: index, dataPropType: Type.Num, compositeRule: true }, fits);
    gen.if(fits, () => {
      gen.code(_`${count}++`);
      if (max === undefined) return gen.if(_`${count} >= ${min}`, () => gen.assign(valid, true).break());
      gen.if(_`${count} > ${max}`, () => gen.assign(valid, false).break());
      return gen.if(_`${count} >= ${min}`, () => gen.assign(valid, true));
    });
  });
  cxt.result(valid, () => cxt.reset());
};

/** Evaluated names, as an object that remembers `__proto__` too. */
function namesFrom(gen: KeywordCxt["gen"], known: Exclude<KeywordCxt["it"]["props"], true | Name>): Name {
  const names = gen.var("props", _`Object.create(null)`);
  if (known !== undefined) setEvaluated(gen, names, known);
  return names;
}

/** Where only some alternatives are evaluated, ajv's own begins to remember within one and reads it outside. */
const remembering =
  (original: Code): Code =>
  (cxt, type) => {
    const { gen, it } = cxt;
    if (it.opts.unevaluated) {
      if (it.props !== true && !(it.props instanceof Name)) it.props = namesFrom(gen, it.props);
      if (it.items !== true && !(it.items instanceof Name)) it.items = gen.var("items", it.items ?? 0);
    }
    original(cxt, type);
  };

/** What a validator that was called has evaluated belongs to that validator, and is added to by ajv's own. */
const copying =
  (original: Code): Code =>
  (cxt, type) => {
    original(cxt, type);
    const { gen, it } = cxt;
    const { props, items } = it;
    if (!it.opts.unevaluated) return;
    if (props instanceof Name)
      gen.if(_`${props} !== true`, () => gen.assign(props, _`Object.assign(Object.create(null), ${props})`));
    if (items instanceof Name) gen.if(_`${items} === undefined`, () => gen.assign(items, 0));
  };

/** ajv's own counts what `if` evaluates also where it does not hold, and not at all without `then` and `else`. */
const condition: Code = (cxt) => {
  const { gen, it } = cxt;
  const schema = it.schema as { readonly [keyword: string]: unknown };
  const asks = (keyword: string): boolean =>
    schema[keyword] !== undefined && !alwaysValidSchema(it, schema[keyword] as never);
  const [then, otherwise] = [asks("then"), asks("else")];
  if (!then && !otherwise && !it.opts.unevaluated) return;
  const valid = gen.let("valid", true);
  const holds = gen.name("_valid");
  const tested = cxt.subschema({ keyword: "if", compositeRule: true, createErrors: false, allErrors: false }, holds);
  cxt.mergeValidEvaluated(tested, holds);
  cxt.reset();
  const clause = gen.let("ifClause");
  cxt.setParams({ ifClause: clause });
  const consequence = (keyword: "then" | "else") => (): void => {
    const fits = gen.name("_valid");
    const checked = cxt.subschema({ keyword }, fits);
    gen.assign(valid, fits);
    cxt.mergeValidEvaluated(checked, valid);
    gen.assign(clause, _`${keyword}`);
  };
  if (then) gen.if(holds, consequence("then"));
  if (otherwise) gen.if(not(holds), consequence("else"));
  cxt.pass(valid, () => cxt.error(true));
};

type Test = ReturnType<typeof _>;

/** ajv's own takes names that every object inherits for evaluated. */
const unevaluatedProperties: Code = (cxt) => {
  const { gen, data, errsCount, it } = cxt;
  const { props } = it;
  const each = (): unknown =>
    gen.forIn("key", data, (key) => {
      if (props === undefined || props === true) unevaluated(cxt, key);
      else gen.if(isLeft(props, key), () => unevaluated(cxt, key));
    });
  if (props instanceof Name) gen.if(_`${props} !== true`, each);
  else if (props !== true) each();
  it.props = true;
  cxt.ok(_`${errsCount ?? names.default.errors} === ${names.default.errors}`);
};

function isLeft(props: Exclude<KeywordCxt["it"]["props"], true | undefined>, key: Name): Test {
  if (props instanceof Name) return _`!${props} || !Object.prototype.hasOwnProperty.call(${props}, ${key})`;
  const evaluated = Object.keys(props).filter((name) => props[name] === true);
  return and(...evaluated.map((name) => _`${key} !== ${name}`)) as Test;
}

function unevaluated(cxt: KeywordCxt, key: Name): void {
  const { gen, schema, it } = cxt;
  if (schema === false) {
    cxt.setParams({ unevaluatedProperty: key });
    cxt.error();
    if (!it.allErrors) gen.break();
  } else if (!alwaysValidSchema(it, schema as never)) {
    const valid = gen.name("valid");
    cxt.subschema({ keyword: "unevaluatedProperties", dataProp: key, dataPropType: Type.Str }, valid);
    if (!it.allErrors) gen.if(not(valid), () => gen.break());
  }
}

/** ajv's own compares the length with `true` where it is known only at run time that all items are evaluated. */
const unevaluatedItems: Code = (cxt) => {
  const { gen, schema, data, it } = cxt;
  const items = it.items ?? 0;
  if (items === true) return;
  const length = gen.const("len", _`${data}.length`);
  const from = items instanceof Name ? gen.const("from", _`${items} === true ? ${length} : ${items} || 0`) : items;
  if (schema === false) {
    cxt.setParams({ len: from });
    cxt.fail(_`${length} > ${from}`);
  } else if (typeof schema === "object" && !alwaysValidSchema(it, schema as never)) {
    const valid = gen.var("valid", true);
    gen.forRange("i", from, length, (index) => {
      cxt.subschema({ keyword: "unevaluatedItems", dataProp: index, dataPropType: Type.Num }, valid);
      if (!it.allErrors) gen.if(not(valid), () => gen.break());
    });
    cxt.ok(valid);
  }
  it.items = true;
};

/** What ajv gets wrong about keywords that hold other schemas, by keyword. */
export const APPLICATORS: Readonly<Record<string, (original: Code) => Code>> = {
  $ref: copying,
  $dynamicRef: copying,
  $recursiveRef: copying,
  prefixItems: () => prefixItems,
  items: itemsBefore,
  contains: () => contains,
  if: () => remembering(condition),
  anyOf: remembering,
  oneOf: remembering,
  patternProperties: remembering,
  dependencies: remembering,
  dependentSchemas: remembering,
  unevaluatedItems: () => unevaluatedItems,
  unevaluatedProperties: () => unevaluatedProperties,
};
