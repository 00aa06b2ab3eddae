import type { Model } from "../model/types.ts";
import { referencesIn, refTarget } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";

/** Whether anything about what stands at a place can differ between two states. */
export type IsTouched = (older: Place | undefined, newer: Place | undefined) => boolean;

/**
 * What a place means depends on its file and on the files that it refers to, directly or through others. Where all of them hold the
 * same text on both sides, and the place is the same, there is nothing to compare. References are read, not guessed.
 */
export function touchedBetween(older: Model, newer: Model): IsTouched {
  const [before, after] = [relativeFiles(older, "older"), relativeFiles(newer, "newer")];
  const changed = new Set(
    [...before.keys(), ...after.keys()].filter((path) => before.get(path)?.text !== after.get(path)?.text),
  );
  const touched = new Set([...usersOf(older, changed), ...usersOf(newer, changed)]);
  return (was, is) => {
    if (!was || !is) return true;
    const [file, other] = [relativeTo(older, was.file), relativeTo(newer, is.file)];
    return file !== other || was.pointer !== is.pointer || touched.has(file);
  };
}

function relativeFiles(model: Model, side: string): ReadonlyMap<string, { readonly text: string }> {
  const files = [...model.sources.files.values()];
  const unread = model.unread.flatMap(({ kind, place }) => (kind === "file" ? [place.file] : []));
  return new Map<string, { readonly text: string }>([
    ...files.map((file) => [relativeTo(model, file.path), file] as const),
    // What could not be read is like nothing, not even like itself.
    ...unread.map((path) => [relativeTo(model, path), { text: `unread in the ${side} state` }] as const),
  ]);
}

/** These files and all that refer to them, directly or through others. */
function usersOf(model: Model, changed: ReadonlySet<string>): ReadonlySet<string> {
  const users = new Map<string, string[]>();
  for (const { path, value } of model.sources.files.values())
    for (const { ref } of referencesIn(value)) {
      const target = refTarget(path, ref);
      if (target.kind !== "local" || target.place.file === path) continue;
      const file = relativeTo(model, target.place.file);
      const known = users.get(file);
      if (known) known.push(relativeTo(model, path));
      else users.set(file, [relativeTo(model, path)]);
    }
  const found = new Set(changed);
  for (const file of found) for (const user of users.get(file) ?? []) found.add(user);
  return found;
}

/** The path below the folder of documents, which may have another name on the other side. */
export function relativeTo({ folder }: Pick<Model, "folder">, file: string): string {
  return folder !== "." && file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : file;
}
