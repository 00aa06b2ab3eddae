import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Command } from "./command.ts";

/** A row of `eventpact --help`. The summary stands here too, so that help loads no command. */
export interface TableRow {
  readonly name: string;
  readonly summary: string;
}

const rows: readonly TableRow[] = [
  { name: "check", summary: "Find out what is wrong in AsyncAPI documents, and where" },
  { name: "generate", summary: "Write types, validators, event constructors and the catalogue" },
  { name: "diff", summary: "Say what changed between two states, and whom it breaks" },
  { name: "compat", summary: "Compare two schemas: compatible, breaking with a witness, or undecided" },
  { name: "verify", summary: "Verify every consumer's contract against the real producer" },
  { name: "can-i-deploy", summary: "May this version of a service go to that environment?" },
  { name: "plan", summary: "The order in which a change can be rolled out, and how far it is" },
  { name: "record-build", summary: "Note what a version of a service is" },
  { name: "record-deployment", summary: "Note which version of a service runs in an environment" },
  { name: "record-release", summary: "Note which version of a service others run and rely on" },
  { name: "record-undeployment", summary: "Note that a version of a service is gone from an environment" },
  { name: "publish", summary: "Publish contracts and results to a Pact Broker" },
  { name: "docs", summary: "Build the documentation site" },
  { name: "new", summary: "Begin an event, a version or a service" },
];

/** The commands that this installation has, in the order of a working day. */
export function availableCommands(): readonly TableRow[] {
  return rows.filter(({ name }) => existsSync(fileURLToPath(moduleUrl(name))));
}

/** Loads a command's module. */
export async function loadCommand(name: string): Promise<Command> {
  return (await import(moduleUrl(name).href)) as Command;
}

/** Beside this file's folder, with this file's own ending: sources and published output alike. */
function moduleUrl(name: string): URL {
  const ending = /\.[a-z]+$/.exec(import.meta.url)?.[0] ?? ".ts";
  return new URL(`../commands/${name}${ending}`, import.meta.url);
}
