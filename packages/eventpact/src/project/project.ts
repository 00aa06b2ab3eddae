import { join, relative, resolve, sep } from "node:path";
import type { Memo } from "../cache/memo.ts";
import type { Store } from "../cache/store.ts";
import { cacheFolder, folderStore, noStore } from "../cache/store.ts";
import { keptMemo } from "../cache/store-memo.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import { BrokenSettings } from "../config/broken-settings.ts";
import type { ProjectPlace } from "../config/find-project.ts";
import { documentsFolder, findProject } from "../config/find-project.ts";
import type { Settings } from "../config/settings.ts";
import type { PactsRead } from "../contracts/read-pacts.ts";
import type { RecordFiles } from "../deploy/files.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { engineFingerprint } from "../judge/engine-fingerprint.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { Model } from "../model/types.ts";
import type { FileSystem } from "../read/file-system.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import type { Locate } from "../read/text-fault.ts";

/**
 * A project as every command and the site see it: each thing is read by one piece of code, once, when somebody asks for it.
 * Paths are relative to `root`.
 */
export interface Project {
  readonly place: ProjectPlace;
  readonly root: string;
  readonly settings: Settings;
  /** What is wrong in eventpact.yaml; `settings` holds what is right. */
  readonly faults: readonly Diagnostic[];
  /** Places in eventpact.yaml. */
  readonly locate: Locate;
  /** The folder of documents. */
  readonly folder: string;
  readonly fileSystem: FileSystem;
  readonly store: Store;
  /** Of proofs; kept between runs by `keep`. */
  readonly memo: () => Memo;
  readonly model: () => Promise<Model>;
  readonly pacts: () => Promise<PactsRead>;
  /** Environments and what they name by hash. */
  readonly records: () => Promise<RecordFiles>;
  readonly judge: () => Promise<SchemaJudge>;
  readonly keep: () => void;
}

export interface ProjectParts extends Pick<
  Project,
  "place" | "settings" | "faults" | "locate" | "folder" | "fileSystem" | "store"
> {}

/** The project of these parts; everything else is worked out when it is asked for. */
export function projectOf(parts: ProjectParts): Project {
  const { place, settings, folder, fileSystem, store } = parts;
  const { root } = place;
  const { contracts } = settings;
  const keyOf = (...kind: readonly string[]): string => JSON.stringify([...kind, root, folder]);
  const texts = once(() => keptMemo(store, keyOf("texts", toolFingerprint()), 0));
  // Proofs are kept whoever asked for them: the next question is about another service.
  const proofs = once(() => keptMemo(store, keyOf("proofs", toolFingerprint(), engineFingerprint()), MOST_PROOFS));
  const project: Project = {
    ...parts,
    root,
    memo: () => proofs().memo,
    model: once(async () => {
      const { readModel } = await import("../model/read-model.ts");
      return readModel(folder, { fileSystem, memo: texts().memo });
    }),
    pacts: once(async () => (await import("../contracts/read-pacts.ts")).readPacts(fileSystem, contracts)),
    records: once(async () => (await import("../deploy/files.ts")).recordFiles(join(root, contracts), contracts)),
    judge: once(async () => {
      const [{ judgeOf }, { judgeSettings }] = await Promise.all([
        import("../judge/judge.ts"),
        import("../judge/settings.ts"),
      ]);
      const isShown = settings.compatibility.policy === "evidence";
      const pacts = isShown ? (await project.pacts()).pacts : [];
      return judgeOf(judgeSettings(settings.compatibility, pacts), proofs().memo);
    }),
    keep() {
      texts().keep();
      proofs().keep();
    },
  };
  return project;
}

const MOST_PROOFS = 5000;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

export interface ProjectRequest {
  readonly cwd: string;
  /** A folder of documents that was asked for, or documents. */
  readonly dir?: string;
  readonly paths?: readonly string[];
  readonly useCache: boolean;
  /** The folder of contracts, instead of the one in eventpact.yaml; relative to `cwd`. */
  readonly contracts?: string;
}

/** Finds the project around the caller and reads its settings. Throws `UsageError` where there is none. */
export async function openProject({ cwd, dir, paths = [], useCache, contracts }: ProjectRequest): Promise<Project> {
  const place = findProject(cwd, dir, paths);
  const { readSettings, settingsOf, withContracts } = await import("../config/read-settings.ts");
  const { config } = place;
  const { settings, faults, locate } = config
    ? readSettings(config.file, config.text)
    : { settings: settingsOf(undefined).settings, faults: [], locate: nowhere };
  return projectOf({
    place,
    settings: contracts === undefined ? settings : withContracts(settings, inRoot(place, cwd, contracts)),
    faults,
    locate,
    folder: documentsFolder(place, settings.dir, cwd),
    fileSystem: nodeFileSystem(place.root),
    store: storeOf(place, useCache),
  });
}

/** A path that was given from where the caller stands, as it is called in the project. */
export const inRoot = ({ root }: ProjectPlace, cwd: string, path: string): string =>
  relative(root, resolve(cwd, path)).split(sep).join("/") || ".";

/** As `openProject`; throws `BrokenSettings` where eventpact.yaml says something that cannot be understood. */
export async function openSoundProject(request: ProjectRequest): Promise<Project> {
  const project = await openProject(request);
  if (project.faults.length > 0)
    throw new BrokenSettings(project.faults, project.root, project.place.config?.text ?? "");
  return project;
}

export const nowhere: Locate = () => ({ line: 1, column: 1, endLine: 1, endColumn: 1 });

/** Where this project keeps what it has worked out. */
export function storeOf({ root, config }: ProjectPlace, useCache: boolean): Store {
  const cache = useCache ? cacheFolder(root, config !== undefined) : undefined;
  return cache === undefined ? noStore : folderStore(cache);
}
