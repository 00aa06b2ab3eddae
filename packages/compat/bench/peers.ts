import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Tool } from "./tools.ts";

/** Where the peers live: ignored by git, and by the workspaces of this repository. */
export const peersFolder = join(import.meta.dirname, "../../../.cache/bench-compat");
const manifest = join(import.meta.dirname, "peers/package.json");

/** Installs the peers unless the same manifest was installed before. Throws when npm fails. */
export function installPeers(): void {
  const installed = join(peersFolder, "package.json");
  const same = existsSync(installed) && readFileSync(installed, "utf8") === readFileSync(manifest, "utf8");
  if (same && existsSync(join(peersFolder, "node_modules"))) return;
  mkdirSync(peersFolder, { recursive: true });
  copyFileSync(manifest, installed);
  const { status, stderr } = spawnSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], {
    cwd: peersFolder,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm could not install the peers into ${peersFolder}:\n${stderr}`);
}

/** The installed version of a peer; undefined where the registry does not have it. */
export function versionOf(tool: Tool): string | undefined {
  const home =
    tool.package === undefined ? join(import.meta.dirname, "..") : join(peersFolder, "node_modules", tool.package);
  const file = join(home, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")).version : undefined;
}
