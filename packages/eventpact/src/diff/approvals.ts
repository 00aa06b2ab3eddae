import { didYouMean } from "../diagnostics/suggest.ts";
import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";
import { limits } from "../read/limits.ts";
import type { Locate } from "../read/text-fault.ts";
import { parseYaml } from "../read/yaml-source.ts";
import type { Approval, Change } from "./types.ts";

/** An accepted change in the file of approvals. */
interface Entry extends Approval {
  readonly change: string;
  readonly pointer: string;
}

export interface Approvals {
  readonly file: string;
  readonly entries: readonly Entry[];
  readonly faults: readonly Diagnostic[];
  readonly locate: Locate;
}

const fields = ["change", "reason", "by", "until"] as const;

/**
 * Reads the file of approvals: `approvals: [{ change, reason, by, until }]`, all four needed. An entry that lacks one is a
 * finding and accepts nothing.
 */
export function readApprovals(file: string, bytes: Uint8Array | undefined): Approvals {
  const nowhere: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };
  if (!bytes) return { file, entries: [], faults: [], locate: () => nowhere };
  const faults: Diagnostic[] = [];
  const add = (span: Span, message: string, hint?: string): void =>
    void faults.push({
      code: "approval-invalid",
      severity: "error",
      file,
      ...span,
      message,
      ...(hint ? { hint } : {}),
    });
  if (bytes.length > limits.fileBytes) {
    add(nowhere, `The file has more than ${limits.fileBytes.toLocaleString("en")} bytes.`);
    return { file, entries: [], faults, locate: () => nowhere };
  }
  const { value, faults: broken, locate } = parseYaml(new TextDecoder().decode(bytes));
  for (const { span, message, hint } of broken) add(span, message, hint);
  const list = value === null ? [] : own(value, "approvals");
  if (value !== null && !Array.isArray(list)) {
    if (broken.length === 0) add(locate(""), `The file has a list "approvals".`, example);
    return { file, entries: [], faults, locate };
  }
  const problem = (pointer: string, message: string, hint?: string): void => add(locate(pointer), message, hint);
  const entries = (list as readonly Json[]).flatMap((item, index) => readEntry(item, `/approvals/${index}`, problem));
  return { file, entries, faults, locate };
}

const example = `Like this: approvals: [{ change: 0123456789abcdef, reason: "Nobody reads it yet.", by: ada@example.com, until: 2026-12-31 }]`;

function readEntry(
  item: Json,
  pointer: string,
  problem: (pointer: string, message: string, hint?: string) => void,
): readonly Entry[] {
  if (!isObject(item)) {
    problem(pointer, "An approval is a map.", example);
    return [];
  }
  for (const key of Object.keys(item))
    if (!fields.some((field) => field === key))
      problem(
        `${pointer}/${key}`,
        `An approval has no "${key}".`,
        didYouMean(key, fields) ?? `It has ${fields.join(", ")}.`,
      );
  const missing = fields.filter((field) => textOf(item, field) === "");
  if (missing.length > 0) {
    problem(pointer, `This approval lacks ${missing.join(" and ")}, and accepts nothing.`, example);
    return [];
  }
  const [change, reason, by, until] = fields.map((field) => textOf(item, field)) as [string, string, string, string];
  if (!/^[0-9a-f]{16}$/.test(change)) {
    problem(
      `${pointer}/change`,
      `"change" is the fingerprint of a change: sixteen hexadecimal digits, as eventpact diff shows it.`,
    );
    return [];
  }
  if (!/^\d{4}-\d{2}-\d{2}$/.test(until) || Number.isNaN(Date.parse(until))) {
    problem(`${pointer}/until`, `"until" is a day, such as 2026-12-31.`);
    return [];
  }
  return [{ change, reason, by, until, pointer }];
}

/** A fingerprint of digits alone is a number to YAML unless it is quoted. */
function textOf(item: Json, field: string): string {
  const value = own(item, field);
  if (typeof value === "number") return String(value).padStart(field === "change" ? 16 : 0, "0");
  return typeof value === "string" ? value.trim() : "";
}

/**
 * Marks the changes that are accepted. An approval past its day accepts nothing and is a finding, and so is one that no change
 * needs. `today` is an ISO day; an approval holds through its day.
 */
export function applyApprovals(
  changes: readonly Change[],
  approvals: Approvals,
  today: string,
): { readonly changes: readonly Change[]; readonly findings: readonly Diagnostic[] } {
  const findings: Diagnostic[] = [...approvals.faults];
  const byChange = Map.groupBy(approvals.entries, ({ change }) => change);
  const needed = (change: Change): boolean => change.level !== "info";
  const used = new Set(changes.filter(needed).map(({ fingerprint }) => fingerprint));
  for (const entry of approvals.entries) {
    const place = { file: approvals.file, ...approvals.locate(entry.pointer) };
    if (!used.has(entry.change))
      findings.push({
        code: "approval-unused",
        severity: "warning",
        ...place,
        message: `No change needs the approval of ${entry.change} any more.`,
        hint: "Delete it.",
      });
    else if (today > entry.until)
      findings.push({
        code: "approval-expired",
        severity: "error",
        ...place,
        message: `The approval of ${entry.change} by ${entry.by} ended on ${entry.until}.`,
        hint: "Mend what it accepted, or have it approved anew.",
      });
  }
  const marked = changes.map((change) => {
    const entry = byChange.get(change.fingerprint)?.find(({ until }) => today <= until);
    if (!entry || !needed(change)) return change;
    const { by, reason, until } = entry;
    return { ...change, approval: { by, reason, until } };
  });
  return { changes: marked, findings };
}
