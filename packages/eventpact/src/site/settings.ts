import { join, relative, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { didYouMean } from "../diagnostics/suggest.ts";
import type { Json } from "../read/json.ts";
import { isObject, own } from "../read/json.ts";

/** The section `docs` of eventpact.yaml with its defaults. Paths are relative to the project root. */
export interface DocsSettings {
  readonly out: string;
  /** The site's name; absent: from the documents. */
  readonly title?: string;
  /** Folder with `pacts/` and `environments/`. */
  readonly contracts: string;
  /** Folder with `<service>.yaml`: OpenAPI documents of the services' HTTP APIs. */
  readonly openapi: string;
  /** Where the sources can be seen: `https://host/blob/main`, or with `{file}` and `{line}` in it. */
  readonly source?: string;
  /** Where the site lies on its server, between slashes: `/project/`. */
  readonly base?: string;
}

const KNOWN = ["out", "title", "contracts", "openapi", "base", "source"];

/** Throws `UsageError` for a setting that is unknown, of the wrong kind, or would write among the documents. */
export function docsSettings(
  root: string,
  dir: string,
  section: Json | undefined,
  flags: Partial<Pick<DocsSettings, "out" | "title" | "contracts" | "base" | "source">>,
): DocsSettings {
  if (section !== undefined && section !== null && !isObject(section))
    throw new UsageError('eventpact.yaml: "docs" must be a map.');
  for (const key of Object.keys(section ?? {}))
    if (!KNOWN.includes(key))
      throw new UsageError(
        `eventpact.yaml: "docs" has no setting "${key}".`,
        didYouMean(key, KNOWN) ?? `There are: ${KNOWN.join(", ")}.`,
      );
  const title = flags.title ?? textOf(section, "title");
  const out = relative(root, join(root, flags.out ?? textOf(section, "out") ?? ".cache/docs"))
    .split(sep)
    .join("/");
  if (out === "") throw new UsageError("The site needs a folder of its own.", "Name one with --out.");
  if (dir !== "." && `${out}/`.startsWith(`${dir}/`))
    throw new UsageError(`${out} lies among the documents.`, "Choose a folder beside them with --out.");
  const base = (flags.base ?? textOf(section, "base"))?.replace(/^\/*(.*?)\/*$/, "/$1/").replace("//", "/");
  const source = flags.source ?? textOf(section, "source");
  if (source !== undefined && !/^https?:\/\//.test(source))
    throw new UsageError(
      `The sources' address "${source}" is none of the web.`,
      "Such as https://github.com/acme/shop/blob/main",
    );
  return {
    out,
    ...(source === undefined ? {} : { source }),
    ...(base === undefined ? {} : { base }),
    ...(title === undefined ? {} : { title }),
    contracts: flags.contracts ?? textOf(section, "contracts") ?? "contracts",
    openapi: textOf(section, "openapi") ?? "openapi",
  };
}

function textOf(section: Json | undefined, key: string): string | undefined {
  const value = own(section ?? undefined, key);
  if (value === undefined || (typeof value === "string" && value.trim() !== "")) return value;
  throw new UsageError(`eventpact.yaml: "docs.${key}" must be text.`);
}
