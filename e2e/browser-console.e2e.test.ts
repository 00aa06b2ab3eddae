/** The operators' console in a real browser: a dead letter is understood, mended and redriven, and its order ends. */
import { rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { openDatabase } from "@eventpact/messaging";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { openBrowser, type Browser, type Page } from "./support/browser.ts";
import { goodOrder, startShop, type Shop } from "./support/shop.ts";
import { newFolder } from "./support/stories.ts";
import { until } from "./support/until.ts";

const slow = { KAFKA_BROKERS: "", DATABASE_URL: "", CARRIER_PICK_UP_MS: "3600000" };

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
});

const letterOf = (page: Page, event: string, group: string) =>
  page.locator(`#letters a:has(strong:text-is("${event}")):has(span:text-is("${group}"))`);

const HOSTILE = '<img src=x onerror="document.title=1"><script>document.title=2</script>';

/** Sixty records that are no events at all, written by somebody who means harm. */
const hostileRecords = Array.from({ length: 60 }, (_, index) => ({
  topic: "shipping-events",
  key: "hostile",
  value: Buffer.from(`{"${HOSTILE}" ${index}`),
  headers: { [HOSTILE]: HOSTILE },
}));

/** Two records about one order, as a carrier's own program would write them: the first lacks what its schema requires. */
const shipmentRecords = (orderId: string) => {
  const envelope = (number: number, eventType: string, data: object) => ({
    eventId: `019bc236-c568-7702-adf7-b93ea3571ae${number}`,
    eventType,
    version: 1,
    timestamp: new Date().toISOString(),
    sequence: number,
    correlationId: orderId,
    data: { orderId, shipmentId: "019bc134-7a2a-7c91-b7eb-396a7092d408", ...data },
  });
  return [
    envelope(1, "ShipmentDispatched", { carrier: "Swift Parcel" }),
    envelope(2, "ShipmentDelivered", { deliveredAt: new Date().toISOString() }),
  ].map((value) => ({
    topic: "shipping-events",
    key: orderId,
    value: Buffer.from(JSON.stringify(value)),
    headers: {},
  }));
};

