import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Comparison } from "@eventpact/compat";
import { compare } from "@eventpact/compat";
import type { Store } from "../../cache/store.ts";
import { canonicalJson, type Json } from "../../read/json.ts";
import type { Judge } from "../facts/versions.ts";

/** Judges as event systems work (policy `tolerant`) and remembers it, for as long as the engine is the same. */
export function rememberingJudge(store: Store, engine: string): Judge {
  return (older, newer, { dialect }) => {
    const key = ["judgement", engine, dialect, canonicalJson(older as Json), canonicalJson(newer as Json)].join("\n");
    const known = store.get(key) as Comparison | undefined;
    if (known) return known;
    const comparison = compare(older, newer, { dialect, policy: "tolerant" });
    store.put(key, comparison);
    return comparison;
  };
}

/** Changes with the sources of the compatibility engine. */
export function engineFingerprint(): string {
  return contentHash(dirname(fileURLToPath(import.meta.resolve("@eventpact/compat"))));
}

/** Changes with the sources of this package: reading, deriving and drawing alike. */
export function rendererFingerprint(): string {
  return contentHash(fileURLToPath(new URL("../..", import.meta.url)));
}

function contentHash(folder: string): string {
  const hash = createHash("sha256").update(process.version);
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  for (const path of paths) hash.update(`${path}\0`).update(readFileSync(path));
  return hash.digest("hex");
}
