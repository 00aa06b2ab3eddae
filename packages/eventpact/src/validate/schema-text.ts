import type { JsonSchema } from "../model/types.ts";
import { isObject } from "../read/json.ts";

const texts = new WeakMap<object, string>();

/** A bundled schema as JSON text, which tells it from others; made once, since it is asked for by several rules. */
export function schemaText(schema: JsonSchema): string {
  if (!isObject(schema)) return String(schema);
  let text = texts.get(schema);
  if (text === undefined) texts.set(schema, (text = JSON.stringify(schema)));
  return text;
}
