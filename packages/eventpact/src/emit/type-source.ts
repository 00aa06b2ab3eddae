import type { LateMemo } from "../cache/parted-memo.ts";
import type { JsonObject } from "../read/json.ts";
import type { Skeleton, Word } from "./type-skeleton.ts";
import type { Paragraph } from "./source-text.ts";
import { docComment } from "./source-text.ts";

const MARK = /__(\d+)__/g;

/**
 * The exported declaration of one named type: `export interface Name { … }` or `export type Name = …;`, with its doc
 * comment, indented by two. json-schema-to-typescript derives the type; the words of authors come in afterwards.
 * Types of one shape are derived once.
 */
export async function typeSource(
  name: string,
  { schema, words }: Skeleton,
  comment: readonly Paragraph[],
  memo: LateMemo,
): Promise<string> {
  // The order of members is part of the shape.
  const type = await memo("type", JSON.stringify(schema), () => derived(schema));
  const declaration = schema.type === "object" ? `export interface ${name} ${type}` : `export type ${name} = ${type}`;
  return docComment(comment) + layOut(declaration, words);
}

async function derived(schema: JsonObject): Promise<string> {
  // Loaded here: a run that finds everything fresh needs no type compiler.
  const { compile } = await import("json-schema-to-typescript");
  // The type is asked for as a property, where the compiler gives it no name of its own.
  const holder = { type: "object" as const, properties: { root: schema }, required: ["root"] };
  const compiled = await compile(holder, "Holder", {
    additionalProperties: false,
    bannerComment: "",
    format: false,
    ignoreMinAndMaxItems: false,
    unknownAny: true,
  });
  return compiled.slice(compiled.indexOf("root: ") + "root: ".length, compiled.lastIndexOf("}")).trim();
}

/** One member a line, indented; marks replaced by what they stand for. */
function layOut(declaration: string, words: readonly Word[]): string {
  const out: string[] = [];
  let depth = 0;
  let comment: string[] | undefined;
  for (const line of declaration.split("\n")) {
    const text = line.trim();
    if (comment) {
      if (text === "*/") {
        out.push(docComment(commentOf(comment, words), "  ".repeat(depth)).trimEnd());
        comment = undefined;
      } else comment.push(text.replace(/^\* ?/, ""));
    } else if (text === "/**") {
      comment = [];
    } else if (text !== "") {
      if (/^[})\]]/.test(text)) depth--;
      const ends = !text.endsWith("{") && (depth > 0 || declaration.startsWith("export type"));
      out.push("  ".repeat(depth) + withWords(text, words) + (ends ? ";" : ""));
      if (text.endsWith("{")) depth++;
    }
  }
  return `${out
    .filter((line) => line !== "")
    .join("\n")
    .replaceAll(/\{\n\s*\}/g, "{}")}\n`;
}

function commentOf(lines: readonly string[], words: readonly Word[]): readonly Paragraph[] {
  return lines.flatMap((line) => {
    const mark = /^__(\d+)__$/.exec(line);
    const word = mark ? words[Number(mark[1])] : undefined;
    return word && "comment" in word ? word.comment : [];
  });
}

/** A function replaces, so that `$&` in a word stays a word. */
function withWords(line: string, words: readonly Word[]): string {
  const text = line.replaceAll(MARK, (mark, index: string) => {
    const word = words[Number(index)];
    return word && "source" in word ? word.source : mark;
  });
  return withoutOuterParentheses(text);
}

/** `a?: ('b' | 'c')` → `a?: 'b' | 'c'`: parentheses around a whole type of plain words. */
function withoutOuterParentheses(line: string): string {
  const parts = /^((?:export type )?[\w$]+\??(?::| =) )\(([\w$ |'-]*)\)$/.exec(line);
  return parts ? `${parts[1]}${parts[2]}` : line;
}
