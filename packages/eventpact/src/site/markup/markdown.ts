import { html, type Html, type Part } from "./html.ts";
import { highlight } from "./highlight.ts";

/**
 * The part of CommonMark that descriptions use, as markup: paragraphs, lists, quotes, fenced code, headings (as bold
 * lines, so that a page's outline stays ours), code spans, emphasis and links. HTML in the text is shown as text.
 * Links lead to http, https and mailto only, and so do pictures: nothing is loaded from elsewhere.
 */
export function markdown(text: string): Html {
  return html`${blocks(text.replaceAll("\t", "    ").split(/\r?\n/), 0)}`;
}

/** One line: code spans, emphasis and links only. */
export function inlineMarkdown(text: string): Html {
  return html`${inline(text.trim())}`;
}

const MAX_DEPTH = 6;
const FENCE = /^ {0,3}(```+|~~~+)\s*([\w-]*)/;
const HEADING = /^ {0,3}#{1,6} +(.*?)[ #]*$/;
const QUOTE = /^ {0,3}> ?/;
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])( +)(?=\S)/;

function blocks(lines: readonly string[], depth: number): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < lines.length;) {
    const line = lines[at] ?? "";
    const [part, next] = line.trim() === "" ? [undefined, at + 1] : block(lines, at, depth);
    parts.push(part);
    at = next;
  }
  return parts;
}

function block(lines: readonly string[], at: number, depth: number): [Part, number] {
  const line = lines[at] ?? "";
  const fence = FENCE.exec(line);
  if (fence) return fenced(lines, at, fence[1] ?? "```", fence[2] ?? "");
  const heading = HEADING.exec(line);
  if (heading) return [html`<p class="subhead">${inline(heading[1] ?? "")}</p>`, at + 1];
  if (depth < MAX_DEPTH && QUOTE.test(line)) {
    const end = endOf(lines, at, (next) => QUOTE.test(next));
    const inner = lines.slice(at, end).map((quoted) => quoted.replace(QUOTE, ""));
    return [html`<blockquote>${blocks(inner, depth + 1)}</blockquote>`, end];
  }
  if (depth < MAX_DEPTH && ITEM.test(line)) return list(lines, at, depth);
  const end = endOf(lines, at + 1, (next) => next.trim() !== "" && !startsBlock(next));
  return [html`<p>${inline(lines.slice(at, end).join("\n"))}</p>`, end];
}

function startsBlock(line: string): boolean {
  return FENCE.test(line) || HEADING.test(line) || QUOTE.test(line) || ITEM.test(line);
}

function endOf(lines: readonly string[], from: number, belongs: (line: string) => boolean): number {
  let end = from;
  while (end < lines.length && belongs(lines[end] ?? "")) end += 1;
  return end;
}

function fenced(lines: readonly string[], at: number, mark: string, language: string): [Part, number] {
  const end = endOf(lines, at + 1, (line) => !line.trimStart().startsWith(mark));
  const code = lines.slice(at + 1, end).join("\n");
  return [html`<pre tabindex="0"><code>${highlight(code, language)}</code></pre>`, end + 1];
}

function list(lines: readonly string[], start: number, depth: number): [Part, number] {
  const ordered = /\d/.test(ITEM.exec(lines[start] ?? "")?.[2] ?? "");
  const items: Part[] = [];
  let at = start;
  for (let item = ITEM.exec(lines[at] ?? ""); item; item = ITEM.exec(lines[at] ?? "")) {
    if (/\d/.test(item[2] ?? "") !== ordered) break;
    const width = item[0].length;
    const end = endOf(
      lines,
      at + 1,
      (line) => line.trim() === "" || indentOf(line) >= Math.min(width, 2) || isLazy(line),
    );
    const inner = [(lines[at] ?? "").slice(width), ...lines.slice(at + 1, end).map((line) => dedent(line, width))];
    const parts = blocks(inner, depth + 1);
    items.push(html`<li>${parts}</li>`);
    at = end;
  }
  return [
    ordered
      ? html`<ol>
          ${items}
        </ol>`
      : html`<ul>
          ${items}
        </ul>`,
    at,
  ];
}

