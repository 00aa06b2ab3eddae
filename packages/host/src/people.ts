import type { FastifyRequest } from "fastify";

/** Whether a person waits for the answer: a browser that goes to an address says that it wants a page, a program does not. */
export const wantsPage = ({ method, headers }: Pick<FastifyRequest, "method" | "headers">): boolean =>
  (method === "GET" || method === "HEAD") && (headers.accept ?? "").includes("text/html");

/** The query of an address with its question mark, or nothing. */
export const queryOf = (url: string): string => (url.includes("?") ? url.slice(url.indexOf("?")) : "");

const escapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const text = (words: string): string => words.replace(/[&<>"]/g, (sign) => escapes[sign] ?? sign);

/** What a page of a refusal says to browsers: nothing of anybody else, no script, no frame. */
export const refusalHeaders = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy":
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

const hints: Readonly<Record<number, string>> = {
  401: "People get in through the console or the page of the letters: they ask for the token where it is needed, and keep it for this tab.",
  404: "The address may have been mistyped, or what it named is gone.",
};

/** A refusal as a page: what was refused, why, and where to go from here. Every word of it is text, whatever it holds. */
export function refusalPage(told: {
  readonly status: number;
  readonly title: string;
  readonly detail?: string | undefined;
  readonly requestId: string;
}): string {
  const hint = hints[told.status];
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <title>${told.status} · ${text(told.title)}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/shared/base.css" />
  </head>
  <body>
    <header>
      <p class="brand">${told.status}</p>
      <nav aria-label="Pages">
        <a href="/">Shop</a>
        <a href="/analytics">Analytics</a>
        <a href="/ops">Operations</a>
        <a href="/letters">Letters</a>
        <a href="/docs/">Events</a>
      </nav>
    </header>
    <main class="alone">
      <h1>${text(told.title)}</h1>
      <p>${text(told.detail ?? "")}</p>${hint === undefined ? "" : `\n      <p>${hint}</p>`}
      <p class="soft">${text(told.requestId)}</p>
    </main>
  </body>
</html>
`;
}
