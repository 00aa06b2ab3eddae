import { countOf, plural } from "../report/report.ts";
import type { CheckReport, Format } from "../report/report.ts";
import { render } from "../report/render.ts";
import type { Pairing, Verified } from "./verify.ts";

export interface VerifyReport extends CheckReport {
  readonly verified: Verified;
}

/** A verification in one of the formats. JSON has what `check` has and the contracts; text ends with one line per producer. */
export async function renderVerification(
  format: Format,
  report: VerifyReport,
  where: { readonly cwd: string; readonly color: boolean },
): Promise<string> {
  if (format === "json") {
    const value = JSON.parse(await render("json", report, where)) as object;
    return `${JSON.stringify({ ...value, contracts: report.verified.pairings }, undefined, 2)}\n`;
  }
  const rendered = await render(format, report, where);
  if (format !== "text") return rendered;
  // The last line of a check counts documents and rules; here contracts count.
  const findings = rendered.slice(0, rendered.trimEnd().lastIndexOf("\n") + 1);
  return `${report.diagnostics.length > 0 ? findings : ""}${producerLines(report.verified)}\n${summaryLine(report)}\n`;
}

const signs = { kept: "✓", broken: "✗", unknown: "?", schema: "≈" } as const;

function producerLines({ pairings, verdicts }: Verified): string {
  const providers = [...new Set(pairings.map(({ provider }) => provider))].toSorted();
  const width = Math.max(...providers.map((name) => name.length), 0) + 2;
  return providers
    .map((name) => {
      const mine = pairings.filter(({ provider }) => provider === name).map(pairText);
      const verdict = verdicts.find(({ provider }) => provider === name);
      const time =
        verdict === undefined
          ? ""
          : verdict.remembered
            ? verdict.isOpen === true
              ? "  (not all is known)"
              : "  (unchanged)"
            : `  (${(verdict.milliseconds / 1000).toFixed(1)} s)`;
      return `${name.padEnd(width)}${mine.join("  ")}${time}`;
    })
    .join("\n");
}

const pairText = ({ consumer, status, interactions }: Pairing): string =>
  `${signs[status]} ${consumer} ${interactions}`;

function summaryLine({ folder, diagnostics, waived, verified, milliseconds }: VerifyReport): string {
  const [errors, warnings] = [countOf(diagnostics, "error"), countOf(diagnostics, "warning")];
  const found = [
    errors ? plural(errors, "error") : "",
    warnings ? plural(warnings, "warning") : "",
    waived.length > 0 ? `${waived.length} waived` : "",
  ].filter(Boolean);
  const ran = verified.verdicts.filter(({ remembered }) => !remembered).length;
  const open = verified.verdicts.filter(({ isOpen }) => isOpen === true).length;
  const counted = [`${plural(ran, "producer")} run`, `${verified.verdicts.length - ran - open} unchanged`];
  const seen = `${plural(verified.pairings.length, "contract")}, ${plural(verified.interactions, "interaction")}; ${[...counted, ...(open > 0 ? [`${open} not verified`] : [])].join(", ")}`;
  const good = open > 0 ? "no contract is known to be broken" : "every contract holds";
  return `${folder}: ${found.join(", ") || good} (${seen}; ${Math.round(milliseconds)} ms)`;
}
