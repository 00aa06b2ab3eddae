import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { git, GitError } from "../diff/git.ts";
import type { Json } from "../read/json.ts";
import { ownString } from "../read/json.ts";

/**
 * The version of a service as it lies here: that of its package.json (of its own folder, else of the root) with the commit
 * as build metadata, `1.4.0+3f2a91c0d4e5`; with `.dirty` where files differ from the commit.
 */
export function versionHere(root: string, service: string, packagePath: string, commit: string | undefined): string {
  const version =
    packageVersion(root, packagePath.replaceAll("{service}", service)) ?? packageVersion(root, "package.json");
  return [version ?? "0.0.0", ...(commit === undefined ? [] : [commit])].join("+");
}

/** The commit that HEAD is, shortened; undefined where there is none. Records in `contracts` make no other version. */
export async function commitHere(root: string, contracts: string): Promise<string | undefined> {
  const records = ["builds", "environments", "store", "verifications"].map((name) => `${contracts}/${name}/`);
  try {
    const [commit, changes] = await Promise.all([
      git(root, "rev-parse", "--short=12", "HEAD"),
      git(root, "diff", "--name-only", "--relative", "--no-ext-diff", "--no-renames", "-z", "HEAD", "--", "."),
    ]);
    const changed = changes.split("\0").filter((file) => file !== "" && !records.some((one) => file.startsWith(one)));
    return `${commit.trim()}${changed.length === 0 ? "" : ".dirty"}`;
  } catch (error) {
    // No repository, or no commit yet: the package's version has to do.
    if (error instanceof GitError) return undefined;
    throw error;
  }
}

function packageVersion(root: string, path: string): string | undefined {
  const file = join(root, path);
  if (!existsSync(file)) return undefined;
  try {
    return ownString(JSON.parse(readFileSync(file, "utf8")) as Json, "version");
  } catch {
    return undefined;
  }
}
