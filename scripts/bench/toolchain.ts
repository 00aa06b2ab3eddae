// How fast the toolchain is, and beside it @asyncapi/cli on the same documents.
//   node scripts/bench/toolchain.ts            our own figures, and the peer's if it is installed
//   node scripts/bench/toolchain.ts --peer     installs the peer first (some 600 MB, into .cache/bench-asyncapi-cli)
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import process, { argv, version } from "node:process";
import { pathToFileURL } from "node:url";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { readModel } from "../../packages/eventpact/src/model/read-model.ts";
import { nodeFileSystem } from "../../packages/eventpact/src/read/node-file-system.ts";
import { example, makeProject } from "./make-schemas.ts";
import type { Measured, Row } from "./measure.ts";
import { against, printTable, rate, timeProcess } from "./measure.ts";

const root = join(import.meta.dirname, "../..");
const eventpact = join(root, "packages/eventpact/bin/eventpact.js");
const peerFolder = join(root, ".cache/bench-asyncapi-cli");
const peerBin = join(peerFolder, "node_modules/@asyncapi/cli/bin/run_bin");
const PEER = "@asyncapi/cli@6.2.0";

function toolchain(count: number, folder: string, runs: number): { cold: Measured } {
  const forget = (): void => rmSync(join(folder, "node_modules/.cache"), { recursive: true, force: true });
  const event = join(folder, "asyncapi/events", readdirSync(join(folder, "asyncapi/events"))[0] ?? "");
  let edits = 0;
  const edit = (): void => appendFileSync(event, `x-edit-${edits++}: true\n`);
  const start = timeProcess(runs, [eventpact, "--help"], folder);
  const cold = timeProcess(runs, [eventpact, "check"], folder, forget);
  const warm = timeProcess(runs, [eventpact, "check"], folder);
  const coldGenerate = timeProcess(runs, [eventpact, "generate"], folder, () => {
    forget();
    rmSync(join(folder, "generated"), { recursive: true, force: true });
  });
  const warmGenerate = timeProcess(runs, [eventpact, "generate"], folder);
  const editedGenerate = timeProcess(runs, [eventpact, "generate"], folder, edit);
  const row = (name: string, value: Measured, base?: Measured): Row => ({
    name,
    value,
    unit: "ms",
    ...(base ? { ratio: against(value, base, "cold") } : {}),
  });
  printTable(`${count.toLocaleString("en")} event versions: whole processes, ${runs} runs (median, lowest … highest)`, [
    row("eventpact --help", start),
    row("check, cold", cold),
    row("check, nothing changed", warm, cold),
    row("generate, cold", coldGenerate),
    row("generate, nothing changed", warmGenerate, coldGenerate),
    row("generate, one file edited", editedGenerate, coldGenerate),
  ]);
  return { cold };
}

interface Package {
  decode(bytes: Uint8Array): { readonly ok: boolean };
  validate(event: string, value: unknown): { readonly ok: boolean };
}

/** One order-like event with three items (about 1 kB), read again and again in this process. */
async function throughput(folder: string): Promise<void> {
  const events = (await import(pathToFileURL(join(folder, "generated/index.js")).href)) as Package;
  const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(folder) });
  const [event] = model.events.filter(({ version: number }) => number === 1);
  if (event?.payload.kind !== "json-schema") throw new Error("the made documents hold no event");
  const { key, eventType } = event;
  const text = JSON.stringify(example(eventType, 1));
  const bytes = new TextEncoder().encode(text);
  const value: unknown = JSON.parse(text);
  const compiled = (mode: "full" | "fast"): ((data: unknown) => boolean) => {
    const ajv = new Ajv({ strict: false });
    addFormats.default(ajv, { mode });
    return ajv.compile(event.payload.kind === "json-schema" ? event.payload.schema : true) as (
      data: unknown,
    ) => boolean;
  };
  const [full, fast] = [compiled("full"), compiled("fast")];
  if (!events.decode(bytes).ok || !events.validate(key, value).ok || !full(value))
    throw new Error("the example is not valid");
  const utf8 = new TextDecoder("utf-8", { fatal: true });
  const parse = rate(() => JSON.parse(text));
  const parseBytes = rate(() => JSON.parse(utf8.decode(bytes)));
  const row = (name: string, value_: Measured): Row => ({
    name,
    value: { median: value_.median / 1e3, low: value_.low / 1e3, high: value_.high / 1e3 },
    unit: "k/s",
    ratio: `${(value_.median / parse.median).toFixed(2)} of JSON.parse`,
  });
  printTable(
    `Throughput: one event with three items, ${bytes.length} bytes, one thread (thousand per second, 7 rounds)`,
    [
      row("JSON.parse of text, alone", parse),
      row("JSON.parse of bytes (UTF-8 checked)", parseBytes),
      row(
        "validate (generated, full formats)",
        rate(() => events.validate(key, value)),
      ),
      row(
        "ajv compiled at run time, full formats",
        rate(() => full(value)),
      ),
      row(
        "ajv compiled at run time, fast formats",
        rate(() => fast(value)),
      ),
      row(
        "decode: bytes → checked envelope",
        rate(() => events.decode(bytes)),
      ),
    ],
  );
}

function peer(count: number, folder: string, own: { readonly cold: Measured }): void {
  if (argv.includes("--peer") && !existsSync(peerBin)) {
    mkdirSync(peerFolder, { recursive: true });
    writeFileSync(join(peerFolder, "package.json"), '{ "private": true }\n');
    console.log(`\nInstalling ${PEER} into .cache/bench-asyncapi-cli …`);
    const env = { ...process.env, PUPPETEER_SKIP_DOWNLOAD: "true" };
    const { status } = spawnSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", PEER], {
      cwd: peerFolder,
      stdio: "inherit",
      env,
    });
    if (status !== 0) throw new Error(`npm install ${PEER} ended with ${status}`);
  }
  if (!existsSync(peerBin)) {
    console.log("\n@asyncapi/cli is not installed: --peer installs it for this benchmark and compares.");
    return;
  }
  const documents = readdirSync(join(folder, "asyncapi")).filter((name) => name.endsWith(".yaml"));
  // CI=true: it sends no usage figures, which would cost it time.
  const env = { ...process.env, CI: "true", ASYNCAPI_METRICS_CONFIG_PATH: join(peerFolder, "metrics.json") };
  const each = documents.map((name) =>
    timeProcess(3, [peerBin, "validate", join("asyncapi", name)], folder, undefined, env),
  );
  const sum = (pick: (measured: Measured) => number): number => each.reduce((total, one) => total + pick(one), 0);
  const all = { median: sum(({ median }) => median), low: sum(({ low }) => low), high: sum(({ high }) => high) };
  printTable(
    `The same ${count} event versions in ${documents.length} document(s): validity of everything, cold, whole processes`,
    [
      {
        name: "eventpact check",
        value: own.cold,
        unit: "ms",
        ratio: "all documents, structure, schemas, examples and our rules",
      },
      {
        name: "asyncapi validate, each document",
        value: all,
        unit: "ms",
        ratio: against(all, own.cold, "eventpact check"),
      },
    ],
  );
}

console.log(
  `Node ${version}, ${cpus().length} × ${cpus()[0]?.model ?? "CPU"}. Other work on the machine shows in the spread.`,
);
const small = makeProject(20);
const large = makeProject(1_000);
try {
  const own = toolchain(20, small, 5);
  toolchain(1_000, large, 3);
  await throughput(small);
  peer(20, small, own);
} finally {
  for (const folder of [small, large]) rmSync(folder, { recursive: true, force: true });
}
