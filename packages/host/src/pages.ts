import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { readFile, readdir } from "node:fs/promises";
import { extname, join } from "node:path";
import staticFiles from "@fastify/static";
import type { FastifyInstance } from "fastify";
import { problem } from "./problem.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json; charset=utf-8",
};

// Everything a page needs comes from its own origin: no script of a stranger, no frame around it, and no text that
// becomes markup by being assigned (trusted types).
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

const headers = {
  "cache-control": "no-cache",
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "referrer-policy": "same-origin",
};

/**
 * Serves the files of one folder (not its subfolders) under `prefix`; `index.html` answers `prefix` itself.
 * Read once; unchanged files answer 304.
 * @param prefix begins and ends with `/`
 */
export async function servePages(app: FastifyInstance, folder: URL, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const type = types[extname(name)];
    if (type === undefined) continue;
    const content = await readFile(new URL(name, folder));
    const etag = `"${createHash("sha256").update(content).digest("base64url").slice(0, 22)}"`;
    // The server ignores a trailing slash, so `/ops/` answers `/ops` too.
    app.get(
      prefix + (name === "index.html" ? "" : name),
      { schema: { hide: true }, config: { rateLimit: false } },
      (request, reply) => {
        void reply.headers({ ...headers, etag });
        if (request.headers["if-none-match"] === etag) return reply.status(304).send();
        return reply.type(type).send(content);
      },
    );
  }
}

/**
 * Serves a folder tree that may still be growing (a site being built) under `prefix`; its `404.html` answers what it lacks.
 * @param prefix begins and ends with `/`
 */
export async function serveSite(app: FastifyInstance, folder: string, prefix: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  // The server ignores a trailing slash; a site's relative links do not.
  app.get(prefix, { schema: { hide: true } }, (_request, reply) => reply.redirect(`${prefix}index.html`));
  await app.register(
    async (site) => {
      site.setNotFoundHandler(async (request, reply) => {
        const page = await readFile(join(folder, "404.html")).catch(() => undefined);
        if (page !== undefined)
          return reply
            .status(404)
            .type(types[".html"] ?? "")
            .send(page);
        throw problem(404, `${request.url.split("?")[0]} is not there, or not yet: the site is being built.`);
      });
      await site.register(staticFiles, { root: folder, decorateReply: false, redirect: true, wildcard: true });
    },
    { prefix },
  );
}
