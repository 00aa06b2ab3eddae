import { ANNOTATIONS, KEYWORDS } from "./dialect.ts";
import type { SchemaDocument } from "./document.ts";
import { own } from "./json.ts";
import type { JsonObject } from "./json.ts";

const SILENT: ReadonlySet<string> = new Set([...ANNOTATIONS, "$ref", "definitions", "$defs", "$anchor"]);

/** Has the schema a `$ref` beside keywords that ask something? */
export function hasSiblings(schema: JsonObject): boolean {
  if (typeof own(schema, "$ref") !== "string") return false;
  return Object.keys(schema).some((keyword) => KEYWORDS.has(keyword) && !SILENT.has(keyword));
}

/**
 * What to say of keywords beside a `$ref` that one of two schemas has and the other has not: drafts up to 07 say to
 * ignore them. They are read as every later draft has it, as their authors mean them and as validators act.
 */
export function letterOf(older: SchemaDocument, newer: SchemaDocument): string | undefined {
  const found = elsewhere(newer, older) ?? elsewhere(older, newer);
  return found === undefined
    ? undefined
    : `What stands beside \`$ref\` (at ${found}) counts, as validators have it; by the letter of draft-07 it would be ignored.`;
}

function elsewhere({ siblings }: SchemaDocument, other: SchemaDocument): string | undefined {
  return [...siblings].find(([text]) => !other.siblings.has(text))?.[1];
}
