import { expect, test } from "@jest/globals";
import { badge } from "../../src/deploy/badge.ts";
import { runCommand } from "../support/run-command.ts";
import { base, shopFolder } from "./support/small-shop.ts";

test("can-i-deploy --format badge says the verdict as a picture, and by its exit code", async () => {
  using folder = shopFolder(base);
  await runCommand(folder.path, ["verify", "--record"]);
  await runCommand(folder.path, ["record-deployment", "--all", "--version", "1.0.0", "--here"]);
  const ask = (version: string) =>
    runCommand(folder.path, ["can-i-deploy", "--service", "order", "--version", version, "--format", "badge"]);
  const yes = await ask("1.0.0");
  expect([yes.exitCode, yes.stdout]).toEqual([
    0,
    expect.stringContaining("<title>order 1.0.0 → production: yes</title>"),
  ]);
  const unknown = await ask("9.9.9");
  expect([unknown.exitCode, unknown.stdout]).toEqual([3, expect.stringContaining("order 9.9.9 → production: unknown")]);
});

test("a version is text in the picture, whatever is in it", () => {
  const picture = badge('order <script>"&', "no");
  expect(picture).toContain("order &lt;script&gt;&quot;&amp;");
  expect(picture).not.toContain("<script");
});
