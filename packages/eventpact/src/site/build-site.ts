import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Store } from "../cache/store.ts";
import { isUnchanged, recordingFileSystem, type Trace } from "../cache/recording-file-system.ts";
import { storeMemo } from "../cache/store-memo.ts";
import type { Made } from "../emit/memo.ts";
import { engineFingerprint, hashOfFolders } from "../judge/engine-fingerprint.ts";
import type { JudgeSettings } from "../judge/judge.ts";
import { judgeOf } from "../judge/judge.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import type { Fault, ReferencePart, SiteInput } from "./facts/facts.ts";
import { addressesOf, factsOf } from "./facts/facts.ts";
import type { Flow } from "./facts/flows.ts";
import { changelogOf } from "./inputs/changelog.ts";
import { readContracts, readHttpApis } from "./inputs/contracts.ts";
import { historyState, pastStates } from "./inputs/history.ts";
import { standingsOf } from "./inputs/standings.ts";
import { typescriptOf } from "./inputs/typescript.ts";
import { referenceWords } from "./language/reference-words.ts";
import type { BrokenLink } from "./links.ts";
import { checkLinks } from "./links.ts";
import type { DocsSettings } from "./settings.ts";
import { sizesOf, writeSite, type Written } from "./write-site.ts";

export interface BuildRequest extends DocsSettings {
  /** Let the official generator render a reference page of each document. */
  readonly reference: boolean;
  /** Progress and notes, a line each. */
  readonly tell: (line: string) => void;
  /** Who writes and reads, by eventpact.yaml. */
  readonly judge: JudgeSettings;
  /** The section `deploy` of eventpact.yaml. */
  readonly deploy?: Json;
  /** Absolute; the other paths are relative to it. */
  readonly root: string;
  readonly dir: string;
  readonly store: Store;
}

export type Built =
  | { readonly status: "fresh"; readonly pages: number }
  | ({
      readonly status: "written";
      readonly pages: number;
      readonly followed: number;
      readonly broken: readonly BrokenLink[];
      readonly flows: readonly Flow[];
      readonly faults: readonly Fault[];
    } & Written)
  | { readonly status: "empty" };

/** What a build was made from and what it made; when all of it is still so, there is nothing to do. */
interface Remembered {
  readonly fingerprint: string;
  readonly trace: Trace;
  readonly sizes: Readonly<Record<string, number>>;
}

/** Builds the site, or finds that it is up to date. Nothing is written while a link inside the site leads nowhere. */
export async function buildSite(request: BuildRequest): Promise<Built> {
  const { root, dir, out, store } = request;
  const engine = engineFingerprint();
  const history = await historyState(root, dir);
  const fingerprint = JSON.stringify([
    hashOfFolders(fileURLToPath(new URL("..", import.meta.url))),
    engine,
    history,
    request.title,
    request.base,
    request.source,
    request.contracts,
    request.openapi,
    request.reference,
    request.deploy ?? null,
    request.judge,
    // Until when a version must be read is told in days.
    new Date().toISOString().slice(0, 10),
  ]);
  const key = ["site", root, dir, out].join("\n");
  const fileSystem = recordingFileSystem(nodeFileSystem(root));
  const folder = join(root, out);
  const known = store.get(key) as Remembered | undefined;
  if (known?.fingerprint === fingerprint && (await isFresh(known, folder, nodeFileSystem(root))))
    return { status: "fresh", pages: pageCount(Object.keys(known.sizes)) };
  const model = await readModel(dir, { fileSystem });
  if (model.documents.length === 0) return { status: "empty" };
  const judge = judgeOf(request.judge, storeMemo(store, engine));
  const states = await pastStates(root, dir);
  const changelog = await changelogOf(
    model,
    states,
    history.isClean,
    judge,
    store,
    `${engine} ${JSON.stringify(request.judge)}`,
  );
  const input = { ...(await inputOf(request, model, fileSystem)), changelog };
  const references = request.reference ? await referencesOf(request, model) : new Map<string, ReferencePart>();
  const facts = factsOf({ ...input, references }, judge);
  const [assets, { siteFiles }] = await Promise.all([readAssets(), import("./site.ts")]);
  const files = new Map([...siteFiles(facts, request.base), ...assets]);
  const { followed, broken } = checkLinks(files, new Set(assets.keys()), request.base);
  const told = { followed, broken, flows: facts.flows, faults: facts.faults };
  if (broken.length > 0) return { status: "written", pages: 0, ...told, ...nothingWritten };
  const written = await writeSite(folder, files);
  const sizes = await sizesOf(folder, [...files.keys()]);
  const isWhole = !request.reference || references.size === model.documents.length;
  if (sizes && isWhole) store.put(key, { fingerprint, trace: fileSystem.trace(), sizes } satisfies Remembered);
  return { status: "written", pages: pageCount([...files.keys()]), ...told, ...written };
}

