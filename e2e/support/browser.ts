/** Real Chromium for tests, driven by Playwright; both tools are fetched on demand and kept in .cache/browser. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

const wanted = { "playwright-core": "1.65.1", "axe-core": "4.14.1" } as const;
const cache = join(import.meta.dirname, "..", "..", ".cache", "browser");

/** What these tests use of Playwright; the package with its types is no dependency of the workspace. */
export interface Locator {
  click(): Promise<void>;
  fill(text: string): Promise<void>;
  check(): Promise<void>;
  press(key: string): Promise<void>;
  focus(): Promise<void>;
  count(): Promise<number>;
  first(): Locator;
  innerText(): Promise<string>;
  allInnerTexts(): Promise<string[]>;
  inputValue(): Promise<string>;
  isVisible(): Promise<boolean>;
  getAttribute(name: string): Promise<string | null>;
  selectOption(value: string): Promise<unknown>;
  waitFor(options?: { readonly state?: "visible" | "hidden"; readonly timeout?: number }): Promise<void>;
}
export interface Route {
  /** Sends the request and gives the answer, which the page does not see yet. */
  fetch(): Promise<{ json(): Promise<unknown> }>;
  /** The page is told that nothing answered. */
  abort(): Promise<void>;
  continue(): Promise<void>;
}
export interface Page {
  goto(url: string): Promise<unknown>;
  reload(): Promise<unknown>;
  locator(selector: string): Locator;
  getByRole(role: string, options?: { readonly name?: string | RegExp; readonly exact?: boolean }): Locator;
  getByText(text: string | RegExp): Locator;
  getByLabel(text: string | RegExp, options?: { readonly exact?: boolean }): Locator;
  evaluate<T>(expression: string): Promise<T>;
  emulateMedia(options: { readonly colorScheme: "light" | "dark" }): Promise<void>;
  frameLocator(selector: string): Pick<Page, "getByText">;
  route(url: string, handler: (route: Route) => Promise<void>): Promise<void>;
  screenshot(options: { readonly path: string; readonly fullPage?: boolean }): Promise<unknown>;
  readonly keyboard: { press(key: string): Promise<void>; type(text: string): Promise<void> };
  on(event: "pageerror", listener: (error: Error) => void): void;
  on(event: "console", listener: (message: { type(): string; text(): string }) => void): void;
  close(): Promise<void>;
}
interface BrowserContext {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}
interface PlaywrightBrowser {
  newContext(options: Readonly<Record<string, unknown>>): Promise<BrowserContext>;
  close(): Promise<void>;
}
interface Playwright {
  readonly chromium: { launch(options: Readonly<Record<string, unknown>>): Promise<PlaywrightBrowser> };
}

const installed = (name: string): string | undefined => {
  const manifest = join(cache, "node_modules", name, "package.json");
  return existsSync(manifest) ? (JSON.parse(readFileSync(manifest, "utf8")) as { version: string }).version : undefined;
};

/** Installs the exact versions beside one another, then moves them into place, so that two runs never mix. */
function install(): void {
  if (Object.entries(wanted).every(([name, version]) => installed(name) === version)) return;
  const draft = `${cache}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  const names = Object.entries(wanted).map(([name, version]) => `${name}@${version}`);
  const npm = ["install", "--prefix", draft, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", ...names];
  const run = spawnSync("npm", npm, { encoding: "utf8", timeout: 100_000, cwd: draft });
  if (run.status !== 0) {
    rmSync(draft, { recursive: true, force: true });
    throw new Error(
      `The browser tests need ${names.join(" and ")} from the npm registry, once; they could not be installed:\n` +
        (run.error?.message ?? run.stderr),
    );
  }
  rmSync(cache, { recursive: true, force: true });
  renameSync(draft, cache);
}

function chromiumPath(): string {
  const given = process.env["CHROMIUM"];
  const places = given ? [given] : ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = places.find((place) => existsSync(place));
  if (found !== undefined) return found;
  throw new Error(
    `The browser tests need Chromium, and there is none at ${places.join(", ")}. ` +
      "Install it (Debian: apt-get install chromium), or set CHROMIUM to where it is.",
  );
}

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export interface Visit {
  readonly width?: number;
  readonly locale?: string;
  readonly colorScheme?: "light" | "dark";
  readonly javaScript?: boolean;
}

export interface Browser {
  /** A page in a profile of its own: nothing is remembered from others. */
  visit(url: string, options?: Visit): Promise<Page>;
  /** Errors no page caught, since the browser was opened. */
  readonly errors: readonly string[];
  /** Rules of WCAG 2.2 A and AA and best practices that the page violates, each with the place. */
  violations(page: Page): Promise<readonly string[]>;
  /** Pixels by which the page is wider than its window. */
  overflow(page: Page): Promise<number>;
  /** Waits until the expression is true in the page. */
  holds(page: Page, expression: string): Promise<void>;
  /** Keeps a picture of the whole page in {@link pictures}. */
  picture(page: Page, name: string): Promise<void>;
  /** The folder the pictures are in. */
  readonly pictures: string;
  close(): Promise<void>;
}

/** Opens Chromium. Throws, naming what is missing and how to get it, where it or its driver cannot be had. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = chromiumPath();
  install();
  // From outside the test's module registry: Playwright starts threads of its own.
  const { createRequire } = process.getBuiltinModule("node:module");
  const { chromium } = createRequire(join(cache, "package.json"))("playwright-core") as Playwright;
  const axe = readFileSync(join(cache, "node_modules", "axe-core", "axe.min.js"), "utf8");
  const browser = await chromium.launch({ executablePath, args: quiet });
  const pictures = process.env["PICTURES"] ?? (await mkdtemp(join(tmpdir(), "pictures-")));
  const errors: string[] = [];
  return {
    errors,
    pictures,
    async visit(url, { width = 1280, locale = "en-US", colorScheme = "light", javaScript = true } = {}) {
      const context = await browser.newContext({
        viewport: { width, height: 900 },
        locale,
        colorScheme,
        javaScriptEnabled: javaScript,
      });
      const page = await context.newPage();
      page.on("pageerror", (error) => errors.push(`${url}: ${error.message}`));
      page.on("console", (message) => {
        if (/content security policy|trusted ?types?/i.test(message.text())) errors.push(`${url}: ${message.text()}`);
      });
      await page.goto(url);
      return page;
    },
    async violations(page) {
      // Past the page's own policy, which stays in force.
      await page.evaluate(axe);
      return page.evaluate<string[]>(
        `axe.run(document, { resultTypes: ["violations"] }).then(({ violations }) =>
           violations.map(({ id, help, nodes }) => id + ": " + help + " at " + nodes.map((node) => node.target.join(" ")).join(", ")))`,
      );
    },
    overflow: (page) => page.evaluate<number>("document.documentElement.scrollWidth - innerWidth"),
    async holds(page, expression) {
      const look = async (): Promise<true | undefined> =>
        (await page.evaluate<boolean>(`Boolean(${expression})`)) ? true : undefined;
      await until(look, { seconds: 40, describe: () => `it never held in the page: ${expression}` });
    },
    picture: async (page, name) =>
      void (await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })),
    close: () => browser.close(),
  };
}
