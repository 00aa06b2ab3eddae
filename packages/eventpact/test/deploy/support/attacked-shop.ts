import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand, temporaryFolder } from "../../support/run-command.ts";
import { base, shopFiles } from "./small-shop.ts";

/** What JSON.parse makes of a file. */
export type Parsed = ReturnType<typeof JSON.parse>;

/** The contract of email with order. */
export const contract = "contracts/pacts/email-order.json";

/** A shop whose producer's command runs by the Node of the tests, so that what it loads is seen. */
export function attackedShop(more: Readonly<Record<string, string>> = {}) {
  const files = shopFiles(base);
  const config = JSON.parse(files["eventpact.yaml"] ?? "{}");
  config.verify.provider.command = [process.execPath, "verify.cjs"];
  const folder = temporaryFolder({ ...files, "eventpact.yaml": JSON.stringify(config, undefined, 1), ...more });
  const at = (file: string): string => join(folder.path, file);
  return {
    ...folder,
    [Symbol.dispose]: () => folder[Symbol.dispose](),
    read: (file: string) => readFileSync(at(file), "utf8"),
    write: (file: string, text: string) => {
      mkdirSync(dirname(at(file)), { recursive: true });
      writeFileSync(at(file), text);
    },
    list: (file: string) => readdirSync(at(file)),
    /** Changes a JSON file. */
    change(file: string, change: (value: Parsed) => void) {
      const value = JSON.parse(readFileSync(at(file), "utf8"));
      change(value);
      writeFileSync(at(file), JSON.stringify(value, undefined, 2));
    },
    run: (words: string, options: { today?: string; env?: Record<string, string> } = {}) =>
      runCommand(folder.path, words.split(" "), options),
    async ask(words: string, options: { today?: string } = {}) {
      const { exitCode, stdout, stderr } = await runCommand(
        folder.path,
        [...`can-i-deploy ${words}`.split(" "), "--format", "json"],
        options,
      );
      const value = stdout === "" ? { answers: [] } : JSON.parse(stdout);
      return { exitCode, stderr, verdict: value.verdict as string, answers: value.answers as readonly Parsed[] };
    },
    async verified(words = "", env: Record<string, string> = {}) {
      const all = ["verify", "--format", "json", ...words.split(" ").filter(Boolean)];
      const { exitCode, stdout, stderr } = await runCommand(folder.path, all, { env });
      const value = stdout === "" ? { diagnostics: [], contracts: [], producers: [] } : JSON.parse(stdout);
      return {
        exitCode,
        stderr,
        told: value.diagnostics as readonly {
          code: string;
          message: string;
          file: string;
          line: number;
          hint?: string;
        }[],
        contracts: value.contracts as readonly { consumer: string; status: string }[],
        producers: value.producers as readonly Parsed[],
      };
    },
  };
}
