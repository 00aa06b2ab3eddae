import type { Diagnostic, Severity } from "../diagnostics/diagnostic.ts";

/** Gives findings the severities that eventpact.yaml sets for their codes; `off` takes them out. */
export const applySeverities = (
  diagnostics: readonly Diagnostic[],
  severities: Readonly<Record<string, Severity | "off">>,
): readonly Diagnostic[] =>
  diagnostics.flatMap((one) => {
    const severity = Object.hasOwn(severities, one.code) ? severities[one.code] : undefined;
    if (severity === "off") return [];
    return [severity === undefined ? one : { ...one, severity }];
  });
