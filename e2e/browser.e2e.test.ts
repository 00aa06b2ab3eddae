/** The pages as people meet them: in a real browser, on the embedded shop. */
import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openBrowser, type Browser, type Page } from "./support/browser.ts";
import { goodOrder, startShop, type Shop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";

const quick = { KAFKA_BROKERS: "", DATABASE_URL: "", CARRIER_PICK_UP_MS: "800", CARRIER_DELIVER_MS: "800" };

let browser: Browser;
let folder: string;
let shop: Shop;
beforeAll(async () => {
  browser = await openBrowser();
  folder = await newFolder();
  shop = await startShop(folder, quick);
});
afterAll(async () => {
  await browser?.close();
  await shop?.stop();
  await rm(folder, { recursive: true, force: true });
});

const headline = (page: Page) => page.locator("#headline");
const shows = (page: Page, words: string): Promise<void> =>
  page.locator(`#headline:text-is("${words}")`).waitFor({ timeout: 40_000 });
const timeline = (page: Page): Promise<string[]> =>
  page
    .locator("#timeline li")
    .allInnerTexts()
    .then((items) => items.map((item) => item.split("\n")[0] ?? ""));
const place = (page: Page) => page.getByRole("button", { name: "Place the order" }).click();

describe("the shop's page", () => {
  test("follows an order live from received to delivered, and offers its letters and its story", async () => {
    const page = await browser.visit(shop.url);
    await place(page);
    await shows(page, "It has arrived");
    expect(await timeline(page)).toEqual(["Received", "Paid", "Shipped", "Delivered"]);
    expect(await page.locator("#connection").innerText()).toBe("complete");
    await browser.picture(page, "shop-delivered");
    await page.getByRole("link", { name: "Letters about it" }).click();
    await page.getByRole("link", { name: /^We have your order/ }).click();
    await page.getByRole("heading", { name: "We have your order" }).waitFor();
    await page.close();
  });

  test("goes on where it was after a reload in the middle", async () => {
    const page = await browser.visit(shop.url);
    await place(page);
    await page.locator("#timeline li[data-state=done]").first().waitFor();
    const id = await page.locator("#order-id").innerText();
    await page.reload();
    await page.locator(`#order-id:text-is("${id}")`).waitFor();
    await shows(page, "It has arrived");
    expect(await timeline(page)).toEqual(["Received", "Paid", "Shipped", "Delivered"]);
    await page.close();
  });

  test("says why an order was cancelled that could not be paid or was not in stock", async () => {
    const page = await browser.visit(shop.url);
    await page.getByRole("radio", { name: /Bob/ }).check();
    await place(page);
    await shows(page, "Cancelled");
    expect(await page.locator("#explanation").innerText()).toMatch(/could not pay/);
    expect(await timeline(page)).toEqual(["Received", "Cancelled"]);
    await page.getByRole("radio", { name: /Alice/ }).check();
    await page.getByLabel("Pieces of Ceramic mug").fill("999");
    await place(page);
    await page.getByText(/Not everything you ordered is in stock/).waitFor();
    await browser.picture(page, "shop-out-of-stock");
    await page.close();
  });

  test("says what is missing from an order, or wrong with it", async () => {
    const page = await browser.visit(shop.url);
    await page.getByLabel("Pieces of Ceramic mug").fill("0");
    await place(page);
    expect(await page.getByRole("alert").innerText()).toBe("Choose at least one product.");
    expect(await page.evaluate("document.activeElement.dataset.product")).toBe("ceramic-mug");
    await page.getByLabel("Pieces of Ceramic mug").fill("5000");
    await place(page);
    expect(await page.getByRole("alert").innerText()).toMatch(/whole number from 0 to 999/);
    await page.getByLabel("Pieces of Ceramic mug").fill("1");
    await page.getByText("Deliver to").click();
    await page.getByLabel("E-mail").fill("nobody");
    await place(page);
    expect(await page.getByRole("alert").innerText()).toMatch(/Please look at “E-mail”/);
    expect(await page.evaluate("document.activeElement.name")).toBe("email");
    expect(await browser.violations(page)).toEqual([]);
    await browser.picture(page, "shop-refused");
    await page.close();
  });

  test("shows what is on the shelf and what a customer has, and counts both down as orders are paid", async () => {
    const page = await browser.visit(shop.url);
    const shown = () => page.locator("#stock-hand-grinder").innerText();
    await page.locator("#stock-hand-grinder:text-matches('in stock')").waitFor();
    const [before, balance] = [await shown(), await page.locator("#balance-alice").innerText()];
    await page.getByLabel("Pieces of Ceramic mug").fill("0");
    await page.getByRole("button", { name: "One more of Hand grinder" }).click();
    await place(page);
    await shows(page, "It has arrived");
    expect(await page.locator("#items").innerText()).toMatch(/1 × Hand grinder\s+€64\.00\s+Total\s+€64\.00/);
    await browser.holds(
      page,
      `document.querySelector("#stock-hand-grinder").textContent !== ${JSON.stringify(before)} &&
       document.querySelector("#balance-alice").textContent !== ${JSON.stringify(balance)}`,
    );
    expect(Number.parseInt(await shown(), 10)).toBe(Number.parseInt(before, 10) - 1);
    await page.close();
  });

  test("shows an order as it was at any moment since it was placed", async () => {
    const page = await browser.visit(shop.url);
    await place(page);
    await shows(page, "It has arrived");
    await page.getByText("As it was at …").click();
    await page.locator("#then-status:text-matches('It has arrived')").waitFor();
    const slider = page.getByLabel("Moment");
    await slider.press("Home");
    await page.locator("#then-status:text-matches('not placed yet')").waitFor();
    await slider.press("PageUp");
    await page.locator("#then-status:text-matches('We have your order|Paid|Being packed')").waitFor();
    await page.close();
  });

  test("places an order once whose answer was lost on the way, however often it is sent", async () => {
    const page = await browser.visit(shop.url);
    let orderId: string | undefined;
    await page.route("**/orders", async (route) => {
      if (orderId !== undefined) return route.continue();
      ({ orderId } = (await (await route.fetch()).json()) as { orderId: string });
      return route.abort();
    });
    await place(page);
    await page.getByText("Try again: the same order is placed only once.").waitFor();
    await place(page);
    await page.locator(`#order-id:text-is("${orderId}")`).waitFor();
    await page.close();
  });

  test("opens an order by its address, and says of one that it does not know that it does not", async () => {
    const { orderId } = await shop.order();
    const page = await browser.visit(`${shop.url}/?order=${orderId}`);
    await shows(page, "It has arrived");
    await page.close();
    const other = await browser.visit(`${shop.url}/?order=nobodys`);
    await other.getByText("This shop does not know the order").waitFor();
    await other.close();
  });

  test("works by keyboard alone", async () => {
    const page = await browser.visit(shop.url);
    await page.locator("#products input").first().waitFor();
    await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.className")).toBe("skip");
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("2");
    const steps = await page.locator("#products input").count();
    for (let step = 0; step < steps; step += 1) await page.keyboard.press("Tab");
    expect(await page.evaluate("document.activeElement.value")).toBe("alice");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter"); // opens the address
    expect(await page.getByLabel("Street and number").isVisible()).toBe(true);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await browser.holds(page, `document.activeElement.id === "follow-title"`);
    await browser.holds(page, `!document.querySelector("#cancel").hidden`);
    await shows(page, "It has arrived");
    await page.locator("#announcement:text-is('It has arrived')").waitFor();
    expect(await page.locator("#announcement").getAttribute("role")).toBe("status");
    await page.close();
  });

  test("speaks Korean to a Korean browser and on demand, on a phone without sideways scrolling", async () => {
    const page = await browser.visit(shop.url, { width: 360, locale: "ko-KR" });
    await page.getByRole("button", { name: "주문하기" }).click();
    await shows(page, "도착했습니다");
    expect(await timeline(page)).toEqual(["주문 접수", "결제 완료", "배송 시작", "배송 완료"]);
    expect(await page.evaluate("document.documentElement.lang")).toBe("ko");
    expect(await browser.overflow(page)).toBe(0);
    await browser.picture(page, "shop-phone-korean");
    await page.getByRole("button", { name: "English" }).click();
    expect(await headline(page).innerText()).toBe("It has arrived");
    await page.reload();
    await page.getByRole("button", { name: "Place the order" }).waitFor();
    await page.close();
  });
});

describe("the shop's page, when the server is killed", () => {
  test("says so, and goes on by itself once it is there again", async () => {
    const data = await newFolder();
    const slow = { ...quick, CARRIER_PICK_UP_MS: "4000", CARRIER_DELIVER_MS: "1000" };
    const first = await startShop(data, slow);
    const page = await browser.visit(first.url);
    try {
      await place(page);
      await shows(page, "Being packed");
      await page.evaluate("void (window.opened = 'before the kill')");
      await first.kill();
      await page.locator("#connection:text-is('reconnecting …')").waitFor();
      const second = await startShop(data, { ...slow, PORT: new URL(first.url).port });
      try {
        await shows(page, "It has arrived");
        expect(await timeline(page)).toEqual(["Received", "Paid", "Shipped", "Delivered"]);
        expect(await page.evaluate("window.opened")).toBe("before the kill");
      } finally {
        await second.stop();
      }
    } finally {
      await page.close();
      await rm(data, { recursive: true, force: true });
    }
  });

  test("cancels an order at the customer's wish", async () => {
    const data = await newFolder();
    const slow = await startShop(data, { ...quick, CARRIER_PICK_UP_MS: "600000" });
    const page = await browser.visit(slow.url);
    try {
      await place(page);
      await shows(page, "Being packed");
      await page.getByRole("button", { name: "Cancel the order" }).click();
      await shows(page, "Cancelled");
      expect(await timeline(page)).toEqual(["Received", "Paid", "Cancelled"]);
      await page.getByText("As you asked. What was paid goes back to the account.").waitFor();
      expect(await page.getByRole("button", { name: "Cancel the order" }).isVisible()).toBe(false);
      await browser.picture(page, "shop-cancelled");
    } finally {
      await page.close();
      await slow.stop();
      await rm(data, { recursive: true, force: true });
    }
  });
});

describe("every page", () => {
  const pages = [
    ["shop", "/", "#products li"],
    ["console", "/ops", "#services tr"],
    ["dead-letters", "/ops#/letters", "#no-letters"],
    ["story", "/ops#/order", "#recent a"],
    ["replay", "/ops#/replay", "#replay-service option"],
    ["analytics", "/analytics", "#funnel tr"],
    ["letters", "/emails", "#letters li"],
    ["docs", "/docs/", "main h1"],
  ] as const;
  const languages = ["English", "한국어"] as const;
  beforeAll(async () => {
    const { orderId } = await shop.order();
    await shop.reaches(orderId, "DELIVERED");
  });

  test.each(pages)(
    "of %s has no accessibility violation, wide and on a phone, light and dark, in each language it speaks",
    async (name, path, ready) => {
      for (const width of [1280, 390]) {
        const page = await browser.visit(shop.url + path, { width });
        await browser.holds(page, `document.querySelector(${JSON.stringify(ready)})`);
        for (const language of languages) {
          const button = page.getByRole("button", { name: language, exact: true });
          if ((await button.count()) > 0) await button.click();
          else if (language !== "English") continue;
          for (const colorScheme of ["light", "dark"] as const) {
            await page.emulateMedia({ colorScheme });
            expect({ width, language, colorScheme, violations: await browser.violations(page) }).toEqual({
              width,
              language,
              colorScheme,
              violations: [],
            });
          }
          expect(await browser.overflow(page)).toBe(0);
          await browser.picture(page, `${name}-${width}-${language}`);
        }
        await page.close();
      }
    },
  );

  test.each(pages.filter(([name]) => name !== "docs"))(
    "of %s asks nobody but this server, and for little",
    async (_name, path, ready) => {
      const page = await browser.visit(shop.url + path);
      await browser.holds(page, `document.querySelector(${JSON.stringify(ready)})`);
      const loaded = await page.evaluate<readonly { readonly name: string; readonly encodedBodySize: number }[]>(
        `performance.getEntriesByType("resource").map(({ name, encodedBodySize }) => ({ name, encodedBodySize }))`,
      );
      expect(loaded.filter(({ name }) => !name.startsWith(shop.url) && !name.startsWith("data:"))).toEqual([]);
      const files = loaded.filter(({ name }) => /\.(js|css)$/.test(name));
      expect(files.length).toBeGreaterThan(2);
      expect(files.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)).toBeLessThan(80_000);
      await page.close();
    },
  );
});

