import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "@jest/globals";
import { stepsOf } from "../../../../e2e/support/walkthrough.ts";
import { runCommand, temporaryFolder } from "../support/run-command.ts";
import { base, shopFiles, text } from "./support/small-shop.ts";

const root = join(import.meta.dirname, "../../../..");
const environment = join(root, ".cache", "pact-python");
const python = join(environment, "bin", "python");

/** As a reader of the chapter writes it. */
const script = stepsOf(readFileSync(join(root, "docs", "many-repositories.md"), "utf8")).find(
  (step) => step.kind === "file" && step.path === "verify.py",
);

/** Pact's own library for Python; fetched into .cache once, since nothing but a test needs it. */
beforeAll(() => {
  if (existsSync(join(environment, "ready"))) return;
  execFileSync("python3", ["-m", "venv", environment], { stdio: "pipe" });
  execFileSync(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "pact-python==4.2.0"], {
    stdio: "pipe",
  });
  execFileSync("touch", [join(environment, "ready")]);
}, 300_000);

const shop = (needs: object) =>
  shopFiles({
    ...base,
    events: { "OrderPlaced.v1": { fields: { orderId: text, colour: text } } },
    services: {
      orders: { sends: ["OrderPlaced.v1"] },
      billing: { receives: ["OrderPlaced.v1"], needs: { orders: { "OrderPlaced.v1": needs } } },
    },
  });

async function verified(needs: object) {
  const files = shop(needs);
  const config = JSON.parse(files["eventpact.yaml"] ?? "{}");
  config.verify.provider = { command: [python, "verify.py"], sources: ["verify.py"] };
  const says = script?.kind === "file" ? script.text : "";
  using folder = temporaryFolder({ ...files, "eventpact.yaml": JSON.stringify(config), "verify.py": says });
  const { stdout } = await runCommand(folder.path, ["verify", "--format", "json"], {
    env: { PATH: process.env["PATH"] ?? "" },
  });
  const { contracts, diagnostics } = JSON.parse(stdout);
  return { contracts, diagnostics } as {
    contracts: readonly { status: string }[];
    diagnostics: readonly { code: string; message: string }[];
  };
}

test("a producer in Python is verified by pact-python, in the words of the chapter", async () => {
  const { contracts, diagnostics } = await verified({ orderId: "o-1" });
  expect(contracts).toMatchObject([{ status: "kept" }]);
  expect(diagnostics.map(({ code }) => code)).toEqual(["message-invalid"]);
});

test("what a producer in Python does not keep is told with the field, as of any other", async () => {
  const { contracts, diagnostics } = await verified({ orderId: "o-1", colour: "red" });
  expect(contracts).toMatchObject([{ status: "broken" }]);
  const failed = diagnostics.filter(({ code }) => code === "pact-failed");
  expect(failed.map(({ message }) => message)).toEqual([expect.stringContaining("$.data.colour: It is missing")]);
});
