/** A file of the repository as the house rules see it: its path from the root with `/`, and its text. */
export interface HouseFile {
  readonly path: string;
  readonly text: string;
}

export interface Finding {
  readonly file: string;
  /** 1-based */
  readonly line: number;
  readonly message: string;
}

/** What a rule saw: zero places looked at is a failure, since a rule that looks at nothing proves nothing. */
export interface Verdict {
  readonly looked: number;
  readonly findings: readonly Finding[];
}

export interface HouseRule {
  readonly code: string;
  readonly why: string;
  check(files: readonly HouseFile[]): Verdict;
}

export const isSource = (path: string): boolean =>
  path.endsWith(".ts") && !/(^|\/)(fixtures|dist)\//.test(path) && !path.startsWith("generated/");

export const isTest = (path: string): boolean => path.endsWith(".test.ts") || path.includes("/test/");

/** Source text with the contents of comments blanked, line breaks kept, so that positions stay true. */
export function withoutComments(text: string): string {
  const pattern = /("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`)|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return text.replace(pattern, (match, literal: string | undefined) => literal ?? match.replace(/[^\n]/g, " "));
}

export const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

/** Every place a pattern occurs in the given files, comments aside. The pattern needs its `g` flag. */
export function findAll(
  files: readonly HouseFile[],
  pattern: RegExp,
  message: (match: RegExpMatchArray) => string,
): Finding[] {
  return files.flatMap((file) =>
    [...withoutComments(file.text).matchAll(pattern)].map((match) => ({
      file: file.path,
      line: lineAt(file.text, match.index),
      message: message(match),
    })),
  );
}
