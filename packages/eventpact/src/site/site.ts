import type { Facts } from "./facts/facts.ts";
import { en } from "./language/en.ts";
import { ko } from "./language/ko.ts";
import { machineFiles } from "./machine/files.ts";
import { render } from "./markup/html.ts";
import { changelogPage } from "./pages/changelog.ts";
import { contractsPage } from "./pages/contracts.ts";
import { diagnosticsPage } from "./pages/diagnostics.ts";
import { eventPage } from "./pages/event.ts";
import { flowPage } from "./pages/flow.ts";
import type { Language } from "./pages/frame.ts";
import { frame } from "./pages/frame.ts";
import { listPages } from "./pages/lists.ts";
import { notFoundPage } from "./pages/not-found.ts";
import { overviewPage } from "./pages/overview.ts";
import { referencePages } from "./pages/reference.ts";
import { servicePage } from "./pages/service.ts";
import { topicPage } from "./pages/topic.ts";
import type { Page } from "./pages/view.ts";
import { searchIndex } from "./search-index.ts";

const LANGUAGES: readonly Language[] = [
  { words: en, folder: "" },
  { words: ko, folder: "ko/" },
];

/**
 * Every file of the site but the assets that are copied: path from the site's root → text. Pure: equal facts, equal files.
 * @param base where the site lies on its server; with it comes a page for addresses that do not exist
 */
export function siteFiles(facts: Facts, base?: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const pages = pagesOf(facts);
  for (const language of LANGUAGES) {
    for (const page of pages)
      files.set(language.folder + page.path, tidy(render(frame(page, facts, language, LANGUAGES))));
    files.set(`assets/search-${language.words.code}.js`, searchIndex(facts, language.words));
  }
  for (const [path, text] of machineFiles(facts)) files.set(path, text);
  if (base !== undefined) files.set("404.html", tidy(render(notFoundPage(facts, LANGUAGES, base))));
  return files;
}

function pagesOf(facts: Facts): readonly Page[] {
  return [
    overviewPage(facts),
    ...listPages(facts),
    ...facts.types.flatMap((type) => type.versions.map((event) => eventPage(facts, type, event))),
    ...facts.model.services.map((service) => servicePage(facts, service)),
    ...facts.model.topics.map((topic) => topicPage(facts, topic)),
    ...facts.flows.map((flow) => flowPage(facts, flow)),
    ...referencePages(facts),
    contractsPage(facts),
    changelogPage(facts),
    ...(facts.rules.length > 0 ? [diagnosticsPage(facts)] : []),
  ];
}

/** Indentation of our templates is no content, except in `pre`, where templates have none. */
function tidy(page: string): string {
  return page
    .split(/(<pre[\s>][\s\S]*?<\/pre>)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/\n\s+/g, "\n")))
    .join("");
}
