import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { recordingFileSystem } from "../cache/recording-file-system.ts";
import { keep, recall } from "../cache/remembered.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { VerifySettings } from "../config/settings.ts";
import type { Project } from "../project/project.ts";

/** Remembers that nothing was known to be broken, for as long as no file changes and nothing is verified. */
export interface KnownGate {
  readonly isClean: () => Promise<boolean>;
  readonly keep: () => Promise<void>;
  /** Something was found out: the next question is answered anew. */
  readonly forget: () => void;
}

/** Reads files and nothing in them: whoever starts a service asks this each time. */
export function knownGate({ root, folder, place, settings, store, fileSystem }: Project): KnownGate {
  const key = JSON.stringify(["verify-known", toolFingerprint(), root, folder, settings.verify.contracts]);
  return {
    isClean: async () => (await recall<boolean>(store, key, fileSystem))?.value === true,
    async keep() {
      const recording = recordingFileSystem(fileSystem);
      const config = place.config ? [place.config.file] : [];
      for (const path of [folder, ...config, ...decisive(root, settings.verify)])
        for (const file of [path, ...(await recording.list(path))]) await recording.read(file);
      keep(store, key, recording.trace(), true);
    },
    forget: () => store.put(key, null),
  };
}

/** Folders and files that decide what is known to be broken. */
function decisive(root: string, { contracts, provider, providers, upcasters }: VerifySettings): readonly string[] {
  const sources = [provider, ...Object.values(providers)].flatMap((one) => one?.sources ?? []);
  const read = upcasters === undefined ? [] : [upcasters.module, ...upcasters.sources];
  const kept = ["pacts", "verifications", "environments"].map((name) => `${contracts}/${name}`);
  return [...new Set([...kept, ...[...sources, ...read].flatMap((source) => everyService(root, source))])];
}

/** `services/{provider}/src` of all that lie in `services`. */
function everyService(root: string, source: string): readonly string[] {
  const at = source.search(/\{(provider|service)\}/);
  if (at < 0) return [source];
  const parent = source.slice(0, source.lastIndexOf("/", at) + 1);
  const names = existsSync(join(root, parent)) ? readdirSync(join(root, parent)) : [];
  const [, rest = ""] = source.slice(parent.length).split(/(?=\/)(.*)/s);
  return names.map((name) => `${parent}${name}${rest}`);
}