/** A paragraph that goes on without indentation still belongs to its list item. */
function isLazy(line: string): boolean {
  return line.trim() !== "" && indentOf(line) > 0 && !ITEM.test(line);
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function dedent(line: string, width: number): string {
  return line.slice(Math.min(indentOf(line), width));
}

const SPECIAL = /[`*_[<h\\]|!(?=\[)|  \n/g;

/** Scans once from left to right; what opens and never closes is text. */
function inline(text: string, depth = 0): Part[] {
  const parts: Part[] = [];
  let from = 0;
  let at = 0;
  while (at < text.length) {
    SPECIAL.lastIndex = at;
    const found = SPECIAL.exec(text);
    if (!found) break;
    at = found.index;
    const span = depth > MAX_DEPTH ? undefined : spanAt(text, at, depth);
    if (span) {
      parts.push(text.slice(from, at), span.part);
      at += span.length;
      from = at;
    } else at += 1;
  }
  parts.push(text.slice(from));
  return parts;
}

interface Span {
  readonly part: Part;
  readonly length: number;
}

function spanAt(text: string, at: number, depth: number): Span | undefined {
  const character = text[at];
  if (character === "\\") return escaped(text, at);
  if (character === "`") return codeSpan(text, at);
  if (character === "[") return link(text, at, depth);
  if (character === "!") return picture(text, at);
  if (character === "<" || character === "h") return address(text, at);
  if (character === " ") return { part: html`<br />`, length: 3 };
  return emphasis(text, at, depth);
}

function escaped(text: string, at: number): Span | undefined {
  const next = text[at + 1] ?? "";
  return /[!-/:-@[-`{-~]/.test(next) ? { part: next, length: 2 } : undefined;
}

function codeSpan(text: string, at: number): Span | undefined {
  const ticks = text.startsWith("``", at) ? "``" : "`";
  const end = text.indexOf(ticks, at + ticks.length);
  if (end < 0) return undefined;
  const code = text.slice(at + ticks.length, end).trim();
  return code === "" ? undefined : { part: html`<code>${code}</code>`, length: end + ticks.length - at };
}

const LINK = /\[([^[\]\n]{1,300})\]\(([^()\s]{1,2000})(?: "[^"\n]{0,300}")?\)/y;

function link(text: string, at: number, depth: number): Span | undefined {
  LINK.lastIndex = at;
  const [whole, label, target] = LINK.exec(text) ?? [];
  if (whole === undefined || label === undefined || target === undefined) return undefined;
  const inner = inline(label, depth + 1);
  return { part: isOutside(target) ? outside(target, inner) : inner, length: whole.length };
}

const IMAGE = /!\[([^[\]\n]{0,300})\]\(([^()\s]{1,2000})(?: "[^"\n]{0,300}")?\)/y;

function picture(text: string, at: number): Span | undefined {
  IMAGE.lastIndex = at;
  const [whole, label, target] = IMAGE.exec(text) ?? [];
  if (whole === undefined || target === undefined) return undefined;
  const name = label || (target.split("/").at(-1) ?? target);
  return { part: isOutside(target) ? outside(target, name) : name, length: whole.length };
}

const ADDRESS = /<?(https?:\/\/[^\s<>"'`)\]]{1,2000})>?/y;

function address(text: string, at: number): Span | undefined {
  if (text[at] === "h" && /\w/.test(text[at - 1] ?? "")) return undefined;
  ADDRESS.lastIndex = at;
  const [whole, found] = ADDRESS.exec(text) ?? [];
  if (whole === undefined || found === undefined) return undefined;
  const target = whole.startsWith("<") ? found : found.replace(/[.,;:!?]+$/, "");
  return { part: outside(target, target), length: whole.startsWith("<") ? whole.length : target.length };
}

/** Whether an author's link may become a link: nothing but the web and mail, so never script. */
export function isOutside(target: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(target) && URL.canParse(target);
}

function outside(target: string, label: Part): Html {
  return html`<a href="${target}" rel="noopener noreferrer nofollow">${label}</a>`;
}

function emphasis(text: string, at: number, depth: number): Span | undefined {
  const character = text[at] ?? "";
  const mark = text[at + 1] === character ? character.repeat(2) : character;
  const opens = /\S/.test(text[at + mark.length] ?? "") && !(character === "_" && /\w/.test(text[at - 1] ?? ""));
  if (!opens) return undefined;
  const end = text.indexOf(mark, at + mark.length + 1);
  const closes =
    end > 0 && /\S/.test(text[end - 1] ?? "") && !(character === "_" && /\w/.test(text[end + mark.length] ?? ""));
  if (!closes || end - at > 1000) return undefined;
  const inner = inline(text.slice(at + mark.length, end), depth + 1);
  const part = mark.length === 2 ? html`<strong>${inner}</strong>` : html`<em>${inner}</em>`;
  return { part, length: end + mark.length - at };
}
