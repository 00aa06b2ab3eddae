import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { runCommand } from "../support/run-command.ts";
import { moduleOf, repository } from "./support/parcels.ts";
import { found, LONG_MS, verify } from "./support/verify.ts";

describe("eventpact verify tries the upcasters of a service", () => {
  test(
    "and says of those that hold how many instances were tried; what is unchanged is not tried again",
    async () => {
      using folder = repository(moduleOf());
      const { told, upcasters } = await verify(folder.path);
      expect(told).toEqual([]);
      expect(upcasters).toMatchObject([
        { from: "Packed.v1", to: "Packed.v2", status: "kept", instances: expect.any(Number) },
        { from: "Packed.v2", to: "Packed.v3", status: "kept" },
      ]);
      const text = async () => (await runCommand(folder.path, ["verify"])).stdout;
      expect(await text()).toMatch(
        /^upcasters of post +✓ Packed\.v1 → Packed\.v2, tried \d+ instances {2}✓ Packed\.v2 → Packed\.v3, tried \d+ instances {2}\(unchanged\)$/m,
      );
      expect(await text()).toMatch(/; 2 upcasters tried on \d+ instances; /);
    },
    LONG_MS,
  );

  test(
    "and shows where one breaks: its line, the simplest event, what it made of it, the path, and the way out",
    async () => {
      const [fault, ...others] = await found({
        first:
          'const first = { from: "Packed.v1", to: "Packed.v2",\n  upcast: ({ weight, ...rest }) => ({ ...rest, grams: weight * 1001 }) };',
      });
      expect(others).toEqual([]);
      expect(fault).toMatchObject({ code: "upcaster-invalid", file: "src/post.js", line: 2 });
      expect(fault?.message).toMatch(
        /^post's upcaster from Packed\.v1 to Packed\.v2 makes an invalid Packed\.v2: at \/data\/grams: .*500000.* \(\d+ of \d+ instances tried\)\.$/,
      );
      expect(fault?.hint).toMatch(
        /^Of \{"id":"[^"]*","weight":500\} it made \{"id":"[^"]*","grams":500500\}\. Mend the upcaster for every valid Packed\.v1, or give Packed\.v1 a row of its own\.$/,
      );
    },
    LONG_MS,
  );

  test(
    "and says that a chain ends before a row, at the upcaster that ends it",
    async () => {
      const service = 'export const post = { name: "post", handlers: { "Packed.v3": () => [] }, upcasters: [first] };';
      expect(await found({ service })).toMatchObject([
        {
          code: "upcaster-link-missing",
          file: "src/post.js",
          line: 1,
          hint: expect.stringContaining("Handle Packed.v2"),
        },
      ]);
    },
    LONG_MS,
  );

  test("and loads nothing of a service whose sources do not speak of upcasters", async () => {
    using folder = repository('throw new Error("never loaded");');
    const { stdout, stderr } = await runCommand(folder.path, ["verify"]);
    expect([stdout, stderr]).toEqual([expect.not.stringContaining("upcaster"), ""]);
  });

  test("and says where a module is looked for that nobody has", async () => {
    using folder = repository("", {
      "eventpact.yaml": 'dir: asyncapi\nverify:\n  upcasters: { module: "source/{service}.js" }\n',
    });
    expect((await verify(folder.path)).told).toMatchObject([
      {
        code: "config-invalid",
        message: 'No service has the file "source/{service}.js" of verify.upcasters.',
        line: 3,
      },
    ]);
  });
});

describe("what was found out about upcasters", () => {
  const broken = moduleOf({ second: 'const second = { from: "Packed.v2", to: "Packed.v3", upcast: (data) => data };' });
  const eventpact = (path: string, line: string) => runCommand(path, line.split(" "));
  const ask = async (path: string, ...words: readonly string[]) => {
    const line = ["can-i-deploy --service post --to production --format json", ...words].join(" ");
    return JSON.parse((await eventpact(path, line)).stdout) as {
      readonly verdict: string;
      readonly answers: readonly {
        readonly reasons: readonly { readonly verdict: string; readonly message: string }[];
      }[];
    };
  };
  const reasons = async (path: string, ...words: readonly string[]) =>
    (await ask(path, ...words)).answers
      .flatMap((answer) => answer.reasons)
      .filter(({ message }) => message.includes("upcaster"));

  test(
    "keeps a service from being deployed: unknown before they were tried, no when one is broken, and nothing when they hold",
    async () => {
      using folder = repository(broken);
      await eventpact(folder.path, "record-deployment --service store --version 1 --here --to production");
      expect(await reasons(folder.path)).toEqual([
        expect.objectContaining({ verdict: "unknown", message: expect.stringContaining("run eventpact verify first") }),
      ]);
      await verify(folder.path);
      expect(await ask(folder.path)).toMatchObject({ verdict: "no" });
      expect(await reasons(folder.path)).toMatchObject([
        { verdict: "no", event: "Packed.v2", message: expect.stringContaining("makes an invalid Packed.v3") },
      ]);
      writeFileSync(join(folder.path, "src/post.js"), moduleOf());
      await verify(folder.path);
      expect(await reasons(folder.path)).toEqual([]);
    },
    LONG_MS,
  );

  test(
    "is recorded by content, said again by --known, and goes with the deployed version wherever its files are",
    async () => {
      using folder = repository(broken);
      await verify(folder.path, "--record");
      const records = join(folder.path, "contracts/verifications/post");
      const [file = ""] = readdirSync(records);
      expect(file).toMatch(/^upcasters-[0-9a-f]{16}\.json$/);
      const record = JSON.parse(readFileSync(join(records, file), "utf8"));
      expect(record).toMatchObject({
        format: 1,
        consumer: "post",
        upcasters: expect.stringMatching(/^[0-9a-f]{64}$/),
        tried: [{ from: "Packed.v1" }, { from: "Packed.v2", instances: expect.any(Number) }],
        faults: [
          {
            code: "upcaster-invalid",
            instance: { eventType: "Packed", version: 2 },
            answer: { id: expect.any(String) },
          },
        ],
      });
      expect(await verify(folder.path, "--known", "--no-cache")).toMatchObject({ told: [] });
      expect((await verify(folder.path, "--known")).told).toMatchObject([{ code: "upcaster-invalid", line: 2 }]);
      await eventpact(folder.path, "record-deployment --service post --version 1 --here --to staging");
      await eventpact(folder.path, "record-deployment --service store --version 1 --here --to production");
      writeFileSync(join(folder.path, "src/post.js"), moduleOf());
      await verify(folder.path, "--record");
      expect(readdirSync(records)).toHaveLength(2);
      expect(await reasons(folder.path)).toEqual([]);
      expect(await reasons(folder.path, "--version", "1")).toMatchObject([{ verdict: "no" }]);
    },
    LONG_MS,
  );
});
