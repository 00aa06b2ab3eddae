import { rm } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { refusedStart, startShop, type Shop } from "./support/shop.ts";
import { newFolder, storiesOfARunningShop, storiesOfAStoppedShop, storiesOfSilence } from "./support/stories.ts";

const embedded = () => ({ KAFKA_BROKERS: "", DATABASE_URL: "" });

describe("a running shop on the embedded default", () => {
  storiesOfARunningShop(embedded);
});

describe("a shop on the embedded default that is stopped", () => {
  storiesOfAStoppedShop(embedded);
});

describe("a shop on the embedded default that waits for nobody", () => {
  storiesOfSilence(embedded);
});

describe("a second start on the same data", () => {
  let folder: string;
  let shop: Shop;
  beforeAll(async () => {
    folder = await newFolder();
    shop = await startShop(folder, embedded());
  });
  afterAll(async () => {
    await shop.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test("is refused, and told which folder and which process", async () => {
    const second = await refusedStart(folder);
    expect(second.code).not.toBe(0);
    expect(second.output).toContain(folder);
    expect(second.output).toMatch(/process \d+|pid \d+/i);
  });
});
