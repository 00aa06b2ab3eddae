import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const bin = fileURLToPath(new URL("../../bin/eventpact.js", import.meta.url));
const cli = new URL("../../src/cli.ts", import.meta.url).href;

test("the executable starts, and says its exit code", () => {
  expect(execFileSync(process.execPath, [bin, "--help"], { encoding: "utf8" })).toContain("Usage: eventpact");
  expect(spawnSync(process.execPath, [bin, "nonsense"], { encoding: "utf8" }).status).toBe(2);
});

test("help costs less than 150 ms of work beside Node's own start", () => {
  const script = `
    const before = process.cpuUsage();
    const { main } = await import(${JSON.stringify(cli)});
    await main(["--help"]);
    const { user, system } = process.cpuUsage(before);
    console.error((user + system) / 1000);`;
  const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(stdout).toContain("Usage: eventpact");
  expect(Number(stderr.trim())).toBeLessThan(150);
});
