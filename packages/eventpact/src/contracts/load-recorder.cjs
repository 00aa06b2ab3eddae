// Loaded before a producer's verification by NODE_OPTIONS=--require: notes which files its processes read, so that a result
// can be bound to them. Plain CommonJS, since the command may be run by whatever Node its author has; it imports nothing of
// this package, and never stands in the way of what it watches.
"use strict";

const fs = require("node:fs");
const modules = require("node:module");
const { join, resolve, sep } = require("node:path");
const { fileURLToPath } = require("node:url");

const folder = process.env["EVENTPACT_LOADED"];
if (folder !== undefined && fs.existsSync(folder)) watch(folder);

function watch(into) {
  const log = join(into, `${process.pid}-${process.hrtime.bigint()}`);
  const { appendFileSync } = fs;
  const seen = new Set();
  const installed = `${sep}node_modules${sep}`;
  const note = (kind, path) => {
    try {
      const name = typeof path === "string" ? path : path instanceof URL ? fileURLToPath(path) : undefined;
      const named = name === undefined ? undefined : resolve(name);
      // What lies there by a link, such as a package of the same repository, is not installed.
      const file = named?.includes(installed) ? fs.realpathSync(named) : named;
      if (file === undefined || file.includes(installed) || seen.has(`${kind} ${file}`)) return;
      if (kind === "read" && isIndexing()) return;
      seen.add(`${kind} ${file}`);
      appendFileSync(log, `${JSON.stringify([kind, file])}\n`);
    } catch {
      // What cannot be noted is not known; who asks is told by what is missing.
    }
  };
  // A Node that has no such hooks loads modules unseen: then nobody may say that nothing else was loaded.
  appendFileSync(log, modules.registerHooks === undefined ? '["blind",""]\n' : "");
  watchReads(note);
  watchProcesses({ EVENTPACT_LOADED: into, NODE_OPTIONS: process.env["NODE_OPTIONS"] });
  modules.registerHooks?.({
    load(url, context, next) {
      if (url.startsWith("file:")) note("module", new URL(url));
      return next(url, context);
    },
  });
}

/** A process that is started with an environment of its own is watched as well. */
function watchProcesses(variables) {
  const processes = require("node:child_process");
  const options = (its) => {
    if (!its || its.includes("load-recorder.cjs")) return its || variables.NODE_OPTIONS;
    return `${its} ${variables.NODE_OPTIONS}`;
  };
  const told = (word) =>
    typeof word === "object" && word !== null && typeof word.env === "object" && word.env !== null
      ? { ...word, env: { ...word.env, ...variables, NODE_OPTIONS: options(word.env["NODE_OPTIONS"]) } }
      : word;
  for (const name of ["spawn", "fork", "exec", "execFile", "spawnSync", "execSync", "execFileSync"]) {
    const real = processes[name];
    const watched = function (...words) {
      return real.apply(this, words.map(told));
    };
    processes[name] = Object.defineProperties(watched, Object.getOwnPropertyDescriptors(real));
  }
  modules.syncBuiltinESMExports();
}

/** A runner of tests that lists all that there is has loaded nothing of it. */
function isIndexing() {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 60;
  const { stack = "" } = new Error("where");
  Error.stackTraceLimit = limit;
  return stack.includes("jest-haste-map");
}

function watchReads(note) {
  const within = (holder, names) => {
    for (const name of names) {
      const real = holder[name];
      if (real === undefined) continue;
      const watched = function (path, ...rest) {
        note("read", path);
        return real.call(this, path, ...rest);
      };
      holder[name] = Object.assign(watched, real);
    }
  };
  within(fs, ["readFileSync", "readFile", "createReadStream", "openSync", "open"]);
  within(fs.promises, ["readFile", "open"]);
  modules.syncBuiltinESMExports();
}
