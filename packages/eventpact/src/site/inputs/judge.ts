import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
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

/** Changes with the sources of the compatibility engine (by size and time). */
export function engineFingerprint(): string {
  const hash = createHash("sha256");
  const folder = dirname(fileURLToPath(import.meta.resolve("@eventpact/compat")));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const { size, mtimeMs } = statSync(path);
    hash.update(`${path} ${size} ${mtimeMs}\n`);
  }
  return hash.digest("hex");
}
