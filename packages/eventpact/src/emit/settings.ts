import { existsSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { isObject } from "../read/json.ts";

/** Where a package goes and what it is called. */
export interface GenerateSettings {
  /** Relative to the project root. */
  readonly out: string;
  readonly packageName: string;
  readonly maxBytes: number;
  readonly maxDepth: number;
}

const KNOWN = ["out", "packageName", "maxBytes", "maxDepth"];
const PACKAGE_NAME = /^(@[a-z\d~-][a-z\d._~-]*\/)?[a-z\d~-][a-z\d._~-]*$/;

/**
 * Flags win over the section `generate` of eventpact.yaml, which wins over what is there already (an existing package keeps
 * its name), which wins over the defaults: `generated/`, `events`, 1 MiB, 64 levels. Throws `UsageError` for a setting
 * that is not what it should be.
 */
export function generateSettings(
  root: string,
  dir: string,
  section: Json | undefined,
  flags: { readonly out?: string; readonly packageName?: string } = {},
): GenerateSettings {
  const written = section ?? {};
  if (!isObject(written)) throw new UsageError('eventpact.yaml: "generate" must be a map.');
  for (const key of Object.keys(written)) {
    if (!KNOWN.includes(key)) {
      throw new UsageError(
        `eventpact.yaml: "generate" has no setting "${key}".`,
        didYouMean(key, KNOWN) ?? `There are: ${KNOWN.join(", ")}.`,
      );
    }
  }
  const out = flags.out ?? textOf(written["out"], "out") ?? "generated";
  const path = relative(root, join(root, out)).split(sep).join("/");
  if (path === "") throw new UsageError("The generated package needs a folder of its own.", "Name one with --out.");
  if (dir !== "." && `${path}/`.startsWith(`${dir}/`)) {
    throw new UsageError(
      `${path} lies among the documents it would be made of.`,
      "Choose a folder beside them with --out.",
    );
  }
  const packageName =
    flags.packageName ?? textOf(written["packageName"], "packageName") ?? presentName(join(root, path)) ?? "events";
  if (!PACKAGE_NAME.test(packageName))
    throw new UsageError(
      `"${packageName}" cannot be the name of a package.`,
      "Names look like events or @shop/events.",
    );
  return {
    out: path,
    packageName,
    maxBytes: countOf(written["maxBytes"], "maxBytes") ?? 1_048_576,
    maxDepth: countOf(written["maxDepth"], "maxDepth") ?? 64,
  };
}

function textOf(value: Json | undefined, key: string): string | undefined {
  if (value === undefined || (typeof value === "string" && value !== "")) return value;
  throw new UsageError(`eventpact.yaml: "generate.${key}" must be text.`);
}

function countOf(value: Json | undefined, key: string): number | undefined {
  if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value > 0)) return value;
  throw new UsageError(`eventpact.yaml: "generate.${key}" must be a whole number above 0.`);
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
