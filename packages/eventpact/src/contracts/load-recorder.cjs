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
      const file = name === undefined ? undefined : resolve(name);
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
  modules.registerHooks?.({
    load(url, context, next) {
      if (url.startsWith("file:")) note("module", new URL(url));
      return next(url, context);
    },
  });
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
