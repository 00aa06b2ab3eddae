import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");

/** Runs jest on the test files that match, with more in its environment; answers its exit code. */
export function runJest(patterns: readonly string[], environment: Readonly<Record<string, string>>): number {
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const nodeFlags = ["--experimental-vm-modules", "--no-warnings"];
  const run = spawnSync(process.execPath, [...nodeFlags, jest, "--ci", "--maxWorkers=2", ...patterns], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    env: { ...process.env, NODE_OPTIONS: nodeFlags.join(" "), PACT_DO_NOT_TRACK: "true", ...environment },
  });
  return run.status ?? 1;
}
