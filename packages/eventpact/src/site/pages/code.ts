import type { Json } from "../../read/json.ts";
import { highlight } from "../markup/highlight.ts";
import { html, type Html, type Part } from "../markup/html.ts";

/** Source text with a caption; the script adds a button that copies it. */
export function codeBlock(label: string, language: "json" | "typescript" | "text", code: string): Html {
  return html`<pre class="code" tabindex="0" aria-label="${label}"><code>${highlight(code, language)}</code></pre>`;
}

/** A code block behind its name, open or not; without script it opens all the same. */
export function codeFold(
  id: string,
  label: string,
  language: "json" | "typescript" | "text",
  code: string,
  isOpen: boolean,
  note?: Part,
): Html {
  const content = html`<summary>${label}</summary>
    ${note && html`<p class="note">${note}</p>`}${codeBlock(label, language, code)}`;
  return isOpen
    ? html`<details class="fold codes" id="${id}" open>${content}</details>`
    : html`<details class="fold codes" id="${id}">${content}</details>`;
}

export function fold(label: Part, content: Part): Html {
  return html`<details class="fold">
    <summary>${label}</summary>
    ${content}
  </details>`;
}

const WIDTH = 50;

/** JSON as a person writes it: two spaces, short lists and objects on one line. */
export function prettyJson(value: Json | undefined, indent = ""): string {
  if (value === undefined) return "";
  const flat = flatJson(value, WIDTH - indent.length);
  if (flat !== undefined) return flat;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const deeper = `${indent}  `;
  const lines = Array.isArray(value)
    ? value.map((item: Json) => deeper + prettyJson(item, deeper))
    : Object.entries(value).map(
        ([key, item]) => `${deeper}${JSON.stringify(key)}: ${prettyJson(item as Json, deeper)}`,
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${lines.join(",\n")}\n${indent}${close}`;
}

/** On one line, unless that is longer than there is room for; looks no further than that. */
function flatJson(value: Json, room: number): string | undefined {
  if (typeof value !== "object" || value === null) {
    const text = JSON.stringify(value);
    return text.length <= room ? text : undefined;
  }
  const isList = Array.isArray(value);
  const frame = isList ? "[]" : "{  }";
  let text = "";
  for (const [key, item] of Object.entries(value)) {
    const before = `${text === "" ? "" : ", "}${isList ? "" : `${JSON.stringify(key)}: `}`;
    const flat = flatJson(item as Json, room - text.length - before.length - frame.length);
    if (flat === undefined) return undefined;
    text += before + flat;
  }
  if (isList) return `[${text}]`;
  return text === "" ? "{}" : `{ ${text} }`;
}
