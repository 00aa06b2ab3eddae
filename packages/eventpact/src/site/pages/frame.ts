import type { Facts } from "../facts/facts.ts";
import type { Words } from "../language/en.ts";
import { FEED } from "../machine/files.ts";
import { html, type Html, type Part } from "../markup/html.ts";
import type { Page, Section, View } from "./view.ts";
import { relativeAddress } from "../addresses.ts";
import { to, toShared } from "./view.ts";

/** One language of the site and where it lives: English at the root, others in a folder of their own. */
export interface Language {
  readonly words: Words;
  /** `` or `ko/`. */
  readonly folder: string;
}

/** Up to here the menu lists everything; beyond, only what is near the page. */
const MAX_MENU = 70;

/** The whole document around a page's body. */
export function frame(page: Page, facts: Facts, language: Language, languages: readonly Language[]): Html {
  const view: View = { facts, words: language.words, path: page.path, folder: language.folder, outline: [] };
  const { words } = language;
  const body = page.body(view);
  const full = language.folder + page.path;
  const asset = (name: string): string => relativeAddress(full, `assets/${name}`);
  const title = page.section === "overview" ? facts.title : `${page.title(words)} · ${facts.title}`;
  return html`<!doctype html>
    <html lang="${words.code}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        />
        <meta name="color-scheme" content="light dark" />
        ${page.summary !== undefined && html`<meta name="description" content="${page.summary}" />`}
        <title>${title}</title>
        <link rel="stylesheet" href="${asset("site.css")}" />
        <link rel="icon" href="${asset("icon.svg")}" />
        ${languages.map((other) => html`<link rel="alternate" hreflang="${other.words.code}" href="${relativeAddress(full, other.folder + page.path)}" />`)}
        ${hasFeed(page, facts) && html`<link rel="alternate" type="application/atom+xml" title="${words.changelog.feed}" href="${relativeAddress(full, FEED)}" />`}
        <script
          src="${asset("site.js")}"
          data-root="${relativeAddress(full, `${language.folder}index.html`).replace(/index\.html$/, "")}"
          data-index="${asset(`search-${words.code}.js`)}"
          data-find="${asset("search.js")}"
          data-field="${words.kinds.field}"
          data-copy="${words.copy}"
          data-copied="${words.copied}"
          data-none="${words.search.none}"
          data-found="${words.search.found}"
        ></script>
      </head>
      <body>
        <a class="skip" href="#content">${words.skip}</a>
        ${topBar(view, full, language, languages)}
        <div class="shell">
          <nav class="side" aria-label="${words.sections}">${menu(page, view)}</nav>
          <main id="content" tabindex="-1">
            ${body}
            <footer class="foot">
              <p>
                ${words.footer(facts.source)} ${words.forTools}
                <a href="${toShared(view, "catalogue.json")}">catalogue.json</a>,
                <a href="${toShared(view, "llms.txt")}">llms.txt</a>
              </p>
              <noscript><p>${words.search.needsScript}</p></noscript>
            </footer>
          </main>
        </div>
      </body>
    </html> `;
}

/** Feed readers look for it where a reader would subscribe. */
function hasFeed({ section }: Page, { changelog }: Facts): boolean {
  const isThere = changelog.some(({ commit, changes }) => commit !== undefined && changes.length > 0);
  return isThere && (section === "changelog" || section === "overview");
}

function topBar(view: View, full: string, language: Language, languages: readonly Language[]): Html {
  const { words, facts, path } = view;
  return html`<header class="top">
    <details class="menu">
      <summary aria-label="${words.menu}"><span aria-hidden="true">☰</span></summary>
      <nav aria-label="${words.menu}">${sectionLinks(view, undefined)}${outlineList(view)}</nav>
    </details>
    <a class="brand" href="${to(view, "index.html")}"
      ><img src="${relativeAddress(full, "assets/icon.svg")}" alt="" width="22" height="22" />${facts.title}</a
    >
    <div class="search" data-search>
      <input
        type="search"
        aria-label="${words.search.label}"
        placeholder="${words.search.placeholder}"
        autocomplete="off"
        spellcheck="false"
        title="${words.search.key}"
      /><kbd aria-hidden="true">/</kbd>
    </div>
    <span class="languages"
      >${languages
        .filter((other) => other !== language)
        .map(
          (other) =>
            html`<a
              href="${relativeAddress(full, other.folder + path)}"
              lang="${other.words.code}"
              hreflang="${other.words.code}"
              >${other.words.name}</a
            >`,
        )}</span
    >
    <button class="theme" type="button" aria-label="${words.theme}" title="${words.theme}" hidden>
      <span aria-hidden="true">◐</span>
    </button>
  </header>`;
}

