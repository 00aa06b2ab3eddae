#!/usr/bin/env node
// Plain JavaScript that any Node can read, down to very old ones: it finds a Node that can run the rest.
import { existsSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const wanted = 24;
const major = (version) => Number(version.replace(/^v/, "").split(".")[0]);

if (major(process.version) >= wanted) {
  const module = await import("node:module");
  if (module.enableCompileCache) module.enableCompileCache();
  const source = existsSync(fileURLToPath(new URL("../src/cli.ts", import.meta.url)))
    ? "../src/cli.ts"
    : "../dist/cli.js";
  const { main } = await import(source);
  process.exitCode = await main(process.argv.slice(2));
} else {
  const newer = nearbyNode();
  if (newer) {
    const run = spawnSync(newer, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
    process.exitCode = run.status === null ? 2 : run.status;
  } else {
    console.error(`eventpact needs Node.js ${wanted} or newer; this is ${process.version}.`);
    console.error("Install it from https://nodejs.org, or into the project: npm install --save-dev node@24");
    process.exitCode = 2;
  }
}

/** A Node that the project brought along: node_modules/.bin/node here or in a folder above. */
function nearbyNode() {
  for (const start of [process.cwd(), dirname(fileURLToPath(import.meta.url))]) {
    for (let folder = start; ; folder = dirname(folder)) {
      const candidate = join(folder, "node_modules", ".bin", process.platform === "win32" ? "node.cmd" : "node");
      if (existsSync(candidate)) {
        const asked = spawnSync(candidate, ["--version"], { encoding: "utf8" });
        if (asked.status === 0 && major(asked.stdout.trim()) >= wanted) return candidate;
      }
      if (dirname(folder) === folder) break;
    }
  }
  return undefined;
}
