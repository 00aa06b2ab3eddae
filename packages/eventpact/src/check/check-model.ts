import type { Memo } from "../cache/memo.ts";
import { noMemo } from "../cache/memo.ts";
import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import { spanAt } from "../read/sources.ts";
import { rules as allRules } from "../rules/index.ts";
import type { Category, Finding, Rule } from "../rules/rule.ts";

/** How the rules are set: from eventpact.yaml, or by default. */
export interface RuleSettings {
  /** `auto`: on where an event of the folder carries the envelope. */
  readonly events: "auto" | "on" | "off";
  /** Rule code → severity. */
  readonly severities: Readonly<Record<string, Severity | "off">>;
}

export const defaultRuleSettings: RuleSettings = { events: "auto", severities: {} };

/** Runs the rules that apply; findings sorted by file, line, column and code, each once. */
export function checkModel(
  model: Model,
  settings: RuleSettings = defaultRuleSettings,
  rules: readonly Rule[] = allRules,
  memo: Memo = noMemo,
): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { rule, severity } of activeRules(model, settings, rules)) {
    const report = (finding: Finding): void => {
      const diagnostic = toDiagnostic(model, rule.code, severity, finding);
      found.set(`${positionOf(diagnostic)} ${diagnostic.code} ${diagnostic.message}`, diagnostic);
    };
    rule.check(model, report, memo);
  }
  return sortDiagnostics([...found.values()]);
}

/** The rules that apply to this folder, with their severity: those of its categories, and those that are set by name. */
export function activeRules(
  model: Model,
  settings: RuleSettings,
  rules: readonly Rule[] = allRules,
): readonly { readonly rule: Rule; readonly severity: Severity }[] {
  const categories = activeCategories(model, settings);
  const hasReadAll = model.unread.every(({ kind }) => kind === "reference");
  return rules.flatMap((rule) => {
    if (rule.needsEverything && !hasReadAll) return [];
    const isSet = Object.hasOwn(settings.severities, rule.code);
    const severity = (isSet ? settings.severities[rule.code] : undefined) ?? rule.severity;
    const applies = categories.has(rule.category) || isSet;
    return severity === "off" || !applies ? [] : [{ rule, severity }];
  });
}

function activeCategories(model: Model, settings: RuleSettings): ReadonlySet<Category> {
  const hasEvents = settings.events === "on" || (settings.events === "auto" && model.events.some((e) => e.enveloped));
  return new Set<Category>(hasEvents ? ["specification", "schema", "events"] : ["specification", "schema"]);
}

export function sortDiagnostics(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return diagnostics.toSorted(
    (a, b) =>
      compare(a.file, b.file) ||
      a.line - b.line ||
      a.column - b.column ||
      compare(a.code, b.code) ||
      compare(a.message, b.message),
  );
}

function toDiagnostic(model: Model, code: string, severity: Severity, finding: Finding): Diagnostic {
  const span = finding.span ?? spanAt(model.sources, finding.place, finding.part);
  const hint = finding.hint === undefined ? {} : { hint: finding.hint };
  return { code, severity, file: finding.place.file, ...span, message: finding.message, ...hint };
}

function positionOf(diagnostic: Diagnostic): string {
  return `${diagnostic.file}:${diagnostic.line}:${diagnostic.column}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
