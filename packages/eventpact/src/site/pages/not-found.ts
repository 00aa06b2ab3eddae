import type { Facts } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import type { Language } from "./frame.ts";

/**
 * What a web server shows for an address that does not exist. Nobody knows how deep that is, so its links begin at the
 * root of the server. It needs no script and says the same in every language.
 * @param base where the site lies on the server: `/` or `/project/`
 */
export function notFoundPage(facts: Facts, languages: readonly Language[], base: string): Html {
  const [first] = languages;
  return html`<!doctype html>
    <html lang="${first?.words.code}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
        />
        <meta name="color-scheme" content="light dark" />
        <title>404 · ${facts.title}</title>
        <link rel="stylesheet" href="${base}assets/site.css" />
        <link rel="icon" href="${base}assets/icon.svg" />
      </head>
      <body>
        <header class="top">
          <a class="brand" href="${base}index.html"
            ><img src="${base}assets/icon.svg" alt="" width="22" height="22" />${facts.title}</a
          >
        </header>
        <main id="content" class="alone">
          <h1>404</h1>
          ${languages.map(
            ({ words, folder }) =>
              html`<section class="part" lang="${words.code}">
                <h2>${words.notFound}</h2>
                <p>${words.notFoundHelp}</p>
                <p class="row">
                  <a href="${base}${folder}index.html">${words.nav.overview}</a>
                  <a href="${base}${folder}events.html">${words.nav.events}</a>
                  <a href="${base}${folder}changelog.html">${words.nav.changelog}</a>
                </p>
              </section>`,
          )}
        </main>
      </body>
    </html> `;
}
