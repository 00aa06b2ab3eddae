import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, test } from "@jest/globals";
import { copyOfTheRepository } from "./support/copy.ts";
import { startShop, type Shop } from "./support/shop.ts";
import { follow, stepsOf, type Step } from "./support/walkthrough.ts";

const root = join(import.meta.dirname, "..");
const steps = stepsOf(readFileSync(join(root, "docs", "tour.md"), "utf8"));
const titleOf = (step: Step): string => (step.kind === "file" ? `writes ${step.path}` : step.command);

describe("a reader who takes the tour", () => {
  const folder = mkdtempSync(join(tmpdir(), "tour-"));
  const clone = join(folder, "eventpact");
  let shop: Shop;
  beforeAll(async () => {
    copyOfTheRepository(clone);
    shop = await startShop(join(folder, "data"), { KAFKA_BROKERS: "", DATABASE_URL: "" });
  }, 300_000);
  afterAll(async () => {
    await shop.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** The shop of this test has a port of its own. */
  const here = (step: Step): Step => {
    if (step.kind === "file") return step;
    const command = step.command
      .replaceAll("http://localhost:3000", shop.url)
      .replace("npm run load --", `npm run load -- --url ${shop.url}`);
    return { ...step, command };
  };
  const env = {
    ...process.env,
    PATH: `${join(clone, "node_modules", ".bin")}${delimiter}${process.env["PATH"]}`,
    NODE_OPTIONS: "",
  };

  let broken = false;
  test.each(steps.map((step, index) => ({ title: `${index + 1}. ${titleOf(step)}`, step })))(
    "$title",
    ({ step }) => {
      // Each step builds on the one before.
      if (broken) throw new Error("An earlier step failed.");
      broken = true;
      follow(here(step), clone, env);
      broken = false;
    },
    300_000,
  );
});
