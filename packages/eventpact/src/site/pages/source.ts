import { spanAt } from "../../read/sources.ts";
import type { Place } from "../../read/sources.ts";
import { isOutside } from "../markup/markdown.ts";
import { html, type Html } from "../markup/html.ts";
import type { View } from "./view.ts";

/** Where something was written, `file:line`; a link where the site was told where its sources can be seen. */
export function sourcePlace({ facts }: View, place: Place): Html {
  const { line } = spanAt(facts.model.sources, place, "key");
  const text = html`<code class="file">${place.file}:${line}</code>`;
  const address = facts.sourceAddress === undefined ? undefined : addressAt(facts.sourceAddress, place.file, line);
  return address !== undefined && isOutside(address)
    ? html`<a href="${address}" rel="noopener noreferrer">${text}</a>`
    : text;
}

/** `https://host/blob/main/{file}#L{line}`; a plain address of a folder is taken as GitHub and GitLab have it. */
function addressAt(template: string, file: string, line: number): string {
  const whole = template.includes("{file}") ? template : `${template.replace(/\/+$/, "")}/{file}#L{line}`;
  const path = file.split("/").map(encodeURIComponent).join("/");
  return whole.replaceAll("{file}", path).replaceAll("{line}", String(line));
}
