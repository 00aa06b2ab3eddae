import { createHash } from "node:crypto";
import { posix } from "node:path";

/** Gives each name of one kind a file name of its own: readable, safe on every file system, unique whatever the case. */
export function fileNames(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set<string>(["index"]);
  const result = new Map<string, string>();
  for (const name of [...names].toSorted()) {
    let file = readableName(name);
    if (taken.has(file.toLowerCase())) file = `${file}-${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
    taken.add(file.toLowerCase());
    result.set(name, file);
  }
  return result;
}

function readableName(name: string): string {
  const plain = name
    .replace(/[^A-Za-z0-9._-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "")
    .slice(0, 80);
  const isReserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain);
  if (plain !== "" && !isReserved) return plain;
  return `_${plain}${createHash("sha256").update(name).digest("hex").slice(0, 8)}`;
}

/** An element's id for a text: no spaces, nothing to escape in an address; equal texts give equal ids. */
export function anchorFor(text: string): string {
  return text.replace(/[^A-Za-z0-9_.-]/gu, (character) =>
    character === "[" || character === "]" ? "" : `~${(character.codePointAt(0) ?? 0).toString(16)}`,
  );
}

/** The relative address from one page to another: both paths from the site's root, `/` as separator. */
export function relativeAddress(from: string, to: string): string {
  const [path = "", fragment] = to.split("#", 2);
  const address = path === from || path === "" ? "" : posix.relative(posix.dirname(from), path);
  return fragment === undefined ? address || posix.basename(from) : `${address}#${fragment}`;
}
