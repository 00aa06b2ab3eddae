import { runCommand } from "../../support/run-command.ts";
import { moduleOf, repository } from "./parcels.ts";

/** Each loads the module in a process of its own; on a machine that is busy with everything else that takes its time. */
export const LONG_MS = 60_000;

interface Told {
  readonly code: string;
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly hint?: string;
}

/** What `eventpact verify` says of upcasters. */
export async function verify(path: string, ...flags: readonly string[]) {
  const { stdout, exitCode } = await runCommand(path, ["verify", "--format", "json", ...flags]);
  const { diagnostics, upcasters } = JSON.parse(stdout) as {
    diagnostics: readonly Told[];
    upcasters: readonly { status: string; instances: number }[];
  };
  // Contracts are another matter, and here are none.
  const told = diagnostics.filter(({ code }) => !code.startsWith("pact-") && code !== "provider-unverified");
  return { exitCode, told, upcasters };
}

/** What it finds in a module of which some lines were exchanged. */
export async function found(lines: Parameters<typeof moduleOf>[0], more: Readonly<Record<string, string>> = {}) {
  using folder = repository(moduleOf(lines), more);
  return (await verify(folder.path)).told;
}
