import { execFileSync, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";

const bin = fileURLToPath(new URL("../../bin/eventpact.js", import.meta.url));
const cli = new URL("../../src/cli.ts", import.meta.url).href;

test("the executable starts, and says its exit code", () => {
  expect(execFileSync(process.execPath, [bin, "--help"], { encoding: "utf8" })).toContain("Usage: eventpact");
  expect(spawnSync(process.execPath, [bin, "nonsense"], { encoding: "utf8" }).status).toBe(2);
});

test("help loads the command line and nothing heavy: no YAML, no validator, no parser, no command", () => {
  const script = `
    import { registerHooks } from "node:module";
    const loaded = [];
    registerHooks({ load: (url, context, next) => (loaded.push(url), next(url, context)) });
    const { main } = await import(${JSON.stringify(cli)});
    await main(["--help"]);
    console.error(JSON.stringify(loaded.filter((url) => url.startsWith("file:"))));`;
  const { stderr, stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(stdout).toContain("Usage: eventpact");
  const loaded = JSON.parse(stderr.trim()) as string[];
  const heavy =
    /node_modules\/(yaml|ajv|@asyncapi|json-schema-to-typescript)|eventpact\/src\/(commands|read|model|rules|emit|site|validate)\//;
  expect(loaded).toContain(cli);
  expect(loaded.filter((url) => heavy.test(url))).toEqual([]);
  expect(loaded.length).toBeLessThan(15);
});
