import { RegExpParser } from "@eslint-community/regexpp";
import type { AST } from "@eslint-community/regexpp";
import type { Random } from "../src/random.ts";

/** Strings that match a format, and some that just fail to. */
export const formatSamples: { readonly [format: string]: readonly string[] } = {
  date: ["2024-02-29", "2023-02-29", "2024-1-1"],
  time: ["10:20:30Z", "10:20:30.5+01:00", "25:00:00Z"],
  "date-time": ["2024-02-29T10:20:30Z", "2024-02-29T10:20:30.123+02:00", "2024-02-29"],
  email: ["a@b.co", "a.b+c@example.org", "a@"],
  hostname: ["example.org", "a-b.c", "-a"],
  ipv4: ["127.0.0.1", "256.0.0.1"],
  ipv6: ["::1", "2001:db8::1", "::g"],
  uuid: ["0190f3c2-1111-7aaa-8bbb-000000000000", "0190f3c2"],
  uri: ["https://example.org/a?b#c", "urn:a:b", "/a"],
  "uri-reference": ["/a", "https://example.org", "#x"],
  regex: ["^a$", "("],
  "json-pointer": ["", "/a~1b", "a"],
};

const parser = new RegExpParser({ ecmaVersion: 2024 });
const anyCharacter = "abcxyzABC0189-_. é";

/** A string that the pattern probably finds itself in; look-arounds and back references are passed over. */
export function matching(pattern: string, random: Random): string {
  return alternatives(
    parser.parsePattern(pattern, undefined, undefined, { unicode: true, unicodeSets: false }).alternatives,
    random,
  );
}

function alternatives(options: readonly AST.Alternative[], random: Random): string {
  return (random.pick(options)?.elements ?? []).map((part) => element(part, random)).join("");
}

function element(node: AST.Element, random: Random): string {
  switch (node.type) {
    case "Group":
    case "CapturingGroup":
      return alternatives(node.alternatives, random);
    case "Quantifier": {
      const count = Math.min(node.min + random.within(Math.min(node.max - node.min, 3) + 1), 300);
      return Array.from({ length: count }, () => element(node.element, random)).join("");
    }
    case "Character":
    case "CharacterSet":
      return character(node, random);
    case "CharacterClass": {
      const parts: AST.CharacterClassElement[] = [...node.elements];
      const chosen = random.pick(parts);
      if (node.negate || chosen === undefined) return random.pick([...anyCharacter]) ?? "a";
      return character(chosen, random);
    }
    default:
      return "";
  }
}

function character(node: AST.CharacterClassElement | AST.CharacterSet, random: Random): string {
  if (node.type === "Character") return String.fromCodePoint(node.value);
  if (node.type === "CharacterClassRange")
    return String.fromCodePoint(node.min.value + random.within(node.max.value - node.min.value + 1));
  if (node.type === "CharacterSet" && node.kind === "digit" && !node.negate) return String(random.within(10));
  if (node.type === "CharacterSet" && node.kind === "space" && !node.negate) return " ";
  return random.pick([...anyCharacter]) ?? "a";
}
