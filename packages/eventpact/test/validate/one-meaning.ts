import { copyFile, mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { readDocument, validate } from "@eventpact/compat";
import type { Draft, Json, Schema } from "@eventpact/compat";
import { dialectOf, translateNode } from "@eventpact/compat/reading";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { everySchema, values } from "../../../compat/test/every-keyword.ts";
import { mapSchema } from "../../../compat/src/schema/map.ts";
import { validatorModules } from "../../src/emit/validator-modules.ts";
import type { JsonSchema } from "../../src/model/types.ts";
import { compileSchema } from "../../src/validate/compile.ts";
import { surelyAccepts } from "../../src/validate/accepts.ts";
import { eventWith } from "../emit/generated-package.ts";
import { temporaryFolder } from "../emit/temporary-folder.ts";

const DRAFTS: readonly Draft[] = ["draft-04", "draft-06", "draft-07", "2019-09", "2020-12"];
const require = createRequire(import.meta.url);

type Check = (value: Json) => boolean;

/** The validators that `generate` writes for these schemas, imported as a service imports them. */
async function generated(schemas: readonly Schema[], draft: Draft): Promise<readonly (Check | undefined)[]> {
  const stems = new Map(schemas.map((_, index) => [`E${index}`, `e${index}`]));
  const events = schemas.map((schema, index) =>
    eventWith(schema as JsonSchema, { key: `E${index}`, dialect: dialectOf(draft) }),
  );
  const { modules, troubles } = await validatorModules({ events }, stems, (_kind, _input, make) => make());
  const folder = await temporaryFolder();
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await mkdir(join(folder, "runtime"));
  for (const name of ["formats.js", "values.js"])
    await copyFile(require.resolve(`@eventpact/compat/runtime/${name}`), join(folder, "runtime", name));
  for (const [path, code] of modules) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, `${path}.js`), code);
  }
  const leftOut = new Set(troubles.filter(({ severity }) => severity === "error").map(({ event }) => event));
  const load = async (index: number): Promise<Check | undefined> => {
    const path = `events/e${index}`;
    if (!modules.has(path) || leftOut.has(`E${index}`)) return undefined;
    return ((await import(pathToFileURL(join(folder, `${path}.js`)).href)) as { validate: Check }).validate;
  };
  return Promise.all(schemas.map((_, index) => load(index)));
}

/** What a validator says; `undefined` where the schema needs itself without end. */
function asked(check: Check | undefined, value: Json): boolean | undefined {
  try {
    return check?.(value);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Random schemas of all keywords of each draft: `count` of each, `samples` values for each. */
export function describeOneMeaning(count: number, samples: number, seed: number): void {
  test.each(DRAFTS)("%s: generated code, the interpreter and the validator of check say the same", async (draft) => {
    const written = fc.sample(everySchema(draft), { numRuns: count, seed });
    const tried = fc.sample(values, { numRuns: samples, seed: seed + 1 });
    const schemas = written.map((schema) => mapSchema(schema, (node) => translateNode(node, draft)) as Schema);
    const ships = await generated(schemas, draft);
    const differences: object[] = [];
    let agreed = 0;
    for (const [index, schema] of schemas.entries()) {
      const bundled = { schema: schema as JsonSchema, dialect: dialectOf(draft) };
      const document = readDocument(written[index] as Schema, draft);
      const compiled = compileSchema(bundled);
      const checked: Check | undefined =
        typeof compiled === "function" ? (value) => compiled(value as never).length === 0 : undefined;
      for (const value of tried) {
        const meant = validate(document, value).valid;
        const [shipped, found] = [asked(ships[index], value), asked(checked, value)];
        const sure = surelyAccepts(bundled, value as never);
        if (meant === undefined || shipped === undefined || found === undefined) continue;
        agreed += 1;
        if (shipped !== meant || found !== meant || (sure && !meant))
          differences.push({ schema: written[index], value, meant, shipped, checked: found, sure });
      }
    }
    expect(differences.slice(0, 3)).toEqual([]);
    expect(agreed).toBeGreaterThan((count * samples) / 2);
  });
}
