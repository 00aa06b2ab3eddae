import { parseJson } from "./json-source.ts";
import type { ParsedText } from "./text-fault.ts";
import { isReadable } from "./text-fault.ts";
import { parseYaml } from "./yaml-source.ts";

/**
 * Reads the text of a file: a .json file as JSON and nothing else; any other as YAML, unless it is plainly a JSON document,
 * so that a comma too many is told in JSON's words.
 */
export function parseText(path: string, text: string): ParsedText {
  if (/\.json$/i.test(path)) return parseJson(text);
  if (!/^\uFEFF?\s*\{\s*["}]/.test(text)) return parseYaml(text);
  const json = parseJson(text);
  if (isReadable(json.faults)) return json;
  const yaml = parseYaml(text);
  return isReadable(yaml.faults) ? yaml : json;
}
