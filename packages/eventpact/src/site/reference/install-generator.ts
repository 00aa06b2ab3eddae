import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

export const GENERATOR = "@asyncapi/generator@3.4.1";

/** The generator asks for npm as a module, and finds it only where NODE_PATH says. */
const COMPANION = "npm@11.6.2";

const run = promisify(execFile);
const npm = process.platform === "win32" ? "npm.cmd" : "npm";

/**
 * Fetches the generator (some 300 MB) into a folder of its own, once; no install script runs, so no browser is fetched.
 * Gives the reason when it cannot be had.
 */
export async function installGenerator(folder: string, tell: (line: string) => void): Promise<string | undefined> {
  const stamp = join(folder, "installed");
  if (existsSync(stamp)) return undefined;
  tell(`Fetching ${GENERATOR} into ${folder} (once; some 300 MB, a few minutes) …`);
  // Beside it first: a broken fetch never looks complete, and two builds never mix.
  await mkdir(dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.part-`);
  await writeFile(join(draft, "package.json"), '{ "private": true }\n');
  try {
    const flags = "--ignore-scripts --no-audit --no-fund --loglevel=error --fetch-retries=1".split(" ");
    const where = { cwd: draft, env: process.env, shell: process.platform === "win32" };
    await run(npm, ["install", GENERATOR, COMPANION, ...flags], where);
    await writeFile(join(draft, "installed"), `${GENERATOR}\n`);
    if (existsSync(stamp)) return undefined;
    await rm(folder, { recursive: true, force: true });
    await rename(draft, folder);
    return undefined;
  } catch (error) {
    return `${GENERATOR} could not be fetched (${reasonOf(error)})`;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What npm says is wrong, in one line. */
function reasonOf(error: unknown): string {
  const hasOutput = typeof error === "object" && error !== null && "stderr" in error;
  const said = hasOutput ? String(error.stderr) : String(error);
  const [, reason] = /reason: (.+)/.exec(said) ?? /npm error (?!code)(.+)/.exec(said) ?? [];
  return (reason ?? said.split("\n")[0] ?? "").trim();
}
