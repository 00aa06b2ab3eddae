import { posix } from "node:path";
import { unescapeText } from "./markup/html.ts";

/** A link inside the site that leads nowhere. */
export interface BrokenLink {
  readonly page: string;
  readonly target: string;
  readonly reason: "no such file" | "no such place on the page";
}

export interface LinkReport {
  /** How many links inside the site were followed. */
  readonly followed: number;
  readonly broken: readonly BrokenLink[];
}

/**
 * Follows every `href` and `src` of every page to its file and, where it names one, to the element with that id.
 * @param files path from the root → text of the pages
 * @param others files that exist beside them (assets)
 * @param base where the site lies on its server, for links that begin there
 */
export function checkLinks(files: ReadonlyMap<string, string>, others: ReadonlySet<string>, base = "/"): LinkReport {
  const pages = [...files].filter(([path]) => path.endsWith(".html"));
  const ids = new Map(pages.map(([path, text]) => [path, idsOf(text)]));
  let followed = 0;
  const broken: BrokenLink[] = [];
  for (const [page, text] of pages) {
    const targets = new Set(
      [...text.matchAll(/\s(?:href|src|data-index|data-find)="([^"]*)"/g)].map((match) => unescapeText(match[1] ?? "")),
    );
    for (const target of targets) {
      if (/^[a-z][a-z+.-]*:/i.test(target)) continue;
      followed += 1;
      const isFromBase = target.startsWith(base);
      const [from, rest] = isFromBase ? ["index.html", target.slice(base.length)] : [page, target];
      const reason = faultOf(from, rest, ids, files, others);
      if (reason !== undefined) broken.push({ page, target, reason });
    }
  }
  return { followed, broken };
}

function faultOf(
  page: string,
  target: string,
  ids: ReadonlyMap<string, ReadonlySet<string>>,
  files: ReadonlyMap<string, string>,
  others: ReadonlySet<string>,
): BrokenLink["reason"] | undefined {
  const [path = "", fragment] = target.split("#", 2);
  if (path.startsWith("/")) return "no such file";
  const file = path === "" ? page : posix.normalize(posix.join(posix.dirname(page), decoded(path)));
  if (!files.has(file) && !others.has(file)) return "no such file";
  if (fragment === undefined || fragment === "") return undefined;
  return ids.get(file)?.has(decoded(fragment)) ? undefined : "no such place on the page";
}

function idsOf(text: string): ReadonlySet<string> {
  return new Set([...text.matchAll(/\sid="([^"]*)"/g)].map((match) => unescapeText(match[1] ?? "")));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
