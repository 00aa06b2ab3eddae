import type { Memo } from "../cache/memo.ts";
import type { Span } from "../diagnostics/diagnostic.ts";
import { isInData } from "../model/data-places.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import { ownString } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
import { refsIn, refTarget, resolvePlace } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { parseYaml } from "../read/yaml-source.ts";
import type { Side } from "./side.ts";

/** One state of the documents, read. */
export interface World {
  readonly side: Side;
  readonly model: Model;
  /** What could not be read, with the place: broken text and references that lead nowhere. */
  readonly faults: readonly Fault[];
}

export interface Fault {
  readonly place: Place;
  /** Instead of the place's own span, where the text has no node. */
  readonly span?: Span;
  readonly message: string;
}

/**
 * Reads the documents of a state. Where there are none in `folder`, they may have been elsewhere then: in the folder that
 * its own eventpact.yaml names, in asyncapi/, or anywhere in it.
 */
export async function readWorld(side: Side, folder: string, memo: Memo): Promise<World> {
  const { fileSystem } = side;
  const first = side.folder ?? folder;
  let model = await readModel(first, { fileSystem, memo });
  for (const other of await otherFolders(side, first)) {
    if (model.documents.length > 0 || model.sources.files.size > 0) break;
    model = await readModel(other, { fileSystem, memo });
  }
  return { side, model, faults: faultsOf(model) };
}

async function otherFolders({ fileSystem, kind }: Side, tried: string): Promise<readonly string[]> {
  if (kind === "working-tree") return [];
  const config = (await fileSystem.read("eventpact.yaml")) ?? (await fileSystem.read("eventpact.yml"));
  const dir = config && ownString(parseYaml(new TextDecoder().decode(config)).value, "dir")?.replace(/^\.\/|\/+$/g, "");
  const folders = [dir ?? "", "asyncapi", "."];
  return folders.filter((folder) => folder !== "" && folder !== tried && !/^(\.\.|\/)/.test(folder));
}

function faultsOf(model: Model): World["faults"] {
  const { sources } = model;
  const files = [...sources.files.values()];
  const broken = files.flatMap(({ path, faults }) =>
    faults.map(({ message, span }): Fault => ({ place: { file: path, pointer: "" }, message, span })),
  );
  // References into a broken file lead nowhere because of it.
  if (broken.length > 0) return broken;
  const found: Fault[] = [];
  for (const { path, value } of files) {
    for (const { pointer, ref } of refsIn(value)) {
      if (isInData(pointer) || refTarget(path, ref).kind !== "local") continue;
      if (resolvePlace(sources, { file: path, pointer })) continue;
      found.push({ place: { file: path, pointer: childPointer(pointer, "$ref") }, message: `"${ref}" leads nowhere.` });
    }
  }
  return found;
}
