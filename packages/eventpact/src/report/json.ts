import type { CheckReport } from "./report.ts";
import { countOf } from "./report.ts";

/** For programs: described by schema/diagnostics.schema.json of this package. */
export function renderJson(report: CheckReport): string {
  const { diagnostics, waived, checked, folder, version } = report;
  const value = {
    format: 1,
    tool: { name: "eventpact", version },
    folder,
    checked,
    summary: {
      errors: countOf(diagnostics, "error"),
      warnings: countOf(diagnostics, "warning"),
      infos: countOf(diagnostics, "info"),
      waived: waived.length,
    },
    diagnostics,
    waived,
  };
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
