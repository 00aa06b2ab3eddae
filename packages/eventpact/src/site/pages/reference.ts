import type { Facts } from "../facts/facts.ts";
import { referenceWords } from "../language/reference-words.ts";
import { fromGenerator, html, unescapeText, type Html } from "../markup/html.ts";
import { markdown } from "../markup/markdown.ts";
import type { Page, View } from "./view.ts";
import { pageHead, serviceLink, table, to } from "./view.ts";

/** A list of the documents and a page for each, around what the official generator made of it. */
export function referencePages(all: Facts): readonly Page[] {
  if (all.references.size === 0) return [];
  const documents = all.model.documents.filter(({ service }) => all.references.has(service));
  const list: Page = {
    path: "reference.html",
    section: "reference",
    title: (words) => words.nav.reference,
    body: (view) => {
      const { words } = view;
      return html`${pageHead(words.all(documents.length), "reference", words.nav.reference, undefined, words.references.lead)}
      ${table(
        words.nav.reference,
        [words.service.document, words.kinds.service, "AsyncAPI"],
        documents.map(({ title, file, service, version }) => [
          html`<a href="${to(view, all.addresses.reference(service))}">${title}</a>
            <p class="quiet"><code class="file">${file}</code></p>`,
          serviceLink(view, service),
          version,
        ]),
        "roomy",
      )}`;
    },
  };
  return [
    list,
    ...documents.map(({ service, title }) => ({
      path: all.addresses.reference(service),
      section: "reference" as const,
      title: () => `${title} · AsyncAPI`,
      body: (view: View) => part(view, all.references.get(service)?.[view.words.code] ?? ""),
    })),
  ];
}

const PARTS = ["servers", "channels", "operations", "messages"] as const;

function part(view: View, text: string): Html {
  for (const id of PARTS)
    if (text.includes(`<h2 id="${id}"`)) view.outline.push({ id, label: referenceWords[view.words.code]?.[id] ?? id });
  return withDescriptions(text);
}

/** The generator hands texts by authors on as they are; here they become what they are on every other page. */
function withDescriptions(text: string): Html {
  const parts = text.split(/<div class="markdown">([^<]*)<\/div>/);
  return html`${parts.map((part, index) =>
    index % 2 === 0 ? fromGenerator(part) : html`<div class="prose">${markdown(unescapeText(part))}</div>`,
  )}`;
}
