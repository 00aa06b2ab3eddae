import type { Diagnostic, Span } from "../diagnostics/diagnostic.ts";
import type { Settings, Waiver } from "./settings.ts";

export interface Waived extends Diagnostic {
  readonly reason: string;
}

/**
 * Takes the waived findings out. A waiver past its day waives nothing and is a finding itself, and so is one that no
 * finding needs any more. `today` is an ISO day; `locate` gives the span of a pointer in eventpact.yaml.
 */
export function applyWaivers(
  diagnostics: readonly Diagnostic[],
  settings: Pick<Settings, "file" | "waivers">,
  today: string,
  locate: (pointer: string) => Span,
): { open: readonly Diagnostic[]; waived: readonly Waived[] } {
  const used = new Set<Waiver>();
  const expired = (waiver: Waiver): boolean => waiver.until !== undefined && today > waiver.until;
  const open: Diagnostic[] = [];
  const waived: Waived[] = [];
  for (const diagnostic of diagnostics) {
    const waiver = settings.waivers.find((one) => covers(one, diagnostic));
    if (waiver) used.add(waiver);
    if (waiver && !expired(waiver)) waived.push({ ...diagnostic, reason: waiver.reason });
    else open.push(diagnostic);
  }
  for (const waiver of settings.waivers) {
    const place = { file: settings.file ?? "eventpact.yaml", ...locate(waiver.pointer) };
    if (!used.has(waiver)) {
      const message = `Nothing needs this waiver of "${waiver.rule}" any more.`;
      open.push({ code: "waiver-unused", severity: "warning", ...place, message, hint: "Delete it." });
    } else if (expired(waiver)) {
      const message = `This waiver of "${waiver.rule}" ended on ${waiver.until}.`;
      const hint = "Mend what it waives, or give it a later day and say why.";
      open.push({ code: "waiver-expired", severity: "error", ...place, message, hint });
    }
  }
  return { open, waived };
}

function covers(waiver: Waiver, diagnostic: Diagnostic): boolean {
  if (waiver.rule !== diagnostic.code) return false;
  if (waiver.match !== undefined && !diagnostic.message.includes(waiver.match)) return false;
  if (waiver.file === undefined) return true;
  return waiver.file.endsWith("/") ? diagnostic.file.startsWith(waiver.file) : diagnostic.file === waiver.file;
}
