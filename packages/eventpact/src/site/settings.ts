import { join, relative, sep } from "node:path";
import { UsageError } from "../command-line/command.ts";
import type { Settings } from "../config/settings.ts";

/** The section `docs` of eventpact.yaml with its defaults. Paths are relative to the project root. */
export interface DocsSettings {
  readonly out: string;
  /** The site's name; absent: from the documents. */
  readonly title?: string;
  /** Folder with `<service>.yaml`: OpenAPI documents of the services' HTTP APIs. */
  readonly openapi: string;
  /** Where the sources can be seen: `https://host/blob/main`, or with `{file}` and `{line}` in it. */
  readonly source?: string;
  /** Where the site lies on its server, between slashes: `/project/`. */
  readonly base?: string;
}

/** Flags win over the section `docs`. Throws `UsageError` for a place or an address that cannot be. */
export function docsSettings(
  root: string,
  dir: string,
  { docs }: Pick<Settings, "docs">,
  flags: Partial<Pick<DocsSettings, "out" | "title" | "base" | "source">>,
): DocsSettings {
  const title = flags.title ?? docs.title;
  const out = relative(root, join(root, flags.out ?? docs.out))
    .split(sep)
    .join("/");
  if (out === "") throw new UsageError("The site needs a folder of its own.", "Name one with --out.");
  if (dir !== "." && `${out}/`.startsWith(`${dir}/`))
    throw new UsageError(`${out} lies among the documents.`, "Choose a folder beside them with --out.");
  const base = (flags.base ?? docs.base)?.replace(/^\/*(.*?)\/*$/, "/$1/").replace("//", "/");
  const source = flags.source ?? docs.source;
  if (source !== undefined && !/^https?:\/\//.test(source))
    throw new UsageError(
      `--source must be an http(s) URL, not "${source}".`,
      "Such as https://github.com/acme/shop/blob/main",
    );
  return {
    out,
    ...(source === undefined ? {} : { source }),
    ...(base === undefined ? {} : { base }),
    ...(title === undefined ? {} : { title }),
    openapi: docs.openapi,
  };
}
