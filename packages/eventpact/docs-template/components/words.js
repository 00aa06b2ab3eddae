import { html } from "./html.js";

/** Paragraphs, headings, lists and code spans; the catalogue's pages show descriptions in full. */
export function paragraphs(text) {
  const spans = (line) =>
    line.split(/`([^`]+)`/).map((piece, index) => (index % 2 ? html`<code>${piece}</code>` : piece));
  return (text ?? "")
    .replace(/^ {0,3}#{1,6} +(.*)$/gm, "\n$&\n")
    .split(/\n\s*\n/)
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const title = /^\s*#{1,6} +(.*?)[ #]*$/.exec(part)?.[1];
      if (title !== undefined) return html`<p class="subhead">${spans(title)}</p>`;
      const lines = part.split("\n").filter((line) => line.trim() !== "");
      if (!lines.every((line) => /^\s*[-*] /.test(line))) return html`<p>${spans(part)}</p>`;
      return html`<ul>
        ${lines.map((line) => html`<li>${spans(line.replace(/^\s*[-*] /, ""))}</li>`)}
      </ul>`;
    });
}
