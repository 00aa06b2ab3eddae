import { describe, expect, test } from "@jest/globals";
import { repository } from "./support/parcels.ts";
import { found, LONG_MS, verify } from "./support/verify.ts";

describe("eventpact verify survives the code that it loads", () => {
  test(
    "and goes on after one that never answers",
    async () => {
      const told = await found({
        first: 'const first = { from: "Packed.v1", to: "Packed.v2", upcast: () => { for (;;); } };',
        second: 'const second = { from: "Packed.v2", to: "Packed.v3", upcast: () => undefined };',
      });
      expect(told).toMatchObject([
        { code: "upcaster-throws", line: 1, message: expect.stringContaining("it did not answer within 1 s") },
        { code: "upcaster-not-json", line: 2, message: expect.stringContaining("it answers undefined") },
      ]);
    },
    LONG_MS,
  );

  test.each<[string, RegExp, string, number?]>([
    ["that throws as it is loaded", /src\/post\.js: no database/, 'throw new Error("no database"); // upcasters'],
    ["that ends the process", /ended with exit code 7 and told nothing/, "process.exit(7); // upcasters"],
    [
      "that never comes to an end",
      /did not end within 1 s/,
      "setInterval(() => {}, 1000); await new Promise(() => {}); // upcasters",
      1,
    ],
    ["that shows nothing", /exports neither a service "post" nor a list "upcasters"/, "export const upcasting = [];"],
    [
      "with a list of something else",
      /upcaster 1 of its list is no \{ from, to, upcast \}/,
      "export const upcasters = [7];",
    ],
  ])(
    "and a module %s is a finding at it, and nothing that is remembered",
    async (_, message, module, seconds = 60) => {
      const config = `dir: asyncapi\nverify:\n  upcasters: { module: "src/{service}.js", timeoutSeconds: ${seconds} }\n`;
      using folder = repository(module, { "eventpact.yaml": config });
      const { told } = await verify(folder.path);
      expect(told).toMatchObject([
        { code: "upcaster-unloadable", file: "src/post.js", message: expect.stringMatching(message) },
      ]);
      expect((await verify(folder.path, "--known")).told).toEqual([]);
    },
    LONG_MS,
  );
});
