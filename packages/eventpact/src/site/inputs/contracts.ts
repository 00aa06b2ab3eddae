import { posix } from "node:path";
import type { FileSystem } from "../../read/file-system.ts";
import type { Json } from "../../read/json.ts";
import { parseYaml } from "../../read/yaml-source.ts";
import type { Environment } from "./environments.ts";
import { readEnvironment } from "./environments.ts";
import type { HttpCall } from "./http-apis.ts";
import { readHttpApi } from "./http-apis.ts";
import type { Interaction } from "./pacts.ts";
import { readPact } from "./pacts.ts";

export interface Contracts {
  readonly interactions: readonly Interaction[];
  readonly environments: readonly Environment[];
}

const MAX_BYTES = 5_000_000;

/** Reads `<folder>/pacts/*.json` and `<folder>/environments/*.json`; what is missing or no JSON is left out. */
export async function readContracts(fileSystem: FileSystem, folder: string): Promise<Contracts> {
  const files = (await fileSystem.list(folder)).filter((path) => path.endsWith(".json")).toSorted();
  const interactions: Interaction[] = [];
  const environments: Environment[] = [];
  for (const file of files) {
    const kind = posix.relative(folder, file).split("/")[0];
    if (kind !== "pacts" && kind !== "environments") continue;
    const value = parsed(await fileSystem.read(file));
    if (value === undefined) continue;
    if (kind === "pacts") interactions.push(...readPact(file, value));
    else environments.push(readEnvironment(file, value));
  }
  return { interactions, environments };
}

function parsed(bytes: Uint8Array | undefined): Json | undefined {
  if (!bytes || bytes.length > MAX_BYTES) return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(bytes)) as Json;
  } catch {
    return undefined;
  }
}

/** Reads `<folder>/<service>.yaml` (or .yml, .json): one OpenAPI document per service, by file name. */
export async function readHttpApis(
  fileSystem: FileSystem,
  folder: string,
): Promise<ReadonlyMap<string, readonly HttpCall[]>> {
  const apis = new Map<string, readonly HttpCall[]>();
  for (const file of (await fileSystem.list(folder)).toSorted()) {
    const name = /^(.+)\.(?:ya?ml|json)$/.exec(posix.relative(folder, file))?.[1];
    const bytes = name === undefined ? undefined : await fileSystem.read(file);
    if (name === undefined || !bytes || bytes.length > MAX_BYTES) continue;
    const calls = readHttpApi(parseYaml(new TextDecoder().decode(bytes)).value);
    if (calls.length > 0) apis.set(name, calls);
  }
  return apis;
}
