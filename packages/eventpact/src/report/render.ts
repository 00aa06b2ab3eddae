import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { CheckReport, Format } from "./report.ts";

/** A report in one of the formats. `cwd` is where its files are relative to; the text format reads them for code frames. */
export async function render(
  format: Format,
  report: CheckReport,
  { cwd, color }: { readonly cwd: string; readonly color: boolean },
): Promise<string> {
  switch (format) {
    case "json":
      return (await import("./json.ts")).renderJson(report);
    case "github":
      return (await import("./github.ts")).renderGithub(report);
    case "sarif":
      return (await import("./sarif.ts")).renderSarif(report);
    case "text":
      return (await import("./text.ts")).renderText(report, linesReader(cwd), color);
  }
}

function linesReader(cwd: string): (file: string) => readonly string[] | undefined {
  const known = new Map<string, readonly string[] | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, linesOf(resolve(cwd, file)));
    return known.get(file);
  };
}

function linesOf(path: string): readonly string[] | undefined {
  try {
    return readFileSync(path, "utf8").split(/\r\n|\r|\n/);
  } catch {
    return undefined;
  }
}
