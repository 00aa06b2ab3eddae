import type { Token } from "markdown-it";
import MarkdownIt from "markdown-it";
import { highlight } from "./highlight.ts";
import { html, nothing, type Html, type Part } from "./html.ts";

/**
 * CommonMark, with tables and struck-out text, as markup. HTML in the text is shown as text. Headings become bold lines,
 * so that a page's outline stays ours. Links lead to http, https and mailto only, and so do pictures: nothing is loaded
 * from elsewhere.
 */
export function markdown(text: string): Html {
  return remembered(`block ${text}`, () => elements(parser.parse(text.replaceAll("\t", "    "), {})));
}

/** One line: code spans, emphasis and links only. */
export function inlineMarkdown(text: string): Html {
  return remembered(`line ${text}`, () => elements(parser.parseInline(text.trim(), {})));
}

/** The envelope's descriptions stand on every event's page, in every language. */
const known = new Map<string, Html>();
const MAX_KNOWN = 2000;

function remembered(key: string, make: () => Html): Html {
  const found = known.get(key);
  if (found) return found;
  if (known.size >= MAX_KNOWN) known.clear();
  const made = make();
  known.set(key, made);
  return made;
}

/** Whether an author's link may become a link: nothing but the web and mail, so never script. */
export function isOutside(target: string): boolean {
  return /^(https?:\/\/|mailto:)/i.test(target) && URL.canParse(target);
}

/** Nothing deeper is read as structure: text without end in `> > >` or `- - -` costs no stack. */
const MAX_DEPTH = 20;

// The library only parses: what a token becomes is decided here, through the template that escapes.
const parser = new MarkdownIt("commonmark", { html: false, linkify: true, maxNesting: MAX_DEPTH });
parser.enable(["table", "strikethrough", "linkify"]);
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false });
parser.linkify.add("ftp:", null).add("//", null).add("mailto:", null);
// What may be linked is asked of `isOutside`; a link that may not keeps its label.
parser.validateLink = () => true;

interface Open {
  readonly token: Token | undefined;
  readonly parts: Part[];
}

/** The parser's flat list of beginnings, ends and leaves, nested. */
function elements(tokens: readonly Token[]): Html {
  const open: Open[] = [{ token: undefined, parts: [] }];
  for (const token of tokens) {
    if (token.nesting === 1) open.push({ token, parts: [] });
    else if (token.nesting === 0) open.at(-1)?.parts.push(leaf(token));
    else {
      const done = open.pop();
      if (done?.token) open.at(-1)?.parts.push(element(done.token, done.parts));
    }
  }
  return html`${open.map(({ parts }) => parts)}`;
}

function leaf(token: Token): Part {
  const { type, content } = token;
  if (type === "inline") return elements(token.children ?? []);
  if (type === "code_inline") return html`<code>${content}</code>`;
  if (type === "fence" || type === "code_block") return code(content.replace(/\n$/, ""), token.info);
  if (type === "image") return picture(token);
  if (type === "softbreak") return "\n";
  if (type === "hardbreak") return html`<br />`;
  if (type === "hr") return html`<hr />`;
  return content;
}

function code(text: string, info: string): Html {
  return html`<pre tabindex="0"><code>${highlight(text, info.trim().split(/\s/)[0] ?? "")}</code></pre>`;
}

function picture(token: Token): Part {
  const target = attribute(token, "src");
  const name = token.content || (target.split("/").at(-1) ?? target);
  return isOutside(target) ? outside(target, name) : name;
}

type Element = (token: Token, inner: readonly Part[]) => Part;

const ELEMENTS: Readonly<Record<string, Element>> = {
  paragraph_open: ({ hidden }, inner) => (hidden ? html`${inner}` : html`<p>${inner}</p>`),
  heading_open: (_token, inner) => html`<p class="subhead">${inner}</p>`,
  blockquote_open: (_token, inner) => html`<blockquote>${inner}</blockquote>`,
  bullet_list_open: (_token, inner) =>
    html`<ul>
      ${inner}
    </ul>`,
  ordered_list_open: (token, inner) =>
    html`<ol start="${attribute(token, "start") || "1"}">
      ${inner}
    </ol>`,
  list_item_open: (_token, inner) => html`<li>${inner}</li>`,
  em_open: (_token, inner) => html`<em>${inner}</em>`,
  strong_open: (_token, inner) => html`<strong>${inner}</strong>`,
  s_open: (_token, inner) => html`<s>${inner}</s>`,
  table_open: (_token, inner) =>
    html`<div class="wide" tabindex="0">
      <table>
        ${inner}
      </table>
    </div>`,
  thead_open: (_token, inner) =>
    html`<thead>
      ${inner}
    </thead>`,
  tbody_open: (_token, inner) =>
    html`<tbody>
      ${inner}
    </tbody>`,
  tr_open: (_token, inner) =>
    html`<tr>
      ${inner}
    </tr>`,
  th_open: (token, inner) => html`<th scope="col" class="${sideOf(token)}">${inner}</th>`,
  td_open: (token, inner) => html`<td class="${sideOf(token)}">${inner}</td>`,
  link_open: (token, inner) => {
    const target = attribute(token, "href");
    return isOutside(target) ? outside(target, inner) : html`${inner}`;
  },
};

function element(token: Token, inner: readonly Part[]): Part {
  return ELEMENTS[token.type]?.(token, inner) ?? (inner.length > 0 ? html`${inner}` : nothing);
}

function attribute(token: Token, name: string): string {
  return String(token.attrGet(name) ?? "");
}

/** On which side a column's cells stand; the page's policy allows no `style`. */
function sideOf(token: Token): string {
  return /text-align:(right|center)/.exec(attribute(token, "style"))?.[1] ?? "left";
}

function outside(target: string, label: Part): Html {
  return html`<a href="${target}" rel="noopener noreferrer nofollow">${label}</a>`;
}
