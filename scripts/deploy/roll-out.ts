import { spawnSync } from "node:child_process";
import { main as eventpact } from "eventpact/cli";

export interface RollOut {
  readonly root: string;
  readonly environment: string;
  /** In this order; each is asked about when its turn has come. */
  readonly services: readonly string[];
  /** The manifest of a service, as it is to be applied. */
  readonly manifest: (service: string) => string;
  /** The program that applies what it reads: kubectl. */
  readonly kubectl: string;
  /** Ask only. */
  readonly isDryRun: boolean;
  readonly tell: (text: string) => void;
}

async function said(root: string, ...args: readonly string[]): Promise<{ exitCode: number; output: string }> {
  let output = "";
  const stream = { write: (text: string) => void (output += text), isTerminal: false };
  const env = process.env;
  const exitCode = await eventpact(args, { cwd: root, env, stdout: stream, stderr: stream, now: () => new Date() });
  return { exitCode, output };
}

/** The services that differ from what runs there, in the order in which they can go; throws with the reasons where some cannot. */
export async function orderFor(root: string, environment: string): Promise<readonly string[]> {
  const words = ["can-i-deploy", "--dry-run-change", "--to", environment];
  const { exitCode, output } = await said(root, ...words);
  if (exitCode !== 0) throw new Error(output);
  const { output: json } = await said(root, ...words, "--format", "json");
  return (JSON.parse(json) as { order: readonly (readonly string[])[] }).order.flat();
}

/**
 * Deploys services one after the other: asks whether each may go, applies its manifest, waits until it runs, and records the
 * deployment. Ends at the first that may not go or does not come up; answers the exit code. What is not known counts as no.
 */
export async function rollOut(request: RollOut): Promise<number> {
  const { root, environment, services, isDryRun, tell } = request;
  for (const service of services) {
    const { exitCode, output } = await said(root, "can-i-deploy", "--service", service, "--to", environment);
    if (exitCode !== 0) {
      tell(`${output}\n${service} was not deployed to ${environment}.`);
      return exitCode;
    }
    tell(output.split("\n")[0] ?? "");
    if (isDryRun) continue;
    const applied = kubectl(request, ["apply", "-f", "-"], request.manifest(service));
    const runs = applied && kubectl(request, ["rollout", "status", `deployment/${service}`, "--timeout=300s"]);
    if (!runs) {
      tell(`${service} does not run in ${environment} as it should; its deployment was not recorded.`);
      return 1;
    }
    const recorded = await said(root, "record-deployment", "--service", service, "--to", environment);
    tell(recorded.output.trimEnd());
    if (recorded.exitCode !== 0) return recorded.exitCode;
  }
  return 0;
}

function kubectl({ kubectl: program, tell }: RollOut, words: readonly string[], input = ""): boolean {
  const run = spawnSync(program, words, { input, stdio: ["pipe", "inherit", "inherit"] });
  if (run.error) tell(`${program} could not be started: ${run.error.message}`);
  return run.status === 0;
}
