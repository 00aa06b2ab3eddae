import type { BundledSchema, Model } from "../model/types.ts";
import { originOf } from "../model/bundle.ts";
import { circlesOf } from "../model/circles.ts";
import { childPointer } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";
import { compileSchema } from "../validate/compile.ts";
import { schemaText } from "../validate/schema-text.ts";
import { structureFaults } from "../specification/structure.ts";
import type { Rule } from "./rule.ts";

export const schemaCompiles: Rule = {
  code: "schema-compiles",
  category: "schema",
  severity: "error",
  title: "A validator can be made of every payload and headers schema.",
  why: "A schema that no validator understands checks nothing: no code can be generated for it and no message can be judged by it.",
  check(model, report, memo) {
    const told = new Set<string>();
    const reportCircle = (place: Place): void => {
      if (told.has(`${place.file}#${place.pointer}`)) return;
      told.add(`${place.file}#${place.pointer}`);
      report({ place: { file: place.file, pointer: childPointer(place.pointer, "$ref") }, ...circle });
    };
    for (const event of model.events) {
      const schemas = [event.payload.kind === "json-schema" ? event.payload : undefined, event.headers];
      for (const schema of schemas.filter((one): one is BundledSchema => one !== undefined)) {
        const text = `${schema.dialect} ${schemaText(schema.schema)}`;
        const circles = memo.once("schema-circles", text, () => circlesOf(schema.schema));
        for (const pointer of circles) reportCircle(originOf(schema, pointer));
        if (circles.length > 0) continue;
        const fault = memo.once("schema-compiles", text, () => faultOf(schema));
        if (fault === null || isKnownFaulty(model, schema)) continue;
        const message = `No validator can be made of the schema of ${event.key}: ${fault}.`;
        report({ place: schema.place, part: "key", message });
      }
    }
  },
};

const circle = {
  message:
    "This `$ref` closes a circle that passes no property and no item, so no value can ever be judged by the schema.",
  hint:
    "Lead the circle through a property or an item, or take the reference away. " +
    "Only a child may come back to its parent: by `allOf`, where the parent lists it under `oneOf` or `anyOf`.",
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
  if (isJudged && !schemaText(schema).includes('"nullable":')) return null;
  const compiled = compileSchema({ schema, dialect });
  return typeof compiled === "function" ? null : compiled.fault;
}
