/** Marks markup made here. A symbol, so that no value read from YAML or JSON can carry it. */
const markup = Symbol("markup");

/** Markup that is safe to put into a page: literals of our templates, with every value escaped. */
export interface Html {
  readonly [markup]: string;
}

/** What a template takes. Text is escaped; `undefined`, `null` and `false` are nothing; a list is its parts in a row. */
export type Part = Html | string | number | false | null | undefined | readonly Part[];

const checked = new WeakSet<TemplateStringsArray>();

/**
 * The only way to make markup: html`<a href="${address}">${text}</a>`. Values are escaped for text and for quoted
 * attributes alike. Throws for a template that puts a value where escaping does not help (an attribute without
 * quotes, a tag's name, a script or style).
 */
export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  if (!checked.has(literals)) {
    checkTemplate(literals);
    checked.add(literals);
  }
  let text = literals[0] ?? "";
  for (const [index, part] of parts.entries()) text += textOf(part) + (literals[index + 1] ?? "");
  return { [markup]: text };
}

/**
 * Markup made by our template inside the official generator, which escapes as this file does. Throws for anything
 * that could run, should a text ever have slipped through.
 */
export function fromGenerator(text: string): Html {
  const tags = text.match(/<[^>]*>/g) ?? [];
  const bad = tags.find((tag) =>
    /^<\/?(?:script|style|iframe|object|embed|base|form|meta|link)\b|\son\w+\s*=|=\s*"\s*javascript:/i.test(tag),
  );
  if (bad !== undefined) throw new Error(`the generator's page holds ${bad}`);
  return { [markup]: text };
}

export const nothing: Html = { [markup]: "" };

/** The markup as text, to be written to a file. */
export function render(page: Html): string {
  return page[markup];
}

export function isHtml(part: Part): part is Html {
  return typeof part === "object" && part !== null && markup in part;
}

/** The parts with a separator between them. */
export function joined(parts: readonly Part[], separator: Part): Html {
  return html`${parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))}`;
}

function textOf(part: Part): string {
  if (part === undefined || part === null || part === false) return "";
  if (typeof part === "string") return escapeText(part);
  if (typeof part === "number") return String(part);
  return isHtml(part) ? part[markup] : part.map(textOf).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

const ENTITY = new RegExp(`${Object.values(ENTITIES).join("|")}|&#10;`, "g");
const CHARACTERS = new Map([
  ["&#10;", "\n"],
  ...Object.entries(ENTITIES).map(([text, entity]) => [entity, text] as const),
]);

/** The text that was escaped. */
export function unescapeText(text: string): string {
  return text.replace(ENTITY, (entity) => CHARACTERS.get(entity) ?? entity);
}

/** Characters that HTML forbids, or by which text would be shown in another order than it is written. */
// oxlint-disable-next-line no-control-regex
const UNSEEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

// oxlint-disable-next-line no-control-regex
const SAFE = /^[\t\n\r\u0020\u0021\u0023-\u0025\u0028-\u003b\u003d\u003f-\u007e]*$/;

function escapeText(text: string): string {
  if (SAFE.test(text)) return text;
  return text
    .toWellFormed()
    .replace(UNSEEN, "\ufffd")
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

function checkTemplate(literals: TemplateStringsArray): void {
  let inside = "";
  for (const literal of literals.slice(0, -1)) {
    inside += literal;
    const tag = inside.slice(inside.lastIndexOf("<"));
    const quotes = tag.split('"').length - 1;
    const isInTag = tag.startsWith("<") && !withoutQuoted(tag).includes(">");
    const isFree = isInTag && quotes % 2 === 0;
    if (isFree && !/^<[a-z0-9-]+[^=]*\s$/i.test(withoutQuoted(tag)))
      throw new Error(`a value stands unquoted in a tag: ${tag}`);
    if (/<(script|style)\b[^>]*>[^<]*$/i.test(inside)) throw new Error(`a value stands in a script or style: ${tag}`);
    inside += isFree ? " " : "_";
  }
}

function withoutQuoted(tag: string): string {
  return tag.replace(/"[^"]*"/g, "").replace(/"[^"]*$/, "");
}
