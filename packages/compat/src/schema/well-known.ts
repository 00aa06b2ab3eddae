import { createRequire } from "node:module";
import type { Schema } from "../types.ts";

const require = createRequire(import.meta.url);

const VOCABULARIES: Readonly<Record<string, string>> = {
  "2019-09": "applicator content core format meta-data validation",
  "2020-12": "applicator content core format-annotation meta-data unevaluated validation",
};

/** Meta-schemas by their URI: the files in which ajv keeps them. */
const FILES: ReadonlyMap<string, string> = new Map([
  ["http://json-schema.org/draft-06/schema", "json-schema-draft-06.json"],
  ["http://json-schema.org/draft-07/schema", "json-schema-draft-07.json"],
  ["https://json-schema.org/draft/2019-09/schema", "json-schema-2019-09/schema.json"],
  ["https://json-schema.org/draft/2020-12/schema", "json-schema-2020-12/schema.json"],
  ...Object.entries(VOCABULARIES).flatMap(([dialect, names]) =>
    names.split(" ").map((name): [string, string] => {
      const path = `meta/${name}`;
      return [`https://json-schema.org/draft/${dialect}/${path}`, `json-schema-${dialect}/${path}.json`];
    }),
  ),
]);

/** A meta-schema by its URI: references to them need no document of the caller's. */
export function wellKnown(uri: string): Schema | undefined {
  const file = FILES.get(uri);
  return file === undefined ? undefined : (require(`ajv/dist/refs/${file}`) as Schema);
}
