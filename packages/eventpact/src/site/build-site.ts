import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { remembered } from "../cache/remembered.ts";
import { storeMemo } from "../cache/store-memo.ts";
import { partedMemo } from "../cache/parted-memo.ts";
import { engineFingerprint, hashOfFolders } from "../judge/engine-fingerprint.ts";
import { judgeOf } from "../judge/judge.ts";
import type { Model } from "../model/types.ts";
import { recordsHash } from "../deploy/records-hash.ts";
import type { Project } from "../project/project.ts";
import { projectOf } from "../project/project.ts";
import type { Fault, ReferencePart, SiteInput } from "./facts/facts.ts";
import { addressesOf, factsOf } from "./facts/facts.ts";
import type { Flow } from "./facts/flows.ts";
import { changelogOf } from "./inputs/changelog.ts";
import { readHttpApis } from "./inputs/http-apis.ts";
import { historyState, pastStates } from "./inputs/history.ts";
import { projectFacts } from "./inputs/standings.ts";
import { typescriptOf } from "./inputs/typescript.ts";
import { referenceWords } from "./language/reference-words.ts";
import type { BrokenLink } from "./links.ts";
import { checkLinks } from "./links.ts";
import type { DocsSettings } from "./settings.ts";
import { sizesOf, writeSite, type Written } from "./write-site.ts";

export interface BuildRequest extends DocsSettings {
  readonly project: Project;
  /** Let the official generator render a reference page of each document. */
  readonly reference: boolean;
  /** Progress and notes, a line each. */
  readonly tell: (line: string) => void;
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

/** What a build did, and what the next one needs to find that there is nothing to do. */
interface Build {
  readonly built: Built;
  /** File → size; absent where the build is to be made again. */
  readonly sizes?: Readonly<Record<string, number>>;
}

/** Builds the site, or finds that it is up to date. Nothing is written while a link inside the site leads nowhere. */
export async function buildSite(request: BuildRequest): Promise<Built> {
  const { project, out } = request;
  const { root, folder: dir, store, fileSystem } = project;
  const history = await historyState(root, dir);
  const { value, isKnown } = await remembered<Build>({
    store,
    key: siteKey(request, history),
    fileSystem,
    work: (recording) => build(projectOf({ ...project, fileSystem: recording }), request, history.isClean),
    holds: ({ sizes }) => isAsWritten(join(root, out), sizes ?? {}),
    keeps: ({ sizes }) => sizes !== undefined,
  });
  return isKnown ? { status: "fresh", pages: pageCount(Object.keys(value.sizes ?? {})) } : value.built;
}

/** All that decides on the site besides the files that are read for it. */
function siteKey({ project, ...request }: BuildRequest, history: unknown): string {
  const { root, folder, settings } = project;
  const { title, base, source, openapi, out, reference } = request;
  const records = recordsHash(join(root, settings.contracts, "environments"));
  const tool = [hashOfFolders(fileURLToPath(new URL("..", import.meta.url))), engineFingerprint()];
  const said = { title, base, source, openapi, out, reference };
  // Until when a version must be read is told in days.
  const today = new Date().toISOString().slice(0, 10);
  return JSON.stringify(["site", root, folder, ...tool, history, said, settings, records, today]);
}

async function build(project: Project, request: BuildRequest, isClean: boolean): Promise<Build> {
  const { root, folder: dir, store } = project;
  const model = await project.model();
  if (model.documents.length === 0) return { built: { status: "empty" } };
  const judge = judgeOf((await project.judge()).settings, storeMemo(store, engineFingerprint()));
  const states = await pastStates(root, dir);
  const engine = `${engineFingerprint()} ${JSON.stringify(judge.settings)}`;
  const changelog = await changelogOf(model, states, isClean, judge, store, engine);
  const input = { ...(await inputOf(project, request, model)), changelog };
  const references = request.reference ? await referencesOf(project, request, model) : new Map<string, ReferencePart>();
  const facts = factsOf({ ...input, references }, judge);
  const [assets, { siteFiles }] = await Promise.all([readAssets(), import("./site.ts")]);
  const files = new Map([...siteFiles(facts, request.base), ...assets]);
  const { followed, broken } = checkLinks(files, new Set(assets.keys()), request.base);
  const told = { followed, broken, flows: facts.flows, faults: facts.faults };
  if (broken.length > 0) return { built: { status: "written", pages: 0, ...told, ...nothingWritten } };
  const folder = join(root, request.out);
  const written = await writeSite(folder, files);
  const sizes = await sizesOf(folder, [...files.keys()]);
  const built = { status: "written", pages: pageCount([...files.keys()]), ...told, ...written } as const;
  const isWhole = !request.reference || references.size === model.documents.length;
  return sizes && isWhole ? { built, sizes } : { built };
}

/** Loaded only when asked for, as the generator is. */
async function referencesOf(
  { root, store }: Project,
  { tell }: BuildRequest,
  model: Model,
): Promise<ReadonlyMap<string, ReferencePart>> {
  const { referencePages } = await import("./reference/reference-pages.ts");
  const { event } = addressesOf(model, []);
  const events = Object.fromEntries(model.events.map(({ key }) => [key, `../${event(key)}`]));
  return referencePages(model, { root, events, words: referenceWords, store, tell });
}

const nothingWritten: Written = { written: 0, unchanged: 0, removed: 0, bytes: 0 };

async function isAsWritten(folder: string, written: Readonly<Record<string, number>>): Promise<boolean> {
  const sizes = await sizesOf(folder, Object.keys(written));
  return sizes !== undefined && Object.entries(written).every(([path, size]) => sizes[path] === size);
}

/** Rules whose findings mean that something of the documents is not in the model. */
const UNREAD = new Set(["asyncapi-version", "file-too-large", "ref-resolves", "yaml-syntax"]);

/** Everything but the changelog. */
async function inputOf(
  project: Project,
  request: BuildRequest,
  model: Model,
): Promise<Omit<SiteInput, "changelog" | "references">> {
  const { root, folder, store, fileSystem } = project;
  const source = folder === "." ? basename(root) : folder;
  const { late, keep } = partedMemo(store, ["site types", root, folder].join("\n"));
  const typescript = await typescriptOf(model, project.settings.compatibility.policy, late);
  keep();
  const { rules } = await import("../rules/index.ts");
  const { checkModel, defaultRuleSettings } = await import("../check/check-model.ts");
  const unread = rules.filter(({ code }) => UNREAD.has(code));
  return {
    title: request.title ?? titleOf(model, source),
    ...(request.source === undefined ? {} : { sourceAddress: request.source }),
    source,
    ...(await projectFacts(project, request.tell, Date.now())),
    apis: await readHttpApis(fileSystem, request.openapi),
    typescript,
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