describe("a record that its schema refuses", () => {
  let folder: string;
  let shop: Shop;
  let orderId: string;
  beforeAll(async () => {
    folder = await newFolder();
    const first = await startShop(folder, slow);
    ({ orderId } = await first.order());
    await first.reaches(orderId, "CONFIRMED");
    await first.stop();
    const database = await openDatabase({ dataDir: folder });
    const log = postgresLog({ database });
    await log.ensureTopics([]);
    const results = await log.send([...shipmentRecords(orderId), ...hostileRecords]);
    expect(results.every(({ ok }) => ok)).toBe(true);
    await log.close(1_000);
    await database.close();
    shop = await startShop(folder, slow);
  });
  afterAll(async () => {
    await shop?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("is the first thing the console says, and is shown with its error, edited and redriven, and then completes its order", async () => {
    const page = await browser.visit(`${shop.url}/ops`);
    await page.getByText("Something needs you").first().waitFor();
    await page.getByRole("link", { name: /dead letters: .*of order/ }).click();
    await page.locator("#letters li").first().waitFor();
    await page.locator("#letters-group").selectOption("order");
    await page.getByRole("button", { name: "Filter" }).click();
    const letter = letterOf(page, "ShipmentDispatched.v1", "order");
    await letter.click();
    const dialog = page.getByRole("dialog", { name: "ShipmentDispatched.v1, given up by order" });
    await dialog.waitFor();
    expect(await page.locator("#letter-error").innerText()).toMatch(/trackingNumber/);
    expect(await page.locator("#letter-way").innerText()).toMatch(
      /written to shipping-events, partition \d+, offset \d+/,
    );
    await browser.picture(page, "console-letter");
    expect(await browser.violations(page)).toEqual([]);

    const payload = page.getByLabel("Payload");
    const sendEdited = () => page.getByRole("button", { name: "Redrive as edited" }).click();
    await page.getByRole("button", { name: "Edit, then redrive" }).click();
    await payload.fill("{ not JSON");
    await sendEdited();
    expect(await page.locator("#letter-check").innerText()).toMatch(/^Not JSON yet: .*line 1 column 3/);

    const broken = shipmentRecords(orderId)[0]!;
    const mended = JSON.parse(broken.value.toString());
    await payload.fill(JSON.stringify(mended));
    await sendEdited();
    await page.getByRole("button", { name: "Redrive it" }).click();
    await page.locator("#letter-trouble:text-matches('trackingNumber')").waitFor();

    mended.data.trackingNumber = "SP2026011500421";
    await payload.fill(JSON.stringify(mended));
    await sendEdited();
    await page.getByLabel(/^Reason/).fill("the carrier told us the number");
    await page.getByLabel(/^Your name/).fill("Ada");
    await page.getByRole("button", { name: "Redrive it" }).click();
    await dialog.waitFor({ state: "hidden" });
    await letter.waitFor({ state: "hidden" });
    const order = await shop.reaches(orderId, "DELIVERED");
    expect(order.timeline.map(({ status }) => status)).toEqual([
      "CREATED",
      "PAID",
      "CONFIRMED",
      "SHIPPED",
      "DELIVERED",
    ]);
    await page.close();
  });

  test("is given up by each group for itself, and can be discarded in each, for a reason that is kept", async () => {
    const page = await browser.visit(`${shop.url}/ops#/letters?group=analytics`);
    const letter = letterOf(page, "ShipmentDispatched.v1", "analytics");
    await letter.click();
    const address = await page.evaluate<string>("location.href");
    expect(address).toMatch(/#\/letters\/analytics\/[\w-]+\?group=analytics$/);
    await page.getByRole("button", { name: "Discard", exact: true }).click();
    await page.getByRole("button", { name: "Discard it" }).click(); // without a reason, it stays
    await page.getByLabel("Reason", { exact: true }).fill("counted by hand");
    await page.getByRole("button", { name: "Discard it" }).click();
    await letter.waitFor({ state: "hidden" });
    await browser.picture(page, "console-letters");
    await page.close();
    const again = await browser.visit(address);
    await again.getByText("discarded by console: counted by hand").waitFor();
    await again.close();
  });

  test("stays text, whatever it holds; many are read page by page, and those of one cause are let go of together", async () => {
    const page = await browser.visit(`${shop.url}/ops#/letters?group=order&code=message-unreadable`);
    const listed = (count: number) =>
      browser.holds(page, `document.querySelectorAll("#letters li").length === ${count}`);
    await listed(50);
    await page.getByRole("button", { name: "Show more" }).click();
    await listed(60);
    await page.locator("#letters a").first().click();
    await page.getByRole("dialog").waitFor();
    await page.getByText("Headers and stack").click();
    expect(await page.getByLabel("Payload").inputValue()).toContain(HOSTILE);
    expect(await page.locator("#letter-more").innerText()).toContain("<img src=x onerror=");
    expect(await page.evaluate("document.querySelectorAll('img, main script').length")).toBe(0);
    await page.getByRole("button", { name: "Close" }).click();
    await page.getByRole("button", { name: /^Discard all of order/ }).click();
    await page.getByLabel("Reason", { exact: true }).fill("written by nobody we know");
    await page.getByRole("button", { name: "Discard 60 dead letters" }).click();
    await page.getByText("60 discarded.").waitFor();
    await listed(0);
    expect(await page.evaluate<string>("document.title")).toMatch(/Operations$/);
    await page.close();
  });

  test("leaves a story that can be read as a picture, from the list or by its address", async () => {
    const page = await browser.visit(`${shop.url}/ops#/order`);
    await page.locator("#recent a").first().click();
    await page.locator("#trace svg").waitFor();
    expect(await page.locator("#trace").innerText()).toMatch(/OrderCreated\.v2[\s\S]*OrderDelivered\.v1/);
    await page.getByText("audit gave up ShipmentDispatched.v1").waitFor();
    await browser.picture(page, "console-story");
    const again = await browser.visit(`${shop.url}/ops?order=${orderId}`);
    await again.locator("#trace svg").waitFor();
    expect(await browser.violations(again)).toEqual([]);
    await again.getByLabel("Order id").fill("nothing");
    await again.getByRole("button", { name: "Show", exact: true }).click();
    await again.getByText("No event of this order has been heard.").waitFor();
    await page.close();
    await again.close();
  });

  test("can be looked at before a replay: a dry run tells what it would touch, and only then it can be done", async () => {
    const page = await browser.visit(`${shop.url}/ops#/replay`);
    await browser.holds(page, `document.querySelectorAll("#replay-service option").length === 8`);
    await page.locator("#replay-service").selectOption("tracking");
    await page.locator("#replay-topic").selectOption("order-events");
    const go = page.getByRole("button", { name: "Tell tracking these 5 again" });
    expect(await go.count()).toBe(0);
    await page.getByRole("button", { name: "What would it touch?" }).click();
    await page.getByText(/5 records read: 5 would be handled by tracking, 0 not for this service/).waitFor();
    expect(await browser.violations(page)).toEqual([]);
    await browser.picture(page, "console-replay");
    await go.click();
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await page.getByText(/5 handled again by tracking/).waitFor();
    await page.close();
  });
});

describe("a console that others can reach", () => {
  test("shows, but changes nothing without the token; and says when its server is gone", async () => {
    const folder = await newFolder();
    const open = await startShop(folder, { ...slow, HOST: "0.0.0.0", OPS_TOKEN: "let me in" });
    const page = await browser.visit(`http://127.0.0.1:${new URL(open.url).port}/ops#/replay`);
    try {
      await page.getByText("All is well").first().waitFor();
      await page.getByRole("button", { name: "What would it touch?" }).click();
      await page.locator("#token").fill("guessed");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText("That token was not the right one.").waitFor();
      await page.locator("#token").fill("let me in");
      await page.getByRole("button", { name: "Go on" }).click();
      await page.getByText(/0 records read/).waitFor();
      expect(await page.evaluate<string>("location.href + localStorage.length")).not.toContain("let");
      await page.goto(`http://127.0.0.1:${new URL(open.url).port}/letters`);
      await page.getByText("None yet.").waitFor(); // the token is kept for this tab
      const stranger = await browser.visit(`http://127.0.0.1:${new URL(open.url).port}/letters`);
      await stranger.getByRole("button", { name: "Cancel" }).click();
      await stranger.getByText("The list of letters is for operators.").waitFor();
      await stranger.close();
      await page.goto(`http://127.0.0.1:${new URL(open.url).port}/ops`);
      await page.getByText("All is well").first().waitFor();
      await open.kill();
      await page.getByText("The server does not answer").first().waitFor();
    } finally {
      await page.close();
      await open.kill();
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** A mail server that refuses every recipient it does not know for good. */
async function mailServer(...known: string[]) {
  const mailboxes = new Set(known);
  const taken: string[] = [];
  const server = createServer((socket) => {
    let letter: string | undefined;
    let rest = "";
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    const command = (line: string): void => {
      if (letter !== undefined) {
        if (line !== ".") letter += `${line}\n`;
        else {
          taken.push(letter);
          letter = undefined;
          say("250 taken");
        }
      } else if (/^RCPT TO/i.test(line)) {
        const mailbox = /<(.*)>/.exec(line)?.[1] ?? "";
        say(mailboxes.has(mailbox) ? "250 known" : "550 5.1.1 no such mailbox");
      } else if (/^DATA/i.test(line)) {
        letter = "";
        say("354 go on");
      } else say("250 fine");
    };
    socket.on("error", () => undefined);
    socket.on("data", (chunk) => {
      const lines = (rest + chunk.toString()).split("\r\n");
      rest = lines.pop() ?? "";
      for (const line of lines) command(line);
    });
    say("220 mail");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { taken, mailboxes, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

describe("a letter that the mail server refuses", () => {
  let folder: string;
  let shop: Shop;
  let mail: Awaited<ReturnType<typeof mailServer>>;
  beforeAll(async () => {
    folder = await newFolder();
    mail = await mailServer("alice@example.com");
    shop = await startShop(folder, { ...slow, SMTP_URL: mail.url });
  });
  afterAll(async () => {
    await shop?.stop();
    mail.server.close();
    await rm(folder, { recursive: true, force: true });
  });

  test("appears within seconds, hides the address until it is edited, and reaches the customer once it is mended", async () => {
    const page = await browser.visit(`${shop.url}/ops#/letters`);
    await page.locator("#no-letters:text-matches('None. What a service gives up on')").waitFor();
    await shop.order({ ...goodOrder, email: "alice@exmaple.com" });
    const letter = letterOf(page, "OrderCreated.v2", "email");
    await letter.click();
    expect(await page.getByLabel("Payload").inputValue()).not.toContain("exmaple");
    expect(await page.getByLabel("Payload").inputValue()).not.toContain("12 Rue des Lilas");
    await page.getByRole("button", { name: "Edit, then redrive" }).click();
    await page.getByRole("button", { name: "Redrive as edited" }).waitFor();
    const whole = await page.getByLabel("Payload").inputValue();
    await page.getByLabel("Payload").fill(whole.replace("exmaple", "example"));
    await page.getByRole("button", { name: "Redrive as edited" }).click();
    await page.getByRole("button", { name: "Redrive it" }).click();
    await until(() => (mail.taken.length > 0 ? true : undefined));
    expect(mail.taken[0]).toMatch(/^To: alice@example\.com$/m);
    await letter.waitFor({ state: "hidden" });
    await page.close();
  });

  test("is redriven with all others of its cause", async () => {
    const page = await browser.visit(`${shop.url}/ops#/letters`);
    for (let count = 0; count < 2; count += 1) await shop.order({ ...goodOrder, email: "alice@exmaple.com" });
    await browser.holds(page, `document.querySelectorAll("#letters li").length === 2`);
    await browser.picture(page, "console-causes");
    mail.mailboxes.add("alice@exmaple.com");
    await page.getByRole("button", { name: /^Redrive all of email/ }).click();
    await page.getByRole("button", { name: "Redrive 2 dead letters" }).click();
    await until(() => (mail.taken.length === 3 ? true : undefined));
    await page.locator("#no-letters").waitFor();
    await page.close();
  });

  test("leaves neither address nor name in what the server printed", () => {
    const logged = shop.output().split("the data stays.")[1];
    expect(logged).toMatch(/an event went to the dead letters/);
    expect(logged).not.toMatch(/exmaple|alice@|Alice Martin|Rue des Lilas/);
  });
});

test("the console runs without an error that nobody caught", () => {
  expect(browser.errors).toEqual([]);
});
