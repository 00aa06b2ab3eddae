/** The documentation site in a real browser: every kind of page, in both themes and languages, at two widths. */
import { execFileSync } from "node:child_process";
import { createServer, type Server } from "node:http";
import { readFile, readdir, rm } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
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

let browser: Browser;
let folder: string;
let server: Server;
let url: string;
/** One page of each kind. */
let kinds: readonly string[];
beforeAll(async () => {
  browser = await openBrowser();
  folder = await newFolder();
  const site = join(folder, "site");
  const bin = join(root, "packages/eventpact/bin/eventpact.js");
  execFileSync(process.execPath, [bin, "docs", "--base", "/", "--out", site], { cwd: root });
  server = await serve(site);
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const flows = await readdir(join(site, "flows"));
  kinds = [
    ..."index events services topics flows contracts changelog diagnostics".split(" ").map((name) => `${name}.html`),
    "events/OrderCreated.v2.html",
    "services/order.html",
    "topics/order-events.html",
    `flows/${flows[0] ?? ""}`,
  ];
}, 120_000);
afterAll(async () => {
  await browser?.close();
  server?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

const unfold = (page: Page): Promise<unknown> =>
  page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })");

describe("the documentation site", () => {
  for (const colorScheme of ["light", "dark"] as const)
    test(`can be read by everybody, ${colorScheme}, in both languages`, async () => {
      const page = await browser.visit(url, { colorScheme });
      for (const path of [...kinds, ...kinds.map((kind) => `ko/${kind}`), "no/such/page.html"]) {
        await page.goto(url + path);
        await unfold(page);
        expect([path, await browser.violations(page)]).toEqual([path, []]);
      }
      await page.close();
    }, 600_000);

  test("fits a phone: nothing is wider than the window", async () => {
    const page = await browser.visit(url, { width: 390 });
    for (const path of kinds) {
      await page.goto(url + path);
      expect([path, await browser.overflow(page)]).toEqual([path, expect.any(Number)]);
      expect(await browser.overflow(page)).toBeLessThanOrEqual(0);
    }
    await page.close();
  }, 300_000);

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
