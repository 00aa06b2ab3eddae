import { own, ownString } from "../read/json.ts";
import type { Sources } from "../read/sources.ts";
import { serviceName, uniqueName } from "./naming.ts";
import type { AsyncApiDocument } from "./types.ts";

/** AsyncAPI versions that are understood. */
export function isSupportedVersion(version: unknown): version is string {
  return typeof version === "string" && /^3\.[01]\.\d+(-.*)?$/.test(version);
}

/** The documents of a supported version, in the order of their paths. */
export function readDocuments(sources: Sources, paths: readonly string[]): readonly AsyncApiDocument[] {
  const taken = new Set<string>();
  return paths.flatMap((file) => {
    const value = sources.files.get(file)?.value;
    const version = own(value, "asyncapi");
    if (!isSupportedVersion(version)) return [];
    const id = ownString(value, "id");
    const service = uniqueName(taken, serviceName(id, file));
    const title = ownString(own(value, "info"), "title") ?? service;
    return [{ file, version, ...(id === undefined ? {} : { id }), title, service, place: { file, pointer: "" } }];
  });
}
