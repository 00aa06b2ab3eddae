import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Project } from "../project/project.ts";

/** What a check beyond the documents is told. */
export interface ExtraCheckContext {
  readonly project: Project;
  /** An ISO day, for what ends on one. */
  readonly today: string;
  /** What was found in the documents. */
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * A check that looks at more than the documents, such as generated code or another git revision. It decides by itself
 * whether it applies, keeps its own cache, and answers with findings whose codes have an entry in the catalogue.
 */
export interface ExtraCheck {
  readonly run: (context: ExtraCheckContext) => Promise<readonly Diagnostic[]>;
}

/** The checks, loaded one after the other when they are due. */
const checks: readonly (() => Promise<{ readonly extraCheck: ExtraCheck }>)[] = [
  () => import("../emit/extra-check.ts"),
  () => import("../diff/extra-check.ts"),
  () => import("../deploy/extra-check.ts"),
];

export async function runExtraChecks(context: ExtraCheckContext): Promise<readonly Diagnostic[]> {
  const found: Diagnostic[] = [];
  for (const load of checks) found.push(...(await (await load()).extraCheck.run(context)));
  return found;
}

/** Rules that say of a file that it, or what it refers to, cannot be read. */
export const unreadCodes: ReadonlySet<string> = new Set(
  "yaml-syntax yaml-alias yaml-duplicate-key yaml-json file-encoding file-too-large ref-resolves asyncapi-version".split(
    " ",
  ),
);

/** Whatever it said would be said by other settings than those that were meant. */
export const isMisconfigured = ({ diagnostics }: ExtraCheckContext): boolean =>
  diagnostics.some(({ code }) => code === "config-invalid");

/** It would judge by what it has not read. */
export const isBlind = (context: ExtraCheckContext): boolean =>
  isMisconfigured(context) || context.diagnostics.some(({ code }) => unreadCodes.has(code));
