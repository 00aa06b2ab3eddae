import { noStore } from "../../src/cache/store.ts";
import { settingsOf } from "../../src/config/read-settings.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { Project } from "../../src/project/project.ts";
import { nowhere, projectOf } from "../../src/project/project.ts";
import type { FileSystem } from "../../src/read/file-system.ts";
import type { Json } from "../../src/read/json.ts";

/** The settings of an eventpact.yaml with this value, which must be right. */
export function settingsIn(value: Json = {}): Settings {
  const { settings, faults } = settingsOf(value);
  if (faults.length > 0) throw new Error(JSON.stringify(faults));
  return settings;
}

/** A project of these files, without a cache. `root` is where records of deployments are. */
export function projectIn(
  fileSystem: FileSystem,
  {
    root = "/nowhere",
    folder = "asyncapi",
    settings = {},
  }: { readonly root?: string; readonly folder?: string; readonly settings?: Json } = {},
): Project {
  return projectOf({
    place: { root, askedDocuments: [] },
    settings: settingsIn(settings),
    faults: [],
    locate: nowhere,
    folder,
    fileSystem,
    store: noStore,
  });
}
