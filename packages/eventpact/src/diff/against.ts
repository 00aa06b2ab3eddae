import { git } from "./git.ts";

/** Where a repository's main branch is looked for when nothing is configured. */
const candidates = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
  "refs/heads/main",
  "refs/heads/master",
];

/** The main branch of the repository: what origin calls so, else the first of the usual names; undefined when there is none. */
export async function mainBranch(
  root: string,
): Promise<{ readonly name: string; readonly commit: string } | undefined> {
  const format = "%(refname) %(objectname) %(symref)";
  const lines = (await git(root, "for-each-ref", `--format=${format}`, ...candidates)).split("\n");
  const found = new Map(
    lines.map((line) => line.split(" ")).map(([ref = "", commit = "", points = ""]) => [ref, { commit, points }]),
  );
  for (const ref of candidates) {
    const known = found.get(ref);
    if (known) return { name: (known.points || ref).replace(/^refs\/(heads|remotes)\//, ""), commit: known.commit };
  }
  return undefined;
}
