import { html, markup } from "./html.js";

/** Text by its author, as it is: the catalogue renders it as Markdown, as on all its other pages. */
export function described(text) {
  if (!text) return undefined;
  const whole = html`${text}`[markup].replaceAll("\n", "&#10;");
  return html`<div class="markdown">${{ [markup]: whole }}</div>`;
}