describe("the analytics page", () => {
  test("counts what was ordered, and follows along", async () => {
    const page = await browser.visit(`${shop.url}/analytics`);
    const orders = async (): Promise<number> => Number(await page.locator("#figures dd").first().innerText());
    await page.locator("#figures dd").first().waitFor();
    const before = await orders();
    const unpaid = await shop.order({ ...goodOrder, customerId: "bob" });
    const missing = await shop.order({ ...goodOrder, items: [{ productId: "ceramic-mug", quantity: 999 }] });
    for (const { orderId } of [unpaid, missing]) await shop.reaches(orderId, "CANCELLED");
    await browser.holds(page, `Number(document.querySelector("#figures dd").textContent) > ${before}`);
    for (const reason of ["Payment failed", "Out of stock"])
      await page.locator(`#reasons tr:has-text("${reason}")`).first().waitFor();
    await page.close();
  });

  test("says in a table what its pictures show, for the time that its address names", async () => {
    const page = await browser.visit(`${shop.url}/analytics?hours=24`);
    await page.locator("#over-time svg").waitFor();
    expect(await page.locator("#hours").inputValue()).toBe("24");
    await page.locator("section:has(#over-time) summary").click();
    const rows = await page.locator("#over-time-table tbody tr").allInnerTexts();
    expect(rows.join()).toMatch(/€\d/);
    const orders = await page.locator("#figures dd").first().innerText();
    expect(await page.locator("#over-time svg").getAttribute("aria-label")).toContain(`${orders} orders created`);
    await page.locator("#hours").selectOption("168");
    await browser.holds(page, `location.search === "?hours=168"`);
    await page.close();
  });

  test("says so where nothing was ordered", async () => {
    const data = await newFolder();
    const empty = await startShop(data, quick);
    const page = await browser.visit(`${empty.url}/analytics`);
    try {
      await page.getByText("No orders in this time.").waitFor();
      expect(await browser.violations(page)).toEqual([]);
      await browser.picture(page, "analytics-empty");
    } finally {
      await page.close();
      await empty.stop();
      await rm(data, { recursive: true, force: true });
    }
  });
});

describe("the letters", () => {
  test("show what a customer wrote as text, formatted and plain, whatever was written", async () => {
    const name = "<b>Al</b><img src=x onerror=alert(1)>";
    const { orderId } = await shop.order({
      ...goodOrder,
      shippingAddress: { ...goodOrder.shippingAddress, name },
    });
    const page = await browser.visit(`${shop.url}/emails?orderId=${orderId}`);
    await page.getByRole("link", { name: /^We have your order/ }).click();
    await page.frameLocator("#html").getByText(name).waitFor();
    await page.getByRole("button", { name: "Plain text" }).click();
    expect(await page.locator("#text").innerText()).toContain(name);
    expect(await page.evaluate("document.querySelectorAll('main img, main b').length")).toBe(0);
    await page.close();
  });
});

test("the pages run without an error that nobody caught, and within their policy", () => {
  expect(browser.errors).toEqual([]);
});
