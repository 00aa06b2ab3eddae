import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";
import type { GenerateSection } from "../config/settings.ts";

/** Where a package goes and what it is called. */
export interface GenerateSettings {
  /** Relative to the project root. */
  readonly out: string;
  readonly packageName: string;
  readonly maxBytes: number;
  readonly maxDepth: number;
}

const PACKAGE_NAME = /^(@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/;

/**
 * Flags win over the section `generate` of eventpact.yaml; an existing package keeps its name where neither says one. Throws
 * `UsageError` for a place or a name that cannot be.
 */
export function generateSettings(
  root: string,
  dir: string,
  section: GenerateSection,
  flags: { readonly out?: string; readonly packageName?: string } = {},
): GenerateSettings {
  const out = flags.out ?? section.out;
  const path = relative(root, join(root, out)).split(sep).join("/");
  if (path === "") throw new UsageError("The generated package needs a folder of its own.", "Name one with --out.");
  if (dir !== "." && `${path}/`.startsWith(`${dir}/`)) {
    throw new UsageError(
      `${path} lies among the documents it would be made of.`,
      "Choose a folder beside them with --out.",
    );
  }
  const packageName = flags.packageName ?? section.packageName ?? presentName(join(root, path)) ?? "events";
  if (!PACKAGE_NAME.test(packageName))
    throw new UsageError(
      `"${packageName}" cannot be the name of a package.`,
      "Names look like events or @shop/events.",
    );
  return {
    out: path,
    packageName,
    maxBytes: section.maxBytes,
    maxDepth: section.maxDepth,
  };
}

function presentName(folder: string): string | undefined {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return undefined;
  try {
    const { name } = JSON.parse(readFileSync(file, "utf8")) as { name?: unknown };
    return typeof name === "string" ? name : undefined;
  } catch {
    return undefined;
  }
}
