import { describe, expect, test } from "@jest/globals";
import { parseYaml } from "../../src/read/yaml-source.ts";

const at = (text: string, pointer: string, part?: "key" | "value"): string => {
  const span = parseYaml(text).locate(pointer, part);
  return `${span.line}:${span.column}-${span.endLine}:${span.endColumn}`;
};

describe("values", () => {
  test("merge keys and aliases are expanded, own keys win", () => {
    const { value, faults } = parseYaml("base: &base {a: 1, b: 2}\nuse:\n  <<: *base\n  b: 3\nsame: *base\n");
    expect(faults).toEqual([]);
    expect(value).toEqual({ base: { a: 1, b: 2 }, use: { a: 1, b: 3 }, same: { a: 1, b: 2 } });
  });

  test('a key "__proto__" stays an ordinary own key', () => {
    const { value } = parseYaml("__proto__:\n  polluted: true\n");
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  test("numbers that JSON cannot say become text", () => {
    expect(parseYaml("a: .nan\nb: .inf\nc: 1.50\n").value).toEqual({ a: "NaN", b: "Infinity", c: 1.5 });
  });
});

describe("positions", () => {
  const text = "info:\n  title: Shop\n  tags:\n    - name: a\n    - {name: b}\n";
  test("a scalar is its value, exclusive end", () => expect(at(text, "/info/title")).toBe("2:10-2:14"));
  test("the key alone on request", () => expect(at(text, "/info/title", "key")).toBe("2:3-2:8"));
  test("a block map reaches from its key to its last value", () => expect(at(text, "/info")).toBe("1:1-5:16"));
  test("a flow map is itself", () => expect(at(text, "/info/tags/1")).toBe("5:7-5:16"));
  test("a missing key is shown at its parent’s key", () => expect(at(text, "/info/licence/name")).toBe("1:1-1:5"));
  test("through an alias and a merge key the original is shown", () => {
    expect(at("a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n", "/b/k")).toBe("2:6-2:7");
    expect(at("a: &x\n  k: 1\nb: *x\nc:\n  <<: *x\n", "/c/k")).toBe("2:6-2:7");
  });
});

describe("faults", () => {
  const codes = (text: string): readonly string[] => parseYaml(text).faults.map((fault) => fault.code);
  test("a duplicate key", () => expect(codes("a: 1\na: 2\n")).toEqual(["yaml-duplicate-key"]));
  test("a tab as indentation", () => {
    const { faults } = parseYaml("a:\n\tb: 1\n");
    expect(faults[0]).toMatchObject({ code: "yaml-syntax", span: { line: 2, column: 1 } });
    expect(faults[0]?.message).toContain("tab");
  });
  test("an unknown anchor", () => expect(codes("a: *nowhere\n")).toEqual(["yaml-alias"]));
  test("an anchor that contains itself", () => expect(codes("a: &a\n  b: *a\n")).toEqual(["yaml-alias"]));
  test("an anchor bomb ends in a finding, not in memory", () => {
    const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let level = 1; level < 12; level += 1)
      lines.push(`a${level}: &a${level} [${Array.from({ length: 10 }, () => `*a${level - 1}`).join(", ")}]`);
    expect(codes(lines.join("\n"))).toEqual(["yaml-alias"]);
  });
  test("nesting beyond the limit", () =>
    expect(codes(`a: ${"[".repeat(300)}${"]".repeat(300)}`)).toEqual(["yaml-alias"]));
  test("nesting that would exhaust the stack", () => {
    expect(codes(`a: ${"[".repeat(200_000)}`).length).toBeGreaterThan(0);
  });
});
