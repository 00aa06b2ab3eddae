import { patternFault } from "../validate/pattern.ts";
import { patternsOf } from "./patterns.ts";
import type { Rule } from "./rule.ts";

export const schemaPatternUnicode: Rule = {
  code: "schema-pattern-unicode",
  category: "schema",
  severity: "warning",
  title: "Every pattern is a regular expression in Unicode mode too.",
  why: "Newer drafts and most validators compile patterns in Unicode mode, where `[\\w-.]` or an escaped letter that needs no escape is a mistake: there the schema cannot be used. Without that mode a letter beyond the basic plane counts as two.",
  check(model, report) {
    for (const { source, ...at } of patternsOf(model)) {
      const fault = patternFault(source);
      if (fault === undefined || patternFault(source, "") !== undefined) continue;
      report({
        ...at,
        message: `This is no regular expression in Unicode mode: ${fault}.`,
        hint: inUnicodeMode(source),
      });
    }
  },
};

/** Most often something is escaped that needs no escape, or a bare hyphen follows a class of characters. */
function inUnicodeMode(source: string): string | undefined {
  const better = source.replace(/\\([^\w\s^$.*+?()[\]{}|/\\-])/g, "$1").replace(/(\\[wds])-(?!\])/gi, "$1\\-");
  return better !== source && patternFault(better) === undefined ? `Write ${better}` : undefined;
}
