import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";

const CLIENT = "@pact-foundation/pact-cli@18.1.2";
const folder = join(import.meta.dirname, "../../../../../.cache/pact-cli");
const program = join(folder, "node_modules", ".bin", "pact-broker");

/** Pact's own client for a broker; fetched into .cache once (25 MB), since nothing but a test needs it. */
function installed(): string {
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--save-exact", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  execFileSync("npm", ["install", CLIENT, ...flags], { cwd: folder, stdio: "pipe" });
  return program;
}

/** Runs `pact-broker <words>` against a broker. */
export async function officialClient(url: string, ...words: readonly string[]) {
  const env = { ...process.env, NODE_OPTIONS: "", PACT_BROKER_BASE_URL: url, PACT_DO_NOT_TRACK: "true" };
  const run = promisify(execFile)(installed(), words, { env });
  return run.then(
    ({ stdout, stderr }) => ({ exitCode: 0, output: stdout + stderr }),
    (error: { code: number; stdout: string; stderr: string }) => ({
      exitCode: error.code,
      output: error.stdout + error.stderr,
    }),
  );
}