/** Loaded only when asked for, as the generator is. */
async function referencesOf(request: BuildRequest, model: Model): Promise<ReadonlyMap<string, ReferencePart>> {
  const { referencePages } = await import("./reference/reference-pages.ts");
  const { event } = addressesOf(model, []);
  const events = Object.fromEntries(model.events.map(({ key }) => [key, `../${event(key)}`]));
  const { root, store, tell } = request;
  return referencePages(model, { root, events, words: referenceWords, store, tell });
}

const nothingWritten: Written = { written: 0, unchanged: 0, removed: 0, bytes: 0 };

async function isFresh(known: Remembered, folder: string, fileSystem: FileSystem): Promise<boolean> {
  const sizes = await sizesOf(folder, Object.keys(known.sizes));
  if (!sizes || Object.entries(known.sizes).some(([path, size]) => sizes[path] !== size)) return false;
  return isUnchanged(fileSystem, known.trace);
}

/** Rules whose findings mean that something of the documents is not in the model. */
const UNREAD = new Set(["asyncapi-version", "file-too-large", "ref-resolves", "yaml-syntax"]);

/** Everything but the changelog. */
async function inputOf(
  request: BuildRequest,
  model: Model,
  fileSystem: FileSystem,
): Promise<Omit<SiteInput, "changelog" | "references">> {
  const { store, contracts, openapi } = request;
  const source = request.dir === "." ? basename(request.root) : request.dir;
  const typesKey = ["site types", request.root, request.dir].join("\n");
  const { texts, made } = await typescriptOf(model, (store.get(typesKey) as Made | undefined) ?? {});
  store.put(typesKey, made);
  const { rules } = await import("../rules/index.ts");
  const { checkModel, defaultRuleSettings } = await import("../check/check-model.ts");
  const unread = rules.filter(({ code }) => UNREAD.has(code));
  return {
    title: request.title ?? titleOf(model, source),
    ...(request.source === undefined ? {} : { sourceAddress: request.source }),
    source,
    model,
    ...(await readContracts(fileSystem, contracts)),
    standings: standingsOf(
      model,
      { root: request.root, contracts, section: request.deploy, tell: request.tell },
      Date.now(),
    ),
    apis: await readHttpApis(fileSystem, openapi),
    typescript: texts,
    faults: checkModel(model, defaultRuleSettings, unread),
    rules: rules.map(({ code, category, severity, title, why }) => ({ code, category, severity, title, why })),
  };
}

/** What the documents' ids have in common (`urn:shop:order`, `urn:shop:payment` → Shop), else the only title, else the folder. */
export function titleOf(model: Model, source: string): string {
  const [only, ...others] = model.documents;
  const spaces = new Set(model.documents.map(({ id }) => /^urn:(?:.*:)?([^:]+):[^:]+$/.exec(id ?? "")?.[1]));
  const [space] = spaces;
  if (spaces.size === 1 && space !== undefined) return space.charAt(0).toUpperCase() + space.slice(1);
  if (only && others.length === 0 && only.title !== "") return only.title;
  return source.split("/").at(-1) || "Events";
}

const ASSETS = ["site.css", "site.js", "search.js", "icon.svg"];

async function readAssets(): Promise<ReadonlyMap<string, string>> {
  const texts = ASSETS.map(async (name) => {
    return [`assets/${name}`, await readFile(new URL(`assets/${name}`, import.meta.url), "utf8")] as const;
  });
  return new Map(await Promise.all(texts));
}

function pageCount(paths: readonly string[]): number {
  return paths.filter((path) => path.endsWith(".html")).length;
}
