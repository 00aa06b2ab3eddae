import { describe, expect, test } from "@jest/globals";
import type { Parsed } from "./support/attacked-shop.ts";
import { attackedShop, contract } from "./support/attacked-shop.ts";

/** Every *unknown* names what makes it known; here it is done, and it is known. */

type Shop = ReturnType<typeof attackedShop>;

/** The command of a way out, as a person would take it from the text: what stands behind `eventpact`. */
const commandsIn = (way: string): readonly string[] =>
  [...way.matchAll(/eventpact ([^,;()]+?)(?=,| \(|;|$)/g)].map(([, words]) => (words ?? "").trim());

async function unknown(shop: Shop, words: string): Promise<string> {
  const { verdict, answers } = await shop.ask(words);
  expect(verdict).toBe("unknown");
  const [reason] = answers.flatMap((one: Parsed) => one.reasons).filter((one: Parsed) => one.verdict === "unknown");
  expect(reason.way).toEqual(expect.stringContaining("eventpact "));
  return reason.way;
}

async function follow(shop: Shop, way: string): Promise<void> {
  for (const command of commandsIn(way)) await shop.run(command);
}

/** A contract that its schema does not settle: an exact value. */
const exact = (shop: Shop, value: string): void =>
  shop.change(contract, ({ interactions: [one] }) => {
    one.contents.content.data.trackingNumber = value;
    delete one.matchingRules.body["$.data.trackingNumber"];
  });

describe("unknown, and known by what the reason says", () => {
  test("the code as it is was not verified", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1");
    await follow(shop, await unknown(shop, "--service order"));
    expect((await shop.ask("--service order")).verdict).toBe("yes");
  });

  test("the version was never recorded", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const way = await unknown(shop, "--service order --version 2");
    await shop.run(commandsIn(way)[0] ?? "");
    expect((await shop.ask("--service order --version 2")).verdict).toBe("yes");
  });

  test("a deployed version had not been verified when it was recorded", async () => {
    using shop = attackedShop();
    await shop.run("record-deployment --all --here --version 1");
    const way = await unknown(shop, "--service email");
    await follow(shop, way);
    expect((await shop.ask("--service email")).verdict).toBe("yes");
  });

  test("its results are lost", async () => {
    using shop = attackedShop();
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    const { rmSync } = await import("node:fs");
    for (const lost of ["contracts/verifications", ".cache"]) rmSync(`${shop.path}/${lost}`, { recursive: true });
    await follow(shop, await unknown(shop, "--service email"));
    expect((await shop.ask("--service email")).verdict).toBe("yes");
  });

  test("nothing says how to verify the producer", async () => {
    using shop = attackedShop();
    const config = shop.read("eventpact.yaml");
    shop.change("eventpact.yaml", (value) => delete value.verify);
    await shop.run("record-deployment --service email --service analytics --here --version 1");
    const way = await unknown(shop, "--service order");
    shop.write("eventpact.yaml", config);
    await follow(shop, way.slice(way.indexOf("then:")));
    expect((await shop.ask("--service order")).verdict).toBe("yes");
  });

  test("main is ahead of production on both sides: verify asks about what is deployed, and the producer goes first", async () => {
    using shop = attackedShop();
    shop.change("eventpact.yaml", (value) => (value.deploy.readers = "contract"));
    await shop.verified("--record");
    await shop.run("record-deployment --all --here --version 1");
    // The consumer asks under a state that nobody verified; the producer's code changed without harm.
    shop.change(contract, ({ interactions: [one] }) => (one.providerStates = [{ name: "shipped" }]));
    shop.change(contract, ({ interactions: [one] }) => (one.metadata = { tenant: "acme" }));
    shop.change("code/order.json", (says) => (says["OrderShipped.v1"].trackingNumber = "other"));
    const way = await unknown(shop, "--service order");
    await follow(shop, way);
    expect((await shop.ask("--service order")).verdict).toBe("yes");
    expect((await shop.verified("--known")).contracts.map(({ status }) => status)).toEqual(["kept", "kept", "kept"]);
    const other = await unknown(shop, "--service email");
    expect(other).toContain("eventpact can-i-deploy --service order");
    expect((await shop.run("can-i-deploy --dry-run-change")).stdout).toMatch(
      /Yes\.\nIn this order:\n {2}1\. order\n {2}2\. email/,
    );
    await shop.run("record-deployment --service order --here --version 2");
    expect((await shop.ask("--service email")).verdict).toBe("yes");
  });

  test("a deployed contract that the code here no longer keeps is a warning to the producer, and a no until the consumer went", async () => {
    using shop = attackedShop();
    shop.change("eventpact.yaml", (value) => (value.deploy.readers = "contract"));
    exact(shop, "text");
    await shop.verified("--record --fail-on error");
    await shop.run("record-deployment --all --here --version 1");
    exact(shop, "other");
    shop.change("code/order.json", (says) => delete says["OrderShipped.v1"].trackingNumber);
    const { told } = await shop.verified();
    expect(told.map(({ code }) => code)).toContain("pact-failed-deployed");
    expect((await shop.ask("--service order")).verdict).toBe("no");
  });
});
