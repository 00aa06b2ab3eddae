/** The documentation site in a real browser: every kind of page, in both themes and languages, at two widths. */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { readFile, readdir, rm, stat } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { dirname, extname, join, normalize, relative } from "node:path";
import process from "node:process";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openBrowser, type Browser, type Page } from "./support/browser.ts";
import { newFolder } from "./support/stories.ts";

const root = join(import.meta.dirname, "..");
const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css",
  ".js": "text/javascript",
  ".svg": "image/svg+xml",
};

/** A web server as Pages is one: files, and the page for what does not exist. */
async function serve(folder: string): Promise<Server> {
  const server = createServer(async (request, response) => {
    const path = normalize(decodeURIComponent((request.url ?? "/").split("?")[0] ?? "/"));
    const file = path.endsWith("/") ? `${path}index.html` : path;
    const found = await readFile(join(folder, file)).catch(() => undefined);
    const [status, type, body] = found
      ? [200, types[extname(file)] ?? "text/plain", found]
      : [404, "text/html; charset=utf-8", await readFile(join(folder, "404.html"))];
    response.writeHead(status, { "content-type": type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

/** Every page of the first level, and of each folder the richest: whatever kind of page is added is looked at too. */
async function kindsOf(site: string): Promise<readonly string[]> {
  const listed = await readdir(site, { recursive: true, withFileTypes: true });
  const pages = listed
    .filter((entry) => entry.isFile() && entry.name.endsWith(".html"))
    .map((entry) => ({ path: relative(site, join(entry.parentPath, entry.name)), size: 0 }))
    .filter(({ path }) => !/^(ko\/|404)/.test(path));
  for (const page of pages) page.size = (await stat(join(site, page.path))).size;
  const byFolder = Map.groupBy(pages, ({ path }) => dirname(path));
  return [...byFolder].flatMap(([folder, found]) => {
    const bySize = found.toSorted((a, b) => b.size - a.size).map(({ path }) => path);
    return folder === "." ? bySize.toSorted() : bySize.slice(0, 1);
  });
}

let browser: Browser;
let folder: string;
let server: Server;
let url: string;
/** A page of each kind. */
let kinds: readonly string[];
beforeAll(async () => {
  browser = await openBrowser();
  folder = await newFolder();
  const site = join(folder, "site");
  const bin = join(root, "packages/eventpact/bin/eventpact.js");
  execFileSync(process.execPath, [bin, "docs", "--reference", "--base", "/", "--out", site], { cwd: root });
  server = await serve(site);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  kinds = await kindsOf(site);
  // Without a network to fetch the generator from, the rest would be looked at, and these pages silently not.
  expect(kinds).toContainEqual(expect.stringMatching(/^reference\//));
}, 900_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const unfold = (page: Page): Promise<unknown> =>
  page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");

describe("the documentation site", () => {
  // Korean pages have the same structure: one look at each width is enough.
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [360, 1440])
      test(`can be read by everybody, ${colorScheme}, ${width} pixels wide, and nothing is wider than the window`, async () => {
        const page = await browser.visit(url, { colorScheme, width });
        for (const path of [
          ...kinds,
          ...(colorScheme === "light" ? kinds.map((kind) => `ko/${kind}`) : []),
          "no/such/page.html",
        ]) {
          await page.goto(url + path);
          await unfold(page);
          expect([path, await browser.violations(page)]).toEqual([path, []]);
          expect([path, Math.max(0, await browser.overflow(page))]).toEqual([path, 0]);
        }
        await page.close();
      }, 900_000);

  test("finds a field as one types, goes there by the keyboard, and keeps the place in the other language", async () => {
    const page = await browser.visit(url);
    await page.keyboard.press("/");
    await page.keyboard.type("shippingAddress.city");
    await page.locator("#hits [aria-selected=true]").waitFor({ timeout: 30_000 });
    await browser.picture(page, "docs-search");
    await page.keyboard.press("Enter");
    await page.locator("#data\\.shippingAddress\\.city").first().waitFor({ timeout: 30_000 });
    const place = await page.evaluate<string>("location.hash");
    expect(place).toBe("#data.shippingAddress.city");
    await page.locator(".languages a").click();
    await page.locator("html[lang=ko] #data\\.shippingAddress\\.city").waitFor({ timeout: 30_000 });
    expect(await page.evaluate("location.hash")).toBe(place);
    await page.close();
  }, 120_000);

  test("leads on a phone to every part of the page, by a menu that puts itself away", async () => {
    const page = await browser.visit(`${url}events/OrderCreated.v2.html`, { width: 360 });
    await page.locator(".menu summary").click();
    await page.locator(".menu a[href='#sec-changes']").click();
    await page.locator(".menu nav").waitFor({ state: "hidden", timeout: 30_000 });
    expect(await page.evaluate("location.hash")).toBe("#sec-changes");
    await page.close();
  }, 120_000);

  test("opens what a link points into, and remembers the theme that was chosen", async () => {
    const page = await browser.visit(`${url}events/OrderCreated.v2.html#correlationId`);
    await page.locator("#correlationId").waitFor({ state: "visible", timeout: 30_000 });
    await page.locator(".theme").click();
    await page.goto(`${url}events.html`);
    expect(await page.evaluate("document.documentElement.dataset.theme")).toBe("dark");
    await page.close();
  }, 120_000);

  test("needs no script but for search", async () => {
    const page = await browser.visit(`${url}events/OrderCreated.v2.html`, { javaScript: false });
    expect(await page.locator("#data\\.total\\.amount").isVisible()).toBe(true);
    expect(await page.locator("[data-search]").isVisible()).toBe(false);
    expect(await page.locator("noscript").first().innerText()).toContain("Search needs JavaScript");
    await page.close();
  }, 120_000);

  test("throws no error on any page", () => {
    expect(browser.errors).toEqual([]);
  });
});
