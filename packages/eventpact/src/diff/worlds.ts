import type { Memo } from "../cache/memo.ts";
import { readSettings } from "../config/read-settings.ts";
import { readModel } from "../model/read-model.ts";
import type { Model } from "../model/types.ts";
import type { Side } from "./side.ts";

/** One state of the documents, read. */
export interface World {
  readonly side: Side;
  readonly model: Model;
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
  return { side, model };
}

async function otherFolders({ fileSystem, kind }: Side, tried: string): Promise<readonly string[]> {
  if (kind === "working-tree") return [];
  const config = (await fileSystem.read("eventpact.yaml")) ?? (await fileSystem.read("eventpact.yml"));
  const dir = config && readSettings("eventpact.yaml", new TextDecoder().decode(config)).settings.dir;
  const folders = [dir?.replace(/^\.\/|\/+$/g, "") ?? "", "asyncapi", "."];
  return folders.filter((folder) => folder !== "" && folder !== tried && !/^(\.\.|\/)/.test(folder));
}
