import { readFileSync } from "node:fs";
import process from "node:process";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { checkModel, defaultRuleSettings } from "../../src/check/check-model.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import { readModel } from "../../src/model/read-model.ts";
import type { Json } from "../../src/read/json.ts";
import { isObject } from "../../src/read/json.ts";
import { childPointer, pointerTokens } from "../../src/read/pointer.ts";
import { parseYaml } from "../../src/read/yaml-source.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";

const valid = parseYaml(readFileSync(new URL("../fixtures/requirements/valid.yaml", import.meta.url), "utf8")).value;
const text = stringify(valid, { lineWidth: 0, aliasDuplicateObjects: false });
const lines = text.trimEnd().split("\n");

/** Every fifteenth line or node by default; MUTATIONS=1 tries them all. */
const every = Number(process.env["MUTATIONS"] ?? 15);

async function findings(document: string, name = "orders.yaml"): Promise<readonly Diagnostic[]> {
  const model = await readModel(".", { fileSystem: memoryFileSystem({ [name]: document }) });
  return checkModel(model, { ...defaultRuleSettings, events: "off" });
}

test("the document itself has no finding", async () => {
  expect(await findings(text)).toEqual([]);
});

/** The last line, counted from 1, of the block that a line begins: at its end the fault of its depth is seen at the latest. */
function endOf(index: number): number {
  const depth = (line: string): number => line.search(/\S/);
  const next = lines.findIndex((line, at) => at > index && depth(line) <= depth(lines[index] ?? ""));
  return next < 0 ? lines.length : next;
}

describe("a broken text", () => {
  const breaks: readonly [name: string, (line: string) => string][] = [
    ["is indented by one more", (line) => ` ${line}`],
    ["is indented by two more", (line) => `  ${line}`],
    ["is indented by three more", (line) => `   ${line}`],
    ["is indented by one less", (line) => line.replace(/^ /, "")],
    ["is indented by two less", (line) => line.replace(/^ {2}/, "")],
    ["begins with a tab", (line) => `\t${line.trimStart()}`],
    ["lacks its colon", (line) => line.replace(":", "")],
    ["lacks the blank after its colon", (line) => line.replace(": ", ":")],
    ["opens a quote", (line) => line.replace(/: (\w)/, ': "$1')],
    ["opens a brace", (line) => line.replace(/: (\w)/, ": { $1")],
    ["opens a bracket", (line) => line.replace(/: (\w)/, ": [ $1")],
    ["has a colon too many", (line) => line.replace(/: (\w)/, ": x: $1")],
    ["is a second document", (line) => `---\n${line}`],
    ["is JSON", (line) => line.replace(/^( *)(\w+): (\w+)$/, '$1"$2": "$3",')],
    ["begins with an at sign", (line) => line.replace(/: (\w)/, ": @$1")],
    ["is left over from a merge", (line) => `<<<<<<< ours\n${line}`],
  ];
  test.each(breaks)(
    "where a line %s has one finding, at that line or beside it, or is no YAML fault",
    async (_, change) => {
      let broken = 0;
      for (const [index, line] of lines.entries()) {
        if (index % every !== 0 || change(line) === line) continue;
        const mutated = [...lines.slice(0, index), change(line), ...lines.slice(index + 1)].join("\n");
        const found = await findings(`${mutated}\n`);
        if (!found.some(({ code }) => code === "yaml-syntax")) continue;
        broken += 1;
        expect({ line, found }).toEqual({ line, found: [expect.objectContaining({ file: "orders.yaml" })] });
        const told = found[0]?.line ?? 0;
        const near = told >= index && told <= endOf(index) + 1;
        expect({ line: index + 1, found, near }).toMatchObject({ near: true });
      }
      expect(broken).toBeGreaterThan(0);
    },
  );

  test("in JSON, whatever letter is taken away has one finding at most, by the next line at the latest", async () => {
    const json = JSON.stringify(valid, null, 1);
    for (let at = 0; at < json.length; at += every * 3) {
      const letter = json[at] ?? "";
      if (!/["{}[\],:]/.test(letter)) continue;
      const line = json.slice(0, at).split("\n").length;
      const found = await findings(json.slice(0, at) + json.slice(at + 1), "orders.json");
      if (!found.some(({ code }) => code === "yaml-syntax")) continue;
      // A list without its beginning goes on as values, up to the bracket that closes it.
      const near = letter === "[" || (found[0]?.line ?? 0) <= line + 1;
      expect({ line, found, near }).toEqual({ line, found: [expect.anything()], near: true });
    }
  });
});

/** Every node of the document by its pointer. */
function* nodes(value: Json, pointer = ""): Generator<string> {
  if (pointer !== "") yield pointer;
  if (Array.isArray(value))
    for (const [at, item] of (value as readonly Json[]).entries()) yield* nodes(item, childPointer(pointer, at));
  else if (isObject(value))
    for (const [key, item] of Object.entries(value)) yield* nodes(item, childPointer(pointer, key));
}

type Holder = Record<string, Json>;
const mutations: readonly [name: string, (holder: Holder, key: string) => void][] = [
  ["is gone", (holder, key) => void (Array.isArray(holder) ? holder.splice(Number(key), 1) : delete holder[key])],
  [
    "is misspelt",
    (holder, key) => {
      if (Array.isArray(holder)) return;
      const item = holder[key] as Json;
      delete holder[key];
      holder[`${key.slice(1, 2)}${key.slice(0, 1)}${key.slice(2)}z`] = item;
    },
  ],
  ["is a number", (holder, key) => void (holder[key] = 7)],
  ["is text", (holder, key) => void (holder[key] = "seven")],
  ["is a list", (holder, key) => void (holder[key] = [{}])],
  ["is a map", (holder, key) => void (holder[key] = { seven: 7 })],
  ["is empty", (holder, key) => void (holder[key] = null)],
];

/** Rules that tell at one place what another one lacks. */
const elsewhere =
  /^(ref-resolves|operation-|channel-|reply-|location-|server-variables|kafka-registry|example-valid|schema-|parameter-value|event-|nothing)/;

test.each(mutations)(
  "where something %s, nothing breaks, and the first finding is there, around it, or at what needs it",
  async (_, mutate) => {
    let told = 0;
    for (const [index, pointer] of [...nodes(valid)].entries()) {
      if (index % every !== 0) continue;
      const copy = structuredClone(valid) as Holder;
      const tokens = pointerTokens(pointer);
      let holder = copy;
      for (const token of tokens.slice(0, -1)) holder = holder[token] as Holder;
      mutate(holder, tokens.at(-1) ?? "");
      const mutated = stringify(copy, { lineWidth: 0, aliasDuplicateObjects: false });
      const found = await findings(mutated);
      const [first] = found;
      if (!first) continue;
      told += 1;
      const parent = parseYaml(mutated).locate(tokens.slice(0, -1).reduce(childPointer, ""));
      const isAround = first.line >= parent.line && first.line <= parent.endLine;
      expect({ pointer, first, fits: isAround || elsewhere.test(first.code) }).toMatchObject({ fits: true });
    }
    expect(told).toBeGreaterThan(50 / every);
  },
);
