import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../cache/store.ts";
import { toolFingerprint } from "../cache/tool-fingerprint.ts";
import type { VerifySettings } from "./settings.ts";
import { sourceHash } from "./source-hash.ts";

/** Remembers that nothing was known to be broken, for as long as no file changes and nothing is verified. */
export interface KnownGate {
  readonly isClean: () => boolean;
  readonly keep: () => void;
  /** Something was found out: the next question is answered anew. */
  readonly forget: () => void;
}

interface Place {
  readonly root: string;
  /** Folders and files, relative to the root, that decide beside the producers' sources. */
  readonly files: readonly string[];
  readonly settings: VerifySettings;
}

/** Reads files and nothing in them: whoever starts a service asks this each time. */
export function knownGate({ root, files, settings }: Place, store: Store): KnownGate {
  const key = JSON.stringify(["verify-known", toolFingerprint(), root, files]);
  const { contracts, provider, providers, upcasters } = settings;
  const sources = [provider, ...providers.values()].flatMap((one) => one?.sources ?? []);
  const read = upcasters === undefined ? [] : [upcasters.module, ...upcasters.sources];
  const all = [
    ...files,
    ...["pacts", "verifications"].map((name) => `${contracts}/${name}`),
    ...[...sources, ...read].flatMap((source) => everyService(root, source)),
  ];
  const now = (): string | null => sourceHash(root, [...new Set(all)]) ?? null;
  return {
    isClean: () => {
      const known = store.get(key);
      return typeof known === "string" && known === now();
    },
    keep: () => store.put(key, now()),
    forget: () => store.put(key, null),
  };
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
