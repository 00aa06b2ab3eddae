// How fast `eventpact docs` is and how much it writes, beside AsyncAPI's HTML template and EventCatalog on the same documents.
//   node scripts/bench/docs.ts                 our own figures, and those of the peers that are installed
//   node scripts/bench/docs.ts --peers         installs the peers first, into .cache/peers (some 1.7 GB, minutes)
//   node scripts/bench/docs.ts --peers --all   EventCatalog with 500 event versions as well (hours, and gigabytes of memory)
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import process, { argv, version } from "node:process";
import { GENERATOR } from "../../packages/eventpact/src/site/reference/install-generator.ts";
import { writeCatalog } from "./event-catalog.ts";
import { makeProject } from "./make-schemas.ts";
import type { Measured, Row } from "./measure.ts";
import { against, printTable, summarise, timeProcess } from "./measure.ts";

const root = join(import.meta.dirname, "../..");
const eventpact = join(root, "packages/eventpact/bin/eventpact.js");
const peers = join(root, ".cache/peers");
const htmlTemplate = join(peers, "html");
const eventCatalog = join(peers, "eventcatalog");

/** The generator asks for npm as a module. EventCatalog's newest release names a package that no registry has any more. */
const packages = {
  [htmlTemplate]: { dependencies: versions(GENERATOR, "@asyncapi/html-template@3.5.6", "npm@11.6.2") },
  [eventCatalog]: {
    dependencies: versions("@eventcatalog/core@3.48.4"),
    overrides: versions("@scalar/api-reference-react@0.9.74"),
  },
};

function versions(...named: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    named.map((name) => [name.slice(0, name.lastIndexOf("@")), name.slice(name.lastIndexOf("@") + 1)]),
  );
}

function installPeers(): void {
  for (const [folder, manifest] of Object.entries(packages)) {
    if (existsSync(join(folder, "node_modules"))) continue;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, ...manifest }));
    console.log(`Installing ${Object.keys(manifest.dependencies).join(", ")} into ${folder} …`);
    const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    const { status } = spawnSync("npm", ["install", ...flags], { cwd: folder, stdio: "inherit" });
    if (status !== 0) rmSync(join(folder, "node_modules"), { recursive: true, force: true });
  }
}

interface Size {
  readonly files: number;
  readonly megabytes: number;
}

function sizeOf(folder: string): Size {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const bytes = files.reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
  return { files: files.length, megabytes: bytes / 1024 / 1024 };
}

const seconds = ({ median, low, high }: Measured): Measured => ({
  median: median / 1e3,
  low: low / 1e3,
  high: high / 1e3,
});
const shown = ({ files, megabytes }: Size): string =>
  `${megabytes.toFixed(1)} MB in ${files.toLocaleString("en")} files`;
const row = (name: string, value: Measured, ratio: string): Row => ({ name, value: seconds(value), unit: "s", ratio });

function own(folder: string, runs: number): { readonly rows: readonly Row[]; readonly cold: Measured } {
  const out = join(folder, "site");
  const forget = (): void => {
    rmSync(join(folder, "node_modules/.cache"), { recursive: true, force: true });
    rmSync(join(folder, ".cache"), { recursive: true, force: true });
    rmSync(out, { recursive: true, force: true });
  };
  const event = join(folder, "asyncapi/events", readdirSync(join(folder, "asyncapi/events"))[0] ?? "");
  let edits = 0;
  const edit = (): void => appendFileSync(event, `x-edit-${edits++}: true\n`);
  const build = [eventpact, "docs", "--out", "site"];
  const cold = timeProcess(runs, build, folder, forget);
  const size = sizeOf(out);
  const warm = timeProcess(runs, build, folder);
  const edited = timeProcess(runs, build, folder, edit);
  return {
    cold,
    rows: [
      row("eventpact docs, cold", cold, shown(size)),
      row("eventpact docs, one file edited", edited, against(edited, cold, "cold")),
      row("eventpact docs, nothing changed", warm, against(warm, cold, "cold")),
    ],
  };
}

