import type { DiffReport } from "../report.ts";
import { openChanges } from "../report.ts";

/** For programs: described by schema/diff.schema.json of this package. */
export function renderDiffJson(report: DiffReport): string {
  const { version, milliseconds: _milliseconds, changes, ...rest } = report;
  const summary = {
    breaking: openChanges(changes, "breaking").length,
    undecided: openChanges(changes, "undecided").length,
    warnings: openChanges(changes, "warning").length,
    infos: openChanges(changes, "info").length,
    accepted: changes.filter(({ approval }) => approval !== undefined).length,
  };
  const value = { format: 1, tool: { name: "eventpact", version }, ...rest, summary, changes };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
