import { anchorFor, relativeAddress } from "../addresses.ts";
import type { Facts } from "../facts/facts.ts";
import type { Words } from "../language/en.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";

export type Section =
  | "overview"
  | "events"
  | "services"
  | "topics"
  | "flows"
  | "contracts"
  | "changelog"
  | "diagnostics"
  | "reference";

/** One page, in any language. */
export interface Page {
  /** From the root of a language: `events/OrderCreated.v2.html`. */
  readonly path: string;
  readonly section: Section;
  readonly title: (words: Words) => string;
  /** One sentence for search engines and previews. */
  readonly summary?: string;
  readonly body: (view: View) => Html;
}

/** What a page is drawn with. */
export interface View {
  readonly facts: Facts;
  readonly words: Words;
  readonly path: string;
  /** Where the language's pages are: `` or `ko/`. */
  readonly folder: string;
  /** Headings in the order they were made, for "on this page". */
  readonly outline: { readonly id: string; readonly label: string }[];
}

/** The address of a page (`topics/x.html#events`) as seen from this one. */
export function to(view: View, target: string): string {
  return relativeAddress(view.path, target);
}

/** The address of a file that all languages share (`changes.xml`) as seen from this page. */
export function toShared(view: View, path: string): string {
  return relativeAddress(view.folder + view.path, path);
}

/** A part of a page with a heading that can be linked to and shows in the outline. */
export function section(view: View, id: string, label: string, content: Part, hint?: Part): Html {
  view.outline.push({ id, label });
  return html`<section class="part">
    ${heading(view, id, label)}${hint && html`<p class="hint">${hint}</p>`}${content}
  </section>`;
}

export function heading(view: View, id: string, label: string): Html {
  return html`<h2 id="${id}"><a class="self" href="#${id}" aria-label="${view.words.linkTo(label)}">#</a>${label}</h2>`;
}

export function eventLink(view: View, key: string): Html {
  if (!view.facts.events.has(key)) return html`<code>${key}</code>`;
  return html`<a class="ref event" href="${to(view, view.facts.addresses.event(key))}">${wrapping(key)}</a>`;
}

export function serviceLink(view: View, name: string): Html {
  if (!view.facts.model.services.some((service) => service.name === name)) return html`<code>${name}</code>`;
  return html`<a class="ref service" href="${to(view, view.facts.addresses.service(name))}">${wrapping(name)}</a>`;
}

export function topicLink(view: View, name: string): Html {
  return html`<a class="ref topic" href="${to(view, view.facts.addresses.topic(name))}">${wrapping(name)}</a>`;
}

/** A link to a field on an event's page; just its path where that page has no such field. */
export function fieldLink(view: View, key: string, path: string): Html {
  if (!view.facts.events.get(key)?.paths.has(path)) return html`<code>${path}</code>`;
  const target = `${view.facts.addresses.event(key)}#${anchorFor(path)}`;
  return html`<a class="fieldref" href="${to(view, target)}">${wrapping(path)}</a>`;
}

/** A name that may be broken between its words where there is no room for it. */
export function breakable(name: string): Html {
  return joined(name.split(/(?<=[a-z\d])(?=[A-Z])|(?<=[._/-])/), html`<wbr />`);
}

const SHORT = 18;

/** A short name stays in one piece, a long one may be broken. */
function wrapping(name: string): Part {
  return name.length > SHORT ? breakable(name) : name;
}

/** Links in a row, or a word for none. */
export function row(links: readonly Html[], none: string): Html {
  return links.length === 0 ? html`<span class="none">${none}</span>` : html`<span class="row">${links}</span>`;
}

/** The page's name, with what kind of thing it is where that is not the name itself. */
export function pageHead(kind: string | undefined, kindClass: string, title: Part, beside?: Part, lead?: Part): Html {
  return html`<header class="head">
    ${kind !== undefined && html`<p class="kind ${kindClass}">${kind}</p>`}
    <h1>${title}</h1>
    ${beside}${lead && html`<div class="lead">${lead}</div>`}
  </header>`;
}

/** Label and value pairs. */
export function facts(pairs: readonly (readonly [string, Part] | undefined)[], look = ""): Html {
  const shown = pairs.filter((pair) => pair !== undefined);
  return html`<dl class="facts ${look}">
    ${shown.map(
      ([label, value]) =>
        html`<div>
          <dt>${label}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

/** A table that scrolls by itself where it is too wide, reachable by keyboard. */
export function table(label: string, head: readonly Part[], rows: readonly (readonly Part[])[], look = ""): Html {
  return html`<div class="wide" tabindex="0" role="region" aria-label="${label}">
    <table class="${look}">
      <thead>
        <tr>
          ${head.map((cell) => html`<th scope="col">${cell}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
