import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { appendToList, appendToMap, removeFromList, setScalar, yamlText } from "../../src/new/yaml-edit.ts";

const file = `# head
channels: # kept
  a:
    address: a   # odd   spacing
    messages:
      One.v1: { $ref: one.yaml } # why
      # about two
      Two.v1: { $ref: two.yaml }
    # after the messages
    title: >-
      folded by hand
      just so
operations:
  - x
  # last words
`;

describe("editing YAML", () => {
  test("appends to a map in the form of its siblings and changes no other byte", () => {
    const edited = appendToMap(file, ["channels", "a", "messages"], "Three.v1", { $ref: "three.yaml" });
    expect(edited).toBe(file.replace("two.yaml }\n", "two.yaml }\n      Three.v1: { $ref: three.yaml }\n"));
  });

  test("appends after a block scalar, before what follows it", () => {
    const edited = appendToMap(file, ["channels", "a"], "bindings", { kafka: { topic: "a" } });
    expect(edited).toBe(file.replace("just so\n", "just so\n    bindings:\n      kafka:\n        topic: a\n"));
  });

  test("appends to a list, and to a file without a newline at its end", () => {
    expect(appendToList(file, ["operations"], "y")).toBe(file.replace("- x\n", "- x\n  - y\n"));
    expect(appendToMap("a: 1", [], "b", 2)).toBe("a: 1\nb: 2\n");
    expect(appendToList("- a: 1\n  b: 2\n- c: 3", [], { d: [1, 2] })).toBe("- a: 1\n  b: 2\n- c: 3\n- d: [1, 2]\n");
  });

  test("leaves alone what is there already", () => {
    expect(appendToMap(file, ["channels", "a", "messages"], "One.v1", { $ref: "other.yaml" })).toBe(file);
    expect(appendToList(file, ["operations"], "x")).toBe(file);
  });

  test("lays an inline or empty collection out anew, with its comments", () => {
    const edited = appendToMap("# head\nmessages: {} # none yet\n", ["messages"], "a", { b: 1 });
    expect(parse(edited)).toEqual({ messages: { a: { b: 1 } } });
    expect(edited).toContain("# head");
    expect(parse(appendToList("a: [1, 2]\n", ["a"], 3))).toEqual({ a: [1, 2, 3] });
    expect(parse(appendToMap('{ "a": { "b": 1 } }', ["a"], "c", [2]))).toEqual({ a: { b: 1, c: [2] } });
  });

  test("replaces one scalar, or adds it", () => {
    expect(setScalar(file, ["channels", "a", "address"], "b")).toBe(file.replace("address: a ", "address: b "));
    expect(setScalar("name: x\n", ["x-lifecycle"], "active")).toBe("name: x\nx-lifecycle: active\n");
  });

  test("removes an entry with its line", () => {
    expect(removeFromList("a:\n  - one # 1\n  - two\n  - three\n", ["a"], 1)).toBe("a:\n  - one # 1\n  - three\n");
    expect(parse(removeFromList("a: [1, 2]\n", ["a"], 0))).toEqual({ a: [2] });
  });

  test("quotes words that could be taken for something else", () => {
    const value = { date: "2026-01-15", yes: "true", tricky: "a: 'b' # c", "*": "@", empty: "", lines: "a\nb\n" };
    expect(parse(yamlText(value))).toEqual(value);
    expect(yamlText(value)).toContain('date: "2026-01-15"');
  });
});
