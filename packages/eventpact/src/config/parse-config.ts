import type { Diagnostic, Severity, Span } from "../diagnostics/diagnostic.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { parseYaml } from "../read/yaml-source.ts";
import { rules } from "../rules/index.ts";
import type { Config, Waiver } from "./types.ts";

/** Top-level keys of other commands: kept as they are. */
export const commandSections: readonly string[] = ["generate", "compatibility", "verify", "deploy", "docs", "new"];

export const defaultConfig: Config = {
  rules: { events: "auto", severities: new Map() },
  waivers: [],
  sections: {},
};

/** Reads eventpact.yaml. What is wrong in it is a finding with a place; the rest of it still holds. */
export function parseConfig(file: string, text: string): { config: Config; diagnostics: readonly Diagnostic[] } {
  const parsed = parseYaml(text);
  const diagnostics: Diagnostic[] = [];
  const add = (span: Span, message: string, hint?: string): void => {
    diagnostics.push({ code: "config-invalid", severity: "error", file, ...span, message, ...(hint ? { hint } : {}) });
  };
  for (const fault of parsed.faults) add(fault.span, fault.message, fault.hint);
  const problem: Problem = (pointer, message, hint, part) => add(parsed.locate(pointer, part), message, hint);
  const value = parsed.value ?? {};
  if (!isObject(value)) problem("", "eventpact.yaml must be a map.");
  const root: JsonObject = isObject(value) ? value : {};
  const keys = ["dir", "events", "rules", "waivers", ...commandSections];
  unknownKeys(root, "", keys, problem);
  const dir = textAt(root, "", "dir", problem);
  const config: Config = {
    file,
    ...(dir === undefined ? {} : { dir }),
    rules: { events: readEvents(root, problem), severities: readSeverities(root, problem) },
    waivers: readWaivers(root, problem),
    sections: Object.fromEntries(Object.entries(root).filter(([key]) => commandSections.includes(key))),
  };
  return { config, diagnostics };
}

type Problem = (pointer: string, message: string, hint?: string, part?: "key" | "value") => void;

function readEvents(root: JsonObject, problem: Problem): "auto" | "on" | "off" {
  const value = own(root, "events");
  if (value === undefined) return "auto";
  if (value === true || value === "on") return "on";
  if (value === false || value === "off") return "off";
  if (value !== "auto") problem("/events", `"events" must be auto, on or off.`);
  return "auto";
}

function readSeverities(root: JsonObject, problem: Problem): ReadonlyMap<string, Severity | "off"> {
  const value = own(root, "rules");
  const severities = new Map<string, Severity | "off">();
  if (value === undefined || value === null) return severities;
  if (!isObject(value)) {
    problem("/rules", `"rules" must be a map from a rule's code to error, warning, info or off.`);
    return severities;
  }
  for (const [code, setting] of Object.entries(value)) {
    const pointer = childPointer("/rules", code);
    const rule = rules.find((one) => one.code === code);
    const severity = setting === false ? "off" : setting;
    if (!rule)
      problem(
        pointer,
        `There is no rule "${code}".`,
        didYouMean(
          code,
          rules.map((one) => one.code),
        ),
        "key",
      );
    else if (severity !== "off" && severity !== "error" && severity !== "warning" && severity !== "info")
      problem(pointer, `A rule is set to error, warning, info or off.`);
    else if (rule.category === "specification" && severity !== "error")
      problem(
        pointer,
        `"${code}" belongs to the specification and stays an error.`,
        "A single finding can be waived, with a reason.",
      );
    else severities.set(code, severity);
  }
  return severities;
}

function readWaivers(root: JsonObject, problem: Problem): readonly Waiver[] {
  const value = own(root, "waivers");
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) {
    problem("/waivers", `"waivers" must be a list.`);
    return [];
  }
  return (value as readonly Json[]).flatMap((entry, index) => {
    const pointer = childPointer("/waivers", index);
    if (!isObject(entry)) {
      problem(pointer, "A waiver is a map with rule, reason and, where wanted, file, match and until.");
      return [];
    }
    unknownKeys(entry, pointer, ["rule", "file", "match", "reason", "until"], problem);
    const text = (key: string): string | undefined => textAt(entry, pointer, key, problem);
    const [rule, reason, file, match, until] = [
      text("rule"),
      text("reason"),
      text("file"),
      text("match"),
      text("until"),
    ];
    if (rule === undefined) problem(pointer, `A waiver names the rule that it waives.`, undefined, "key");
    else if (!rules.some((one) => one.code === rule))
      problem(
        childPointer(pointer, "rule"),
        `There is no rule "${rule}".`,
        didYouMean(
          rule,
          rules.map((one) => one.code),
        ),
      );
    if (reason === undefined || reason.trim() === "")
      problem(pointer, "A waiver without a reason is refused.", "Say why, for those who read it in a year.", "key");
    if (until !== undefined && Number.isNaN(Date.parse(until)))
      problem(childPointer(pointer, "until"), `"until" is a day, such as 2026-12-31.`);
    if (rule === undefined || !reason?.trim()) return [];
    const optional = { ...(file ? { file } : {}), ...(match ? { match } : {}), ...(until ? { until } : {}) };
    return [{ rule, reason, pointer, ...optional }];
  });
}

function textAt(map: JsonObject, pointer: string, key: string, problem: Problem): string | undefined {
  const value = own(map, key);
  if (value === undefined || typeof value === "string") return value;
  problem(childPointer(pointer, key), `"${key}" must be text.`);
  return undefined;
}

function unknownKeys(map: JsonObject, pointer: string, known: readonly string[], problem: Problem): void {
  for (const key of Object.keys(map))
    if (!known.includes(key))
      problem(
        childPointer(pointer, key),
        `There is no setting "${key}".`,
        didYouMean(key, known) ?? `There are: ${known.join(", ")}.`,
        "key",
      );
}
