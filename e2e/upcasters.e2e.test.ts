import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { scratchRepository, type Scratch } from "./support/scratch.ts";

/** Payment's own verification runs too; on a machine that is busy with everything else that takes minutes. */
const LONG_MS = 900_000;
const upcasters = "services/payment/src/upcasters.ts";

let repository: Scratch;
beforeAll(() => {
  repository = scratchRepository();
});
afterAll(() => repository?.remove());

const eventpact = (...words: readonly string[]) => repository.eventpact(new Date(), ...words);

describe("an upcaster of the shop that breaks at a bound only", () => {
  test(
    "is found by eventpact verify: its line, the simplest old order, and what it made of it",
    async () => {
      repository.edit(upcasters, ["total: euro(totalPrice)", "total: euro(totalPrice - 1)"]);
      const { exitCode, output } = await eventpact("verify", "--provider", "payment");
      expect(exitCode).toBe(1);
      const line =
        repository
          .read(upcasters)
          .split("\n")
          .findIndex((text) => text.includes("upcast: (")) + 1;
      expect(output).toContain(
        `${upcasters}:${line}:11: error: payment's upcaster from OrderCreated.v1 to OrderCreated.v2 makes an invalid OrderCreated.v2: at /data/total/amount:`,
      );
      expect(output).toMatch(/→ Of \{.*"totalPrice":0\} it made \{.*"total":\{"amount":-1,"currency":"EUR"\}/);
      expect(output).toMatch(/^upcasters of payment {2}✗ OrderCreated\.v1 → OrderCreated\.v2, tried \d+ instances/m);
    },
    LONG_MS,
  );

  test("is a finding at its line in a pull request", async () => {
    const { output } = await eventpact("verify", "--known", "--format", "github");
    expect(output).toMatch(/^::error file=services\/payment\/src\/upcasters\.ts,line=\d+,.*upcaster-invalid::/m);
  });

  test(
    "keeps payment from production, and the shop from starting",
    async () => {
      const { exitCode, output } = await eventpact("can-i-deploy", "--service", "payment", "--to", "production");
      expect(exitCode).toBe(1);
      expect(output).toMatch(/^May payment \S+ go to production\? No\.$/m);
      expect(output).toContain(
        "✗ payment's upcaster from OrderCreated.v1 to OrderCreated.v2 makes an invalid OrderCreated.v2",
      );
      const env = { PORT: "0", DATA_DIR: `${repository.path}/.data/refused` };
      const start = await repository.script(env, "scripts/start.ts");
      expect(start).toMatchObject({ exitCode: 1, output: expect.stringContaining("payment's upcaster") });
    },
    LONG_MS,
  );

  test(
    "may go when it is mended",
    async () => {
      repository.git("checkout", "--quiet", "--", upcasters);
      const { output } = await eventpact("verify", "--provider", "payment");
      expect(output).toMatch(/^upcasters of payment {2}✓ OrderCreated\.v1 → OrderCreated\.v2, tried \d+ instances/m);
      const { output: answer } = await eventpact("can-i-deploy", "--service", "payment", "--to", "production");
      expect(answer).not.toMatch(/✗|upcaster/);
    },
    LONG_MS,
  );
});
