import { countOf, plural } from "../report/report.ts";
import type { CheckReport, Format } from "../report/report.ts";
import { render } from "../report/render.ts";
import { isError } from "../upcasters/verify-upcasters.ts";
import type { UpcasterVerdict } from "../upcasters/verify-upcasters.ts";
import type { Pairing, Verified } from "./verify.ts";
import type { ProviderVerdict } from "./verify-provider.ts";

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
    const { pairings: contracts, upcasters, verdicts } = report.verified;
    const producers = verdicts.map(producerValue);
    return `${JSON.stringify({ ...value, contracts, producers, upcasters: upcasters.flatMap(triedOnes) }, undefined, 2)}\n`;
  }
  const rendered = await render(format, report, where);
  if (format !== "text") return rendered;
  // The last line of a check counts documents and rules; here contracts count.
  const findings = rendered.slice(0, rendered.trimEnd().lastIndexOf("\n") + 1);
  const lines = [...producerLines(report.verified), ...upcasterLines(report.verified), summaryLine(report)];
  return `${report.diagnostics.length > 0 ? findings : ""}${lines.join("\n")}\n`;
}

/** To what the results of a producer are bound. `loaded: null`: nobody could see what its command loaded. */
const producerValue = ({ provider, state, record, remembered, isOpen, isUnasked }: ProviderVerdict): object => ({
  provider,
  code: state?.code ?? null,
  producer: record?.producer ?? null,
  sources: Object.fromEntries(state?.sources ?? []),
  loaded: record?.loaded === undefined ? null : Object.keys(record.loaded),
  remembered,
  open: isOpen === true,
  asked: isUnasked !== true,
});

const signs = { kept: "✓", broken: "✗", pending: "○", unknown: "?", schema: "≈" } as const;

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
    const line = `${name.padEnd(width)}${mine.join("  ")}${time}`;
    return [line, ...boundLines(verdict, " ".repeat(width))].join("\n");
  });
}

const MOST_NAMES = 6;

/** To what the results of a producer are bound: how many files each source has, and what was loaded besides. */
function boundLines(verdict: ProviderVerdict | undefined, indent: string): readonly string[] {
  const { state, record, isUnasked, remembered } = verdict ?? {};
  if (state === undefined || isUnasked === true || remembered === true) return [];
  const sources = `files: ${[...state.sources].map(([source, count]) => `${source} ${count}`).join(", ")}`;
  if (record === undefined) return [`${indent}${sources}`];
  const { loaded } = record;
  const names = Object.keys(loaded ?? {});
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  const beside =
    loaded === undefined
      ? "what else it loaded was not observed"
      : names.length === 0
        ? "nothing else was loaded"
        : `also loaded, and bound: ${names.slice(0, MOST_NAMES).join(", ")}${more}`;
  return [`${indent}${sources}; ${beside}`];
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

function pairText({ consumer, status, interactions, deployed, wanted }: Pairing): string {
  const why = deployed ?? (wanted === undefined ? [] : [`${wanted.reason}${wanted.pending ? ", pending" : ""}`]);
  return `${signs[status]} ${consumer}${why.length === 0 ? "" : ` (${why.join(", ")})`} ${interactions}`;
}

function summaryLine({ folder, diagnostics, waived, verified, milliseconds }: VerifyReport): string {
  const [errors, warnings] = [countOf(diagnostics, "error"), countOf(diagnostics, "warning")];
  const found = [
    errors ? plural(errors, "error") : "",
    warnings ? plural(warnings, "warning") : "",
    waived.length > 0 ? `${waived.length} waived` : "",
  ].filter(Boolean);
  const ran = verified.verdicts.filter(({ remembered }) => !remembered).length;
  const open = verified.verdicts.filter(({ isOpen }) => isOpen === true).length;
  const unchanged = verified.verdicts.filter(({ remembered, isOpen }) => remembered && isOpen !== true).length;
  const counted = [`${plural(ran, "producer")} run`, `${unchanged} unchanged`];
  const tried = verified.upcasters.flatMap(triedOnes);
  const instances = tried.reduce((sum, one) => sum + one.instances, 0);
  const upcasters =
    tried.length === 0 ? "" : `; ${plural(tried.length, "upcaster")} tried on ${plural(instances, "instance")}`;
  const here = verified.pairings.filter(({ deployed }) => deployed === undefined).length;
  const seen = `${plural(here, "contract")}, ${plural(verified.interactions, "interaction")}; ${[...counted, ...(open > 0 ? [`${open} not verified`] : [])].join(", ")}`;
  const good =
    here === 0 ? "there is no contract yet" : open > 0 ? "no contract is known to be broken" : "every contract holds";
  return `${folder}: ${found.join(", ") || good} (${seen}${upcasters}; ${Math.round(milliseconds)} ms)`;
}
