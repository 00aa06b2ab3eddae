import { posix } from "node:path";
import { UsageError } from "../command-line/command.ts";
import type { Model } from "../model/types.ts";
import { pointerTokens } from "../read/pointer.ts";
import type { Place } from "../read/sources.ts";
import type { Path } from "./yaml-edit.ts";

/** What a `new` command would do: whole texts of files, and what is left for people to do. */
export interface NewPlan {
  /** File relative to the project root → its text. */
  readonly changes: ReadonlyMap<string, string>;
  /** What was made, in a few words: `OrderReturned.v1`. */
  readonly made: string;
  readonly steps: readonly string[];
}

/** The texts of a folder while they are being changed. */
export interface Draft {
  readonly model: Model;
  readonly changes: Map<string, string>;
}

export function draftOf(model: Model): Draft {
  return { model, changes: new Map() };
}

/** Changes the text of a file that is there. */
export function change(draft: Draft, file: string, edit: (text: string) => string): void {
  const text = draft.changes.get(file) ?? draft.model.sources.files.get(file)?.text;
  if (text === undefined) throw new UsageError(`There is no ${file} to change.`);
  const changed = edit(text);
  if (changed !== text) draft.changes.set(file, changed);
}

/** Adds a file. Throws `UsageError` when it is there already. */
export function create(draft: Draft, file: string, text: string): void {
  if (draft.changes.has(file) || draft.model.sources.listed.has(file) || draft.model.sources.files.has(file)) {
    throw new UsageError(`${file} is there already.`);
  }
  draft.changes.set(file, text);
}

/** The path of a place in its file, for `yaml-edit`. */
export function pathOf(place: Place): Path {
  return pointerTokens(place.pointer);
}

/** A relative `$ref` from one file to another, with a pointer into it. */
export function refBetween(fromFile: string, toFile: string, pointer = ""): string {
  if (fromFile === toFile) return `#${pointer}`;
  const way = posix.relative(posix.dirname(fromFile), toFile);
  return `${way.startsWith(".") ? way : `./${way}`}${pointer === "" ? "" : `#${pointer}`}`;
}
