import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { main as eventpact } from "eventpact/cli";

const root = join(import.meta.dirname, "..", "..");

async function asked(...args: readonly string[]) {
  const written = { stdout: "", stderr: "" };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => void (written[name] += text),
    isTerminal: false,
  });
  const io = { cwd: root, env: {}, stdout: output("stdout"), stderr: output("stderr"), now: () => new Date() };
  const exitCode = await eventpact(args, io);
  if (written.stdout === "") throw new Error(written.stderr);
  return { exitCode, ...JSON.parse(written.stdout) };
}

interface Answer {
  readonly service: string;
  readonly rows: readonly { readonly provider: { readonly version: string }; readonly status: string }[];
  readonly reasons: readonly { readonly message: string }[];
}

test("what is here can go to production in some order, as far as anybody has verified it", async () => {
  const { verdict, answers, order } = await asked("can-i-deploy", "--dry-run-change", "--format", "json");
  const stuck = (answers as readonly Answer[])
    .filter(({ service }) => !(order as readonly string[][]).flat().includes(service))
    .map(({ service, reasons }) => [service, reasons.map(({ message }) => message)]);
  expect(stuck).toEqual([]);
  expect(["yes", "unknown"]).toContain(verdict);
});

test("every version in production was verified by the code that ran there, and its results are kept", async () => {
  const folder = join(root, "contracts", "environments", "production");
  const deployed = readdirSync(folder).flatMap((file) => {
    const record = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      service: string;
      deployed?: readonly { version: string }[];
    };
    return (record.deployed ?? []).map(({ version }) => [record.service, version] as const);
  });
  expect(deployed.length).toBeGreaterThan(0);
  for (const [service, version] of deployed) {
    const { answers } = await asked("can-i-deploy", "--service", service, "--version", version, "--format", "json");
    const rows = (answers as readonly Answer[]).flatMap((one) => one.rows);
    const open = rows.filter(({ status }) => status !== "verified" && status !== "proved");
    expect({ service, open }).toEqual({ service, open: [] });
  }
});
