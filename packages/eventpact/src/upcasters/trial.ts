import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TrialReport, TrialRequest } from "./types.ts";

interface Where {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeoutSeconds: number;
}

/** Tries the upcasters of one service in a process of its own, which ends with this call. */
export async function runTrial(request: TrialRequest, where: Where): Promise<TrialReport> {
  const folder = mkdtempSync(join(tmpdir(), "eventpact-upcasters-"));
  const [asked, told] = [join(folder, "request.json"), join(folder, "report.json")];
  try {
    writeFileSync(asked, JSON.stringify(request));
    const ended = await childWith([asked, told], where);
    return readReport(told) ?? { problem: ended, upcasters: [] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const childFile = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "./child.ts" : "./child.js", import.meta.url),
);

/** Answers how it ended, for the case that it told nothing. */
function childWith(files: readonly string[], { root, env, timeoutSeconds }: Where): Promise<string> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--no-warnings", childFile, ...files], {
      cwd: root,
      // A runner of tests that asks for this command has options that are its own.
      env: { ...env, NODE_OPTIONS: env["NODE_OPTIONS"] ?? "" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const keep = (chunk: Buffer): void => void (output = (output + chunk.toString("utf8")).slice(-5_000));
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    let why: string | undefined;
    const timer = setTimeout(() => {
      why = `loading and trying it did not end within ${timeoutSeconds} s.`;
      child.kill("SIGKILL");
    }, timeoutSeconds * 1000);
    child.on("error", (error) => (why = error.message));
    child.on("close", (code) => {
      clearTimeout(timer);
      const lines = output.trim().split("\n").slice(-6).join("\n");
      resolve(why ?? `it ended with exit code ${code ?? "none"} and told nothing${lines === "" ? "." : `:\n${lines}`}`);
    });
  });
}

function readReport(file: string): TrialReport | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as TrialReport;
  } catch {
    return undefined;
  }
}
