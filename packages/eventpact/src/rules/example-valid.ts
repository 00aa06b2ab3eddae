import type { Memo } from "../cache/memo.ts";
import type { BundledSchema } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";
import { surelyAccepts } from "../validate/accepts.ts";
import { compileSchema } from "../validate/compile.ts";
import { schemaText } from "../validate/schema-text.ts";
import type { Report, Rule } from "./rule.ts";

export const exampleValid: Rule = {
  code: "example-valid",
  category: "schema",
  severity: "error",
  title: "Every example fits its schema, payload and headers.",
  why: "Examples are what people copy and what tests begin with. One that the schema refuses means that one of the two is wrong.",
  check(model, report, memo) {
    for (const event of model.events) {
      if (event.examples.length === 0) continue;
      for (const example of event.examples) {
        const place = (part: string): Place => ({
          file: example.place.file,
          pointer: childPointer(example.place.pointer, part),
        });
        if (example.payload !== undefined && event.payload.kind === "json-schema")
          checkValue(event.payload, example.payload, place("payload"), report, memo);
        if (example.headers !== undefined && event.headers)
          checkValue(event.headers, example.headers, place("headers"), report, memo);
      }
    }
  },
};

function checkValue(bundled: BundledSchema, value: Json, place: Place, report: Report, memo: Memo): void {
  const { schema, dialect } = bundled;
  const mismatches = memo.once("example-valid", `${dialect} ${schemaText(schema)} ${JSON.stringify(value)}`, () => {
    if (surelyAccepts(bundled, value)) return [];
    const validate = compileSchema(bundled);
    return typeof validate === "function" ? validate(value) : [];
  });
  for (const { pointer, part, message, hint } of mismatches) {
    const here = { file: place.file, pointer: place.pointer + pointer };
    report({ place: here, part, message: `The example does not fit its schema: ${message}`, hint });
  }
}
