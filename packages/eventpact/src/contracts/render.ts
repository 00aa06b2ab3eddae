import { countOf, plural } from "../report/report.ts";
import type { CheckReport, Format } from "../report/report.ts";
import { render } from "../report/render.ts";
import { isError } from "../upcasters/verify-upcasters.ts";
import type { UpcasterVerdict } from "../upcasters/verify-upcasters.ts";
import type { Pairing, Verified } from "./verify.ts";

export interface VerifyReport extends CheckReport {
  readonly verified: Verified;
}

/** A verification in one of the formats. JSON has what `check` has, the contracts and the upcasters; text ends with one line per producer and per service with upcasters. */
export async function renderVerification(
  format: Format,
  report: VerifyReport,
  where: { readonly cwd: string; readonly color: boolean },
): Promise<string> {
  if (format === "json") {
    const value = JSON.parse(await render("json", report, where)) as object;
    const { pairings: contracts, upcasters } = report.verified;
    return `${JSON.stringify({ ...value, contracts, upcasters: upcasters.flatMap(triedOnes) }, undefined, 2)}\n`;
  }
  const rendered = await render(format, report, where);
  if (format !== "text") return rendered;
  // The last line of a check counts documents and rules; here contracts count.
  const findings = rendered.slice(0, rendered.trimEnd().lastIndexOf("\n") + 1);
  return `${report.diagnostics.length > 0 ? findings : ""}${[...producerLines(report.verified), ...upcasterLines(report.verified)].join("\n")}\n${summaryLine(report)}\n`;
}

const signs = { kept: "✓", broken: "✗", unknown: "?", schema: "≈" } as const;

function producerLines({ pairings, verdicts }: Verified): readonly string[] {
  const providers = [...new Set(pairings.map(({ provider }) => provider))].toSorted();
  const width = Math.max(...providers.map((name) => name.length), 0) + 2;
  return providers.map((name) => {
    const mine = pairings.filter(({ provider }) => provider === name).map(pairText);
    const verdict = verdicts.find(({ provider }) => provider === name);
    const time =
      verdict === undefined
        ? ""
        : verdict.remembered
          ? verdict.isOpen === true
            ? "  (not all is known)"
            : "  (unchanged)"
          : seconds(verdict.milliseconds);
    return `${name.padEnd(width)}${mine.join("  ")}${time}`;
  });
}

const seconds = (milliseconds: number): string => `  (${(milliseconds / 1000).toFixed(1)} s)`;

/** One upcaster with how it stands. `kept`: no instance that was tried breaks it; nothing is proved. */
interface TriedOne {
  readonly consumer: string;
  readonly from: string;
  readonly to: string;
  readonly instances: number;
  readonly status: "kept" | "broken" | "unknown";
}

function triedOnes({ consumer, record }: UpcasterVerdict): readonly TriedOne[] {
  return (record?.tried ?? []).map((one) => {
    const isBroken = record?.faults.some((fault) => isError(fault) && fault.event === one.from);
    const status = isBroken === true ? "broken" : one.instances === 0 ? "unknown" : "kept";
    return { consumer, ...one, status };
  });
}

function upcasterLines({ upcasters }: Verified): readonly string[] {
  return upcasters.map((verdict) => {
    const { consumer, record, problem, remembered, milliseconds } = verdict;
    const tried = triedOnes(verdict).map(
      ({ status, from, to, instances }) => `${signs[status]} ${from} → ${to}, tried ${plural(instances, "instance")}`,
    );
    const none = problem !== undefined ? "✗ not loaded" : record === undefined ? "? not tried" : "none";
    const time = record === undefined ? "" : remembered ? "  (unchanged)" : seconds(milliseconds);
    return `upcasters of ${consumer}  ${tried.length === 0 ? none : tried.join("  ")}${time}`;
  });
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
  const tried = verified.upcasters.flatMap(triedOnes);
  const instances = tried.reduce((sum, one) => sum + one.instances, 0);
  const upcasters =
    tried.length === 0 ? "" : `; ${plural(tried.length, "upcaster")} tried on ${plural(instances, "instance")}`;
  const seen = `${plural(verified.pairings.length, "contract")}, ${plural(verified.interactions, "interaction")}; ${[...counted, ...(open > 0 ? [`${open} not verified`] : [])].join(", ")}`;
  const good = open > 0 ? "no contract is known to be broken" : "every contract holds";
  return `${folder}: ${found.join(", ") || good} (${seen}${upcasters}; ${Math.round(milliseconds)} ms)`;
}
