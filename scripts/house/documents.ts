import { posix } from "node:path";
import { lineAt, type Finding, type HouseFile, type HouseRule } from "./rule.ts";

const isDocument = (path: string): boolean => path.endsWith(".md") && !/(^|\/)fixtures\//.test(path);

/** GitHub's rule for the anchor of a heading: lower case, punctuation dropped, spaces to hyphens. */
const anchorOf = (heading: string): string =>
  heading
    .replace(/`/g, "")
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");

const withoutCode = (text: string): string =>
  text
    .replace(/^```[\s\S]*?^```/gm, (block) => block.replace(/[^\n]/g, " "))
    .replace(/`[^`\n]*`/g, (code) => " ".repeat(code.length));

const anchorsOf = (text: string): Set<string> =>
  new Set([
    ...[...text.matchAll(/^#{1,6}\s+(.+)$/gm)].map((match) => anchorOf(match[1] ?? "")),
    ...[...text.matchAll(/<a (?:id|name)="([^"]+)"/g)].map((match) => match[1] ?? ""),
  ]);

function linksOf(file: HouseFile): { target: string; line: number }[] {
  const text = withoutCode(file.text);
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => ({ target: match[1] ?? "", line: lineAt(text, match.index) }))
    .filter(({ target }) => !/^[a-z]+:/.test(target));
}

function brokenLink(
  file: HouseFile,
  target: string,
  byPath: Map<string, HouseFile>,
  folders: Set<string>,
): string | undefined {
  const [path = "", anchor] = target.split("#");
  const resolved =
    path === "" ? file.path : posix.normalize(posix.join(posix.dirname(file.path), path)).replace(/\/$/, "");
  const linked = byPath.get(resolved);
  if (!linked && !folders.has(resolved)) return `the link to ${target} leads nowhere`;
  if (anchor && linked && isDocument(linked.path) && !anchorsOf(linked.text).has(anchor)) {
    return `${linked.path} has no heading #${anchor}`;
  }
  return undefined;
}

function foldersOf(files: readonly HouseFile[]): Set<string> {
  const folders = new Set<string>(["."]);
  for (const { path } of files) {
    for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder)) folders.add(folder);
  }
  return folders;
}

export const documentLinks: HouseRule = {
  code: "dead-link",
  why: "A document that points nowhere is worse than none.",
  check(files) {
    const byPath = new Map(files.map((file) => [file.path, file]));
    const folders = foldersOf(files);
    const links = files
      .filter((file) => isDocument(file.path))
      .flatMap((file) => linksOf(file).map((link) => ({ file, ...link })));
    return {
      looked: links.length,
      findings: links.flatMap(({ file, target, line }) => {
        const message = brokenLink(file, target, byPath, folders);
        return message === undefined ? [] : [{ file: file.path, line, message }];
      }),
    };
  },
};

export const documentedCommands: HouseRule = {
  code: "unknown-command",
  why: "A reader types what a document says.",
  check(files) {
    const manifest = files.find((file) => file.path === "package.json");
    const scripts = Object.keys((JSON.parse(manifest?.text ?? "{}") as { scripts?: object }).scripts ?? {});
    const uses = files
      .filter((file) => isDocument(file.path) && file.path !== "CHANGELOG.md")
      .flatMap((file) =>
        [...file.text.matchAll(/\bnpm run ([a-z][a-z:-]*)/g)].map((match) => ({ file, match, script: match[1] ?? "" })),
      );
    return {
      looked: uses.length,
      findings: uses
        .filter(({ script }) => !scripts.includes(script))
        .map(({ file, match, script }) => ({
          file: file.path,
          line: lineAt(file.text, match.index),
          message: `package.json has no script "${script}"`,
        })),
    };
  },
};

export const decisionRecords: HouseRule = {
  code: "decision-record",
  why: "Decisions are found by number: each number once, none missing, each listed in the index.",
  check(files) {
    const records = files
      .filter((file) => /^docs\/adr\/\d{4}-[a-z0-9-]+\.md$/.test(file.path))
      .map((file) => file.path);
    const index = files.find((file) => file.path === "docs/adr/README.md")?.text ?? "";
    const findings: Finding[] = records.toSorted().flatMap((file, place) => {
      const name = posix.basename(file);
      const found: Finding[] = [];
      if (Number(name.slice(0, 4)) !== place + 1)
        found.push({ file, line: 1, message: `expected number ${place + 1}` });
      if (!index.includes(name)) found.push({ file, line: 1, message: "not listed in docs/adr/README.md" });
      return found;
    });
    return { looked: records.length, findings };
  },
};
