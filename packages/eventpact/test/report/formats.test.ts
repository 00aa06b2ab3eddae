import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "@jest/globals";
import type { Ajv } from "ajv";
import { renderGithub } from "../../src/report/github.ts";
import { renderJson } from "../../src/report/json.ts";
import type { CheckReport } from "../../src/report/report.ts";
import { renderSarif } from "../../src/report/sarif.ts";
import { renderText } from "../../src/report/text.ts";

const require = createRequire(import.meta.url);
const { default: Ajv2020 } = require("ajv/dist/2020.js") as { default: new (options: object) => Ajv };

const span = { line: 2, column: 3, endLine: 2, endColumn: 6 };
const finding = {
  code: "field-unknown",
  severity: "error",
  file: "a b.yaml",
  ...span,
  message: "100% wrong\nindeed",
  hint: "Do: this, then that",
} as const;
const report: CheckReport = {
  version: "1.2.3",
  folder: "asyncapi",
  checked: { documents: 1, operations: 2, events: 3, files: 4, rules: 5 },
  diagnostics: [finding, { ...finding, severity: "warning", endLine: 4, message: "Later" }],
  waived: [{ ...finding, reason: "Because." }],
  milliseconds: 12.3,
  fromCache: false,
};

describe("json", () => {
  const schema = JSON.parse(
    readFileSync(new URL("../../schema/diagnostics.schema.json", import.meta.url), "utf8"),
  ) as object;
  const validate = new Ajv2020({ allErrors: true }).compile(schema);

  test("fits its published schema", () => {
    validate(JSON.parse(renderJson(report)));
    expect(validate.errors ?? []).toEqual([]);
  });

  test("the schema refuses a line 0, an unknown severity and a waiver without a reason", () => {
    const value = JSON.parse(renderJson(report)) as {
      diagnostics: Record<string, unknown>[];
      waived: Record<string, unknown>[];
    };
    value.diagnostics[0]!["line"] = 0;
    value.diagnostics[1]!["severity"] = "fatal";
    delete value.waived[0]!["reason"];
    validate(value);
    expect((validate.errors ?? []).map(({ instancePath }) => instancePath)).toEqual(
      expect.arrayContaining(["/diagnostics/0/line", "/diagnostics/1/severity", "/waived/0"]),
    );
  });
});

test("github annotations escape what would end them, and give no columns for several lines", () => {
  expect(renderGithub(report).split("\n")).toEqual([
    "::error file=a b.yaml,line=2,endLine=2,col=3,endColumn=5,title=eventpact field-unknown::100%25 wrong%0Aindeed%0ADo: this, then that",
    "::warning file=a b.yaml,line=2,endLine=4,title=eventpact field-unknown::Later%0ADo: this, then that",
    "",
  ]);
});

test("sarif names its rules, gives regions, and keeps waived findings as suppressions", () => {
  const { version, runs } = JSON.parse(renderSarif(report)) as {
    version: string;
    runs: { tool: { driver: { rules: { id: string }[] } }; results: Record<string, unknown>[] }[];
  };
  expect(version).toBe("2.1.0");
  expect(runs[0]!.tool.driver.rules).toMatchObject([
    { id: "field-unknown", shortDescription: { text: expect.any(String) } },
  ]);
  expect(runs[0]!.results).toMatchObject([
    {
      ruleId: "field-unknown",
      ruleIndex: 0,
      level: "error",
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: "a%20b.yaml" },
            region: { startLine: 2, startColumn: 3, endLine: 2, endColumn: 6 },
          },
        },
      ],
    },
    { level: "warning" },
    { suppressions: [{ kind: "external", status: "accepted", justification: "Because." }] },
  ]);
});

describe("text", () => {
  const lines = ["a:", "  bad: 1", "  c: 2", "  d: 3"];
  test("a frame underlines the place, the hint follows, the last line says what was seen", () => {
    expect(renderText(report, () => lines, false)).toBe(`a b.yaml:2:3: error: 100% wrong
indeed [field-unknown]
  1 │ a:
  2 │   bad: 1
    │   ^^^
  → Do: this, then that

a b.yaml:2:3: warning: Later [field-unknown]
  1 │ a:
  2 │   bad: 1
    │   ^^^
  → Do: this, then that

asyncapi: 1 error, 1 warning, 1 waived (1 document, 2 operations, 3 event versions, 5 rules; 12 ms)
`);
  });

  test("text from a file cannot steer the terminal", () => {
    const hostile = { ...finding, message: "\u001b[2Jgone\u0007\u202e" };
    const text = renderText(
      { ...report, diagnostics: [hostile] },
      () => ["\u001b]0;title\u0007a:", "  \u001b[31mbad: 1"],
      false,
    );
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  test("colours only where they are wanted", () => {
    expect(renderText(report, () => lines, true)).toContain("\u001b[31;1merror\u001b[0m");
    expect(renderText(report, () => lines, false)).not.toContain("\u001b");
  });

  test("without the file there is a finding without a frame", () => {
    expect(renderText(report, () => undefined, false)).toContain("a b.yaml:2:3: error");
  });
});
