import type { BundledSchema, Model } from "../model/types.ts";
import { compileSchema } from "../validate/compile.ts";
import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const schemaCompiles: Rule = {
  code: "schema-compiles",
  category: "schema",
  severity: "error",
  title: "A validator can be made of every payload and headers schema.",
  why: "A schema that no validator understands checks nothing: no code can be generated for it and no message can be judged by it.",
  check(model, report, memo) {
    for (const event of model.events) {
      const schemas = [event.payload.kind === "json-schema" ? event.payload : undefined, event.headers];
      for (const schema of schemas.filter((one): one is BundledSchema => one !== undefined)) {
        const fault = memo.once("schema-compiles", JSON.stringify([schema.dialect, schema.schema]), () =>
          faultOf(schema),
        );
        if (fault === null || isKnownFaulty(model, schema)) continue;
        const message = `No validator can be made of the schema of ${event.key}: ${fault}.`;
        report({ place: schema.place, part: "key", message });
      }
    }
  },
};

/** A fault against the specification is told at its exact place; this would only repeat it. */
function isKnownFaulty(model: Model, schema: BundledSchema): boolean {
  return structureFaults(model).some(({ place }) =>
    [...schema.origins.values()].some(
      (origin) => origin.file === place.file && `${place.pointer}/`.startsWith(`${origin.pointer}/`),
    ),
  );
}

/** What the specification's schema and `schema-pattern` have judged compiles, bar `nullable`; the rest has to be tried. */
function faultOf({ schema, dialect, place }: BundledSchema): string | null {
  const isJudged = dialect === "draft-07" && !place.pointer.endsWith("/schema");
  if (isJudged && !JSON.stringify(schema).includes('"nullable":')) return null;
  const compiled = compileSchema({ schema, dialect });
  return typeof compiled === "function" ? null : compiled.fault;
}
