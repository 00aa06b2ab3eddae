import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { main } from "../../src/cli.ts";

/** A folder on disk that is gone after the test. */
export function temporaryFolder(files: Readonly<Record<string, string>>): {
  readonly path: string;
  [Symbol.dispose](): void;
} {
  const path = mkdtempSync(join(tmpdir(), "eventpact-test-"));
  writeFiles(path, files);
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
}

/** Runs one command line in-process. */
export async function runCommand(
  cwd: string,
  args: readonly string[],
  options: { readonly today?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  const written = { stdout: "", stderr: "" };
  const output = (name: "stdout" | "stderr"): { write(text: string): void; isTerminal: boolean } => ({
    write: (text) => void (written[name] += text),
    isTerminal: false,
  });
  const exitCode = await main(args, {
    cwd,
    env: options.env ?? {},
    stdout: output("stdout"),
    stderr: output("stderr"),
    now: () => new Date(`${options.today ?? "2026-01-15"}T12:00:00Z`),
  });
  return { exitCode, ...written };
}
