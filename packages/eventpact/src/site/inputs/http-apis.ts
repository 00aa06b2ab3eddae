import { posix } from "node:path";
import type { FileSystem } from "../../read/file-system.ts";
import type { Json } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";
import { parseYaml } from "../../read/yaml-source.ts";

const MAX_BYTES = 5_000_000;

/** One call of a service's HTTP API, from an OpenAPI document. */
export interface HttpCall {
  readonly method: string;
  readonly path: string;
  readonly summary?: string;
  /** Status codes it answers with, in order. */
  readonly answers: readonly string[];
}

const METHODS = ["get", "put", "post", "delete", "patch", "head", "options"];

/** The calls an OpenAPI 3 document describes, in its order; none for anything else. */
export function readHttpApi(document: Json): readonly HttpCall[] {
  const paths = own(document, "paths");
  if (!isObject(paths) || ownString(document, "openapi") === undefined) return [];
  return Object.entries(paths).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const call = own(item, method);
      if (!isObject(call)) return [];
      const summary = ownString(call, "summary") ?? ownString(call, "description");
      const responses = own(call, "responses");
      const answers = Object.keys(isObject(responses) ? responses : {});
      return [{ method: method.toUpperCase(), path, answers, ...(summary === undefined ? {} : { summary }) }];
    }),
  );
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
