import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import type { Store } from "../../cache/store.ts";
import type { AsyncApiDocument, Model } from "../../model/types.ts";
import { refsIn, refTarget } from "../../read/resolve.ts";
import type { ReferencePart } from "../facts/facts.ts";
import { GENERATOR, installGenerator } from "./install-generator.ts";

export interface ReferenceRequest {
  readonly root: string;
  /** Language code → the labels of its page. */
  readonly words: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Address of an event's page as seen from a reference page. */
  readonly events: Readonly<Record<string, string>>;
  readonly store: Store;
  readonly tell: (line: string) => void;
}

interface Job {
  readonly document: AsyncApiDocument;
  readonly key: string;
  /** What the template is given, as JSON. */
  readonly site: string;
}

const TEMPLATE = fileURLToPath(new URL("../../../docs-template", import.meta.url));
const RUNNER = fileURLToPath(new URL("run-generator.js", import.meta.url));
const SOURCES = [
  "package.json",
  "template/index.js",
  "components/fields.js",
  "components/html.js",
  "components/words.js",
];
const PROCESSES = Math.min(4, availableParallelism());

/**
 * A page per document, by service name, as the official generator renders our template. A page is made once for the
 * same document, files it refers to, template and links. A document the official parser refuses has none; it is told.
 */
export async function referencePages(
  model: Model,
  request: ReferenceRequest,
): Promise<ReadonlyMap<string, ReferencePart>> {
  const template = await Promise.all(SOURCES.map((path) => readFile(join(TEMPLATE, path), "utf8")));
  const jobs = model.documents.map((document): Job => {
    const { events, words } = request;
    const site = JSON.stringify({ file: document.file, events: eventsOf(model, document, events), words });
    return {
      document,
      site,
      key: ["reference", GENERATOR, hashOf([...template, site, ...contentsOf(model, document)])].join("\n"),
    };
  });
  const pages = new Map<string, ReferencePart>();
  const missing: Job[] = [];
  for (const job of jobs) {
    const known = request.store.get(job.key);
    if (known !== undefined) pages.set(job.document.service, known as ReferencePart);
    else missing.push(job);
  }
  if (missing.length > 0) for (const [service, page] of await generate(missing, request)) pages.set(service, page);
  return pages;
}

/** The pages of the events that the document can mention, by event key and by key in the channel. */
function eventsOf(
  model: Model,
  { file, service }: AsyncApiDocument,
  addresses: ReferenceRequest["events"],
): Readonly<Record<string, string>> {
  const operations = model.operations.filter((operation) => operation.service === service);
  const channels = model.channels.filter(({ document }) => document === file);
  const named = [
    ...operations.flatMap(({ events }) => events.map((key) => [key, key] as const)),
    ...channels.flatMap(({ messages }) =>
      [...messages].flatMap(([name, key]) => [[key, key] as const, [name, key] as const]),
    ),
  ];
  return Object.fromEntries(named.map(([name, key]) => [name, addresses[key] ?? ""]).toSorted());
}

/** What the template wrote, a file per language. */
async function partsIn(folder: string, languages: readonly string[]): Promise<ReferencePart> {
  const texts = languages.map(
    async (language) => [language, await readFile(join(folder, `${language}.html`), "utf8")] as const,
  );
  return Object.fromEntries(await Promise.all(texts));
}

/** The document and all files it reaches, with their names. */
function contentsOf(model: Model, { file }: AsyncApiDocument): readonly string[] {
  const reached = new Set([file]);
  for (const path of reached)
    for (const { ref } of refsIn(model.sources.files.get(path)?.value ?? null)) {
      const target = refTarget(path, ref);
      if (target.kind === "local" && model.sources.files.has(target.place.file)) reached.add(target.place.file);
    }
  return [...reached].toSorted().flatMap((path) => [path, model.sources.files.get(path)?.text ?? ""]);
}

function hashOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of texts) hash.update(`${part.length}\n${part}`);
  return hash.digest("hex");
}

async function generate(jobs: readonly Job[], request: ReferenceRequest): Promise<ReadonlyMap<string, ReferencePart>> {
  const installed = join(request.root, ".cache", GENERATOR.replaceAll(/[@/]+/g, "-").replace(/^-/, ""));
  const reason = await installGenerator(installed, request.tell);
  if (reason !== undefined) {
    request.tell(`note: no reference pages: ${reason}. The rest of the site is whole; --reference tries again.`);
    return new Map();
  }
  // Inside the installation, so that the template finds the generator's libraries.
  const work = await mkdtemp(join(installed, "run-"));
  try {
    const halves = Array.from({ length: Math.min(PROCESSES, jobs.length) }, (_, half) =>
      jobs.filter((_job, index) => index % PROCESSES === half),
    );
    const found = await Promise.all(
      halves.map((mine, half) => runGenerator(mine, join(work, String(half)), installed, request)),
    );
    return new Map(found.flat());
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** The generator writes beside the template it is given, so each process gets a copy. */
async function runGenerator(
  jobs: readonly Job[],
  work: string,
  installed: string,
  { root, words, store, tell }: ReferenceRequest,
): Promise<readonly (readonly [string, ReferencePart])[]> {
  const template = join(work, "template");
  await cp(TEMPLATE, template, { recursive: true, filter: (path) => basename(path) !== "__transpiled" });
  const asked = jobs.map(({ document, site }, index) => ({
    file: join(root, document.file),
    out: join(work, `out${index}`),
    site,
  }));
  const child = spawn(process.execPath, [RUNNER, installed], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, NODE_PATH: join(installed, "node_modules") },
  });
  child.stdin.end(JSON.stringify({ template, jobs: asked }));
  const lines = (await text(child.stdout)).split("\n").filter((line) => line !== "");
  const errors = new Map(
    lines.map((line) => JSON.parse(line) as { out: string; error?: string }).map(({ out, error }) => [out, error]),
  );
  const pages: [string, ReferencePart][] = [];
  for (const [index, { document, key }] of jobs.entries()) {
    const out = asked[index]?.out ?? "";
    const page = errors.has(out) && errors.get(out) === undefined ? await partsIn(out, Object.keys(words)) : undefined;
    if (page === undefined)
      tell(`note: no reference page for ${document.file}: ${errors.get(out) ?? "the generator ended early"}`);
    else {
      store.put(key, page);
      pages.push([document.service, page]);
    }
  }
  return pages;
}
