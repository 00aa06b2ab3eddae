import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import { checkModel } from "../../src/check/check-model.ts";
import { loadFolder } from "../../src/read/load.ts";
import { buildModel } from "../../src/model/read-model.ts";
import { nodeFileSystem } from "../../src/read/node-file-system.ts";
import { limits } from "../../src/read/limits.ts";
import type { Rule } from "../../src/rules/rule.ts";
import { rules } from "../../src/rules/index.ts";

const fixtures = fileURLToPath(new URL("../fixtures/rules/", import.meta.url));
const on = { events: "on", severities: {} } as const;

/** `file:line` of what the rule finds, and of the lines that the fixture marks with `# <-`. */
async function linesOf(folder: string, only: readonly Rule[]): Promise<{ found: string[]; messages: string[] }> {
  const loaded = await loadFolder(nodeFileSystem(folder), ".");
  const diagnostics = checkModel(buildModel(".", loaded), on, only);
  return {
    found: [...new Set(diagnostics.map(({ file, line }) => `${file}:${line}`))].toSorted(),
    messages: diagnostics.map(({ file, line, message }) => `${file}:${line} ${message}`),
  };
}

function markedLines(folder: string): string[] {
  return (readdirSync(folder, { recursive: true }) as string[])
    .filter((name) => name.endsWith(".yaml"))
    .flatMap((name) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .flatMap((text, index) => (text.includes("# <-") ? [`${name}:${index + 1}`] : [])),
    )
    .toSorted();
}

/** Folders with documents in them: the fixture itself, or its variants. */
function cases(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  const variants = entries.filter((entry) => entry.isDirectory() && !["events", "shared"].includes(entry.name));
  const own = entries.some((entry) => entry.isFile()) ? [folder] : [];
  return [...own, ...variants.map((entry) => join(folder, entry.name))];
}

const withFixtures = rules.filter(({ code }) => code !== "file-too-large");

describe.each(withFixtures)("$code", (rule) => {
  test.each(cases(join(fixtures, rule.code, "good")))("finds nothing in %s", async (folder) => {
    const { messages } = await linesOf(folder, [rule]);
    expect(messages).toEqual([]);
    const specification = await linesOf(
      folder,
      rules.filter(({ category }) => category === "specification"),
    );
    expect(specification.messages).toEqual([]);
  });

  test.each(cases(join(fixtures, rule.code, "bad")))(
    "finds every marked line, and only those, in %s",
    async (folder) => {
      const variants = readdirSync(folder, { withFileTypes: true }).filter(
        (entry) => entry.isDirectory() && !["events", "shared"].includes(entry.name),
      );
      const isMine = (line: string): boolean => !variants.some(({ name }) => line.startsWith(`${name}/`));
      const { found } = await linesOf(folder, [rule]);
      const marked = markedLines(folder).filter(isMine);
      expect(marked.length).toBeGreaterThan(0);
      expect(found.filter(isMine)).toEqual(marked);
    },
  );
});

test("every rule is named after its file, and has a sentence and a reason", () => {
  const files = readdirSync(fileURLToPath(new URL("../../src/rules/", import.meta.url)));
  for (const { code, title, why } of rules) {
    expect(files).toContain(`${code}.ts`);
    expect(title).toMatch(/^[A-Z].*\.$/);
    expect(why).toMatch(/\.$/);
  }
  expect(rules.map(({ code }) => code)).toEqual(rules.map(({ code }) => code).toSorted());
});

test("file-too-large: a file beyond the limit is a finding, and is not parsed", async () => {
  const big = new TextEncoder().encode(`asyncapi: 3.0.0\n# ${"x".repeat(limits.fileBytes)}\n`);
  const small = new TextEncoder().encode("asyncapi: 3.0.0\nchannels: { a: { $ref: ./big.yaml } }\n");
  const files = new Map([
    ["a.yaml", small],
    ["big.yaml", big],
  ]);
  const loaded = await loadFolder({ list: async () => [...files.keys()], read: async (path) => files.get(path) }, ".");
  const found = checkModel(
    buildModel(".", loaded),
    on,
    rules.filter(({ code }) => code === "file-too-large"),
  );
  expect(found).toMatchObject([{ file: "big.yaml", line: 1 }]);
});
