import { own, ownString } from "../read/json.ts";
import type { Sources } from "../read/sources.ts";
import { serviceName, uniqueNames } from "./naming.ts";
import type { AsyncApiDocument } from "./types.ts";

/** AsyncAPI versions that are understood. */
export function isSupportedVersion(version: unknown): version is string {
  return typeof version === "string" && /^3\.[01]\.\d+(-.*)?$/.test(version);
}

/** The documents of a supported version, in the order of their paths. */
export function readDocuments(sources: Sources, paths: readonly string[]): readonly AsyncApiDocument[] {
  const found = paths.flatMap((file) => {
    const value = sources.files.get(file)?.value;
    const version = own(value, "asyncapi");
    return isSupportedVersion(version) ? [{ file, value, version, id: ownString(value, "id") }] : [];
  });
  const services = uniqueNames(found, ({ file, id }, round) => {
    if (round === 0) return serviceName(id, file);
    return (round === 1 ? file.replace(/\.(ya?ml|json)$/i, "") : `${file}${".".repeat(round)}`).replace(
      /[^\w.-]+/g,
      "-",
    );
  });
  return found.map((document) => {
    const { file, value, version, id } = document;
    const service = services.get(document) ?? file;
    const title = ownString(own(value, "info"), "title") ?? service;
    return { file, version, ...(id === undefined ? {} : { id }), title, service, place: { file, pointer: "" } };
  });
}
