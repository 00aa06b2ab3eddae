import { readFileSync, readdirSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { plainYaml } from "../../src/read/yaml-plain.ts";
import { parseYaml } from "../../src/read/yaml-source.ts";

const root = fileURLToPath(new URL("../../../../", import.meta.url));
const texts = ["asyncapi", "packages/eventpact/test/fixtures"].flatMap((folder) =>
  (readdirSync(`${root}${folder}`, { recursive: true }) as string[])
    .filter((name) => /\.ya?ml$/.test(name))
    .map((name) => readFileSync(`${root}${folder}/${name}`, "utf8")),
);

/** What the full parser says, where the quick reader is sure. */
function agree(text: string): boolean {
  const plain = plainYaml(text);
  if (!plain) return false;
  const { value, faults } = parseYaml(text);
  expect({ text, value: plain.value, faults }).toEqual({ text, value, faults: [] });
  return true;
}

test("it reads what people write, and what it reads is what the parser reads", () => {
  const sure = texts.filter(agree).length;
  expect(sure).toBeGreaterThan(texts.length * 0.9);
});

/** Pieces of YAML, one a line, and those that hold line breaks or white space. */
const edits = [
  ...`: - # " ' { } [ ] , & * ! | > >- ? 1 -0 0x1F 1e3 .inf ~ null true << \\ 0o17 012 '' "a"`.split(" "),
  ...`: ,- , #,&a ,!x ,? ,<<: ,- - a`.split(","),
  "\n",
  "\n\n",
  "  ",
  "---\n",
  "...\n",
  "\u00A0",
  "\r\n",
  "\t",
  "{a: b}",
  "x: |\n  a\n\n  b\n",
  "y: >\n  a\n  b\n\n  c\n",
  'k: "a\n  b"\n',
];

test("whatever is done to a text, it reads the same as the parser or leaves it to the parser", () => {
  const lines = fc.constantFrom(...texts).chain((text) => {
    const all = text.split("\n");
    return fc
      .tuple(fc.nat(all.length), fc.integer({ min: 1, max: 14 }))
      .map(([from, count]) => all.slice(from, from + count).join("\n"));
  });
  const pieces = fc.constantFrom(...edits);
  const edit = fc.record({ at: fc.nat(400), drop: fc.nat(3), add: fc.option(pieces, { nil: "" }) });
  fc.assert(
    fc.property(lines, fc.array(edit, { maxLength: 3 }), (text, edits) => {
      agree(edits.reduce((now, { at, drop, add }) => now.slice(0, at) + add + now.slice(at + drop), text));
    }),
    { seed: 12, numRuns: Number(process.env["YAML_RUNS"] ?? 1_500) },
  );
});

describe("it leaves to the parser", () => {
  test.each(
    "a: &x 1|a: *x|a: !t 1|<<: {}|a: 1;a: 2|a: b: c|a: |2;   b|a: .nan|? a;: b|a: 1;---;b: 2"
      .split(/(?<!: )\|/)
      .map((text) => text.replaceAll(";", "\n")),
  )("%j", (text) => expect(plainYaml(text)).toBeUndefined());
});