/** One document as its users render it; `compile: false` is for a template that was compiled before. */
const RENDER = `
const { createRequire } = require("node:module");
const [installed, file, out, compile] = process.argv.slice(1);
const Generator = createRequire(installed + "/package.json")("@asyncapi/generator");
const template = installed + "/node_modules/@asyncapi/html-template";
new Generator(template, out, { forceWrite: true, compile: compile === "true" }).generateFromFile(file).then(
  () => process.exit(0),
  (error) => { console.error(error); process.exit(2); },
);`;

/** Each document is a run of its own. Of many documents only some are rendered, and their times multiplied. */
function html(folder: string, runs: number, sample: number, cold: Measured): readonly Row[] {
  if (!existsSync(join(htmlTemplate, "node_modules"))) return [];
  const documents = readdirSync(join(folder, "asyncapi")).filter((name) => name.endsWith(".yaml"));
  const rendered = documents.slice(0, sample);
  const factor = documents.length / rendered.length;
  const out = join(folder, "html");
  const env = { ...process.env, NODE_PATH: join(htmlTemplate, "node_modules") };
  const all = (compile: boolean): Measured => {
    const times = Array.from({ length: runs }, () =>
      rendered
        .map((name) => ["-e", RENDER, htmlTemplate, join(folder, "asyncapi", name), join(out, name), String(compile)])
        .reduce((sum, args) => sum + timeProcess(1, args, folder, undefined, env).median, 0),
    );
    return summarise(times.map((time) => time * factor));
  };
  const first = all(true);
  const later = all(false);
  const { files, megabytes } = sizeOf(out);
  const size = shown({ files: Math.round(files * factor), megabytes: megabytes * factor });
  const part = factor > 1 ? ` (${rendered.length} of ${documents.length} documents, multiplied)` : "";
  return [
    row(`html-template${part}`, first, `${size}; ${against(first, cold, "ours")}`),
    row(`html-template, compile: false${part}`, later, against(later, cold, "ours")),
  ];
}

/** Once: it takes minutes. */
async function catalog(folder: string, cold: Measured): Promise<readonly Row[]> {
  if (!existsSync(join(eventCatalog, "node_modules"))) return [];
  // Beside the installation: its libraries are found from the project's folder.
  const work = join(eventCatalog, `project-${process.pid}`);
  try {
    await writeCatalog(folder, work);
    const env = { ...process.env, NODE_ENV: "production", CI: "true", NODE_OPTIONS: "--max-old-space-size=8192" };
    const bin = join(eventCatalog, "node_modules/@eventcatalog/core/bin/eventcatalog.js");
    const built = timeProcess(1, [bin, "build"], work, undefined, env);
    if (!existsSync(join(work, "dist"))) throw new Error("eventcatalog build wrote no dist/");
    return [row("eventcatalog build", built, `${shown(sizeOf(join(work, "dist")))}; ${against(built, cold, "ours")}`)];
  } catch (error) {
    console.log(
      `\nEventCatalog did not build this: ${error instanceof Error ? error.message.slice(-600) : String(error)}`,
    );
    return [];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

if (argv.includes("--peers")) installPeers();
console.log(
  `Node ${version}, ${cpus().length} × ${cpus()[0]?.model ?? "CPU"}. Compare, don't quote: other work shows in the spread.`,
);
for (const [count, runs] of [
  [20, 3],
  [500, 3],
] as const) {
  const folder = makeProject(count);
  try {
    const ours = own(folder, runs);
    const isSmall = count <= 20;
    const rows = [
      ...ours.rows,
      ...html(folder, isSmall ? runs : 1, 3, ours.cold),
      ...(isSmall || argv.includes("--all") ? await catalog(folder, ours.cold) : []),
    ];
    printTable(`${count} event versions: the whole site, whole processes (median, lowest … highest)`, rows);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
