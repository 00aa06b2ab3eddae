import { html, type Html, type Part } from "./html.ts";

/** Beyond this, code is shown plain: colour is not worth a slow page. */
const MAX_LENGTH = 60_000;

const JSON_TOKENS = /("(?:[^"\\\n]|\\.)*")(\s*:)?|\b(true|false|null|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)\b/g;
const TYPESCRIPT_TOKENS =
  /(\/\*[\s\S]*?\*\/|\/\/[^\n]*)|('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")|\b(export|interface|type|readonly|extends|const|string|number|boolean|null|unknown|never|true|false|\d+)\b/g;

/** Source code with its parts marked: `<i class="k">` names, `s` strings, `n` numbers and literals, `c` comments. */
export function highlight(code: string, language: string): Html {
  if (code.length > MAX_LENGTH) return html`${code}`;
  if (/^(json|jsonc)$/.test(language)) return marked(code, JSON_TOKENS, jsonClass);
  if (/^(ts|typescript|js|javascript)$/.test(language)) return marked(code, TYPESCRIPT_TOKENS, typescriptClass);
  return html`${code}`;
}

function marked(code: string, tokens: RegExp, classOf: (match: RegExpMatchArray) => [string, string]): Html {
  const parts: Part[] = [];
  let from = 0;
  for (const match of code.matchAll(tokens)) {
    const [kind, text] = classOf(match);
    parts.push(code.slice(from, match.index), html`<i class="${kind}">${text}</i>`);
    from = match.index + text.length;
  }
  parts.push(code.slice(from));
  return html`${parts}`;
}

function jsonClass(match: RegExpMatchArray): [string, string] {
  if (match[3] !== undefined) return ["n", match[3]];
  return [match[2] === undefined ? "s" : "k", match[1] ?? ""];
}

function typescriptClass(match: RegExpMatchArray): [string, string] {
  if (match[1] !== undefined) return ["c", match[1]];
  return match[2] === undefined ? ["n", match[3] ?? ""] : ["s", match[2]];
}