/** Sections that have something to show, with their page. */
export function sectionsOf({ model, flows, rules, references }: Facts): readonly (readonly [Section, string])[] {
  return [
    ["overview", "index.html"],
    ["events", "events.html"],
    ...(model.services.length > 0 ? [["services", "services.html"] as const] : []),
    ...(model.topics.length > 0 ? [["topics", "topics.html"] as const] : []),
    ...(flows.length > 0 ? [["flows", "flows.html"] as const] : []),
    ["contracts", "contracts.html"],
    ["changelog", "changelog.html"],
    ...(references.size > 0 ? [["reference", "reference.html"] as const] : []),
    ...(rules.length > 0 ? [["diagnostics", "diagnostics.html"] as const] : []),
  ];
}

function sectionLinks(view: View, below: ((section: Section) => Part) | undefined, current?: Section): Html {
  return html`<ul>
    ${sectionsOf(view.facts).map(([section, path]) => {
      const mark = currentMark(path === view.path, section === current);
      return html`<li>${link(to(view, path), view.words.nav[section], mark)}${below?.(section)}</li>`;
    })}
  </ul>`;
}

function currentMark(isPage: boolean, isSection: boolean): "page" | "true" | undefined {
  if (isPage) return "page";
  return isSection ? "true" : undefined;
}

function link(href: string, label: string, current: "page" | "true" | undefined): Html {
  if (current === undefined) return html`<a href="${href}">${label}</a>`;
  return html`<a href="${href}" aria-current="${current}">${label}</a>`;
}

function menu(page: Page, view: View): Html {
  const outline = outlineList(view);
  const count = view.facts.model.events.length + view.facts.model.services.length + view.facts.model.topics.length;
  return sectionLinks(
    view,
    (section) => {
      const entries = entriesOf(section, page, view, count <= MAX_MENU);
      if (entries.length === 0) return section === page.section && outline;
      return html`<ul>
        ${entries.map(({ path, label }) => {
          const isHere = path === page.path;
          return html`<li>${link(to(view, path), label, currentMark(isHere, false))}${isHere && outline}</li>`;
        })}
      </ul>`;
    },
    page.section,
  );
}

interface Entry {
  readonly path: string;
  readonly label: string;
}

/** What the menu lists below a section: all of it in a small folder, else only the neighbours of the page. */
function entriesOf(section: Section, page: Page, { facts }: View, isSmall: boolean): readonly Entry[] {
  const { model, addresses, types, flows } = facts;
  if (!isSmall && section !== page.section) return [];
  const near = <T>(list: readonly T[], pathOf: (item: T) => string): readonly T[] => {
    if (isSmall || list.length <= MAX_MENU) return list;
    const at = list.findIndex((item) => pathOf(item) === page.path);
    return at < 0 ? [] : list.slice(Math.max(0, at - 12), at + 13);
  };
  if (section === "events") {
    const newest = types.flatMap(({ name, versions }) => {
      const last = versions.at(-1)?.event;
      const here = versions.find(({ event }) => addresses.event(event.key) === page.path)?.event;
      const event = here ?? last;
      return event ? [{ path: addresses.event(event.key), label: event.version === undefined ? event.key : name }] : [];
    });
    return near(newest, ({ path }) => path);
  }
  if (section === "services")
    return near(model.services, ({ name }) => addresses.service(name)).map(({ name }) => ({
      path: addresses.service(name),
      label: name,
    }));
  if (section === "topics")
    return near(model.topics, ({ name }) => addresses.topic(name)).map(({ name }) => ({
      path: addresses.topic(name),
      label: name,
    }));
  if (section === "reference")
    return near(
      model.documents.filter(({ service }) => facts.references.has(service)),
      ({ service }) => addresses.reference(service),
    ).map(({ service }) => ({ path: addresses.reference(service), label: service }));
  if (section === "flows")
    return near(flows, ({ id }) => addresses.flow(id)).map(({ id, name }) => ({
      path: addresses.flow(id),
      label: name,
    }));
  return [];
}

function outlineList({ outline, words }: View): Part {
  if (outline.length < 2) return undefined;
  return html`<ul class="outline" aria-label="${words.onThisPage}">
    ${outline.slice(0, 60).map(({ id, label }) => html`<li><a href="#${id}">${label}</a></li>`)}
  </ul>`;
}
