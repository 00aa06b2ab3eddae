import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json } from "./json.ts";
import type { Locate, TextFault } from "./text-fault.ts";

/** A node of a file: the file's path and a JSON pointer in it ('' is the whole file). */
export interface Place {
  readonly file: string;
  readonly pointer: string;
}

export interface SourceFile {
  readonly path: string;
  readonly text: string;
  readonly value: Json;
  readonly faults: readonly TextFault[];
  readonly locate: Locate;
}

/** The files of a run. Everything after loading is synchronous and touches no disk. */
export interface Sources {
  readonly files: ReadonlyMap<string, SourceFile>;
  /** Every file name below the folder, read or not; feeds did-you-mean and the search for unused files. */
  readonly listed: ReadonlySet<string>;
  /** Files that are listed but could not be read (gone meanwhile, a link to nowhere, forbidden), and why. */
  readonly unreadable: ReadonlyMap<string, string>;
}

/** The span of a place in the original text; line 1 when the file is not known. */
export function spanAt(sources: Sources, place: Place, part?: "key" | "value"): Span {
  const file = sources.files.get(place.file);
  return file ? file.locate(place.pointer, part) : { line: 1, column: 1, endLine: 1, endColumn: 1 };
}

/** The text of a place as it is written, when it is of one line. */
export function textAt(sources: Sources, place: Place): string | undefined {
  const { line, column, endLine, endColumn } = spanAt(sources, place);
  const row = sources.files.get(place.file)?.text.split("\n")[line - 1];
  return line === endLine ? row?.slice(column - 1, endColumn - 1) : undefined;
}
