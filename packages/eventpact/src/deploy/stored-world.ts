import { UsageError } from "../command-line/command.ts";
import type { Contents } from "./contents.ts";
import { MissingObject, loaded } from "./contents.ts";
import type { Deployment, Environment } from "./environment.ts";
import { emptyEnvironment } from "./environment.ts";
import type { RecordFiles } from "./files.ts";
import { checkedName } from "./files.ts";
import type { World } from "./world.ts";
import { worldOf } from "./world.ts";

/** The records and how messages call their folder. */
export interface Stored {
  readonly files: RecordFiles;
  readonly contracts: string;
}

/** The environment, empty when nothing was recorded in it yet. */
export const environmentNamed = ({ files }: Pick<Stored, "files">, name: string): Environment =>
  files.environment(checkedName(name)) ?? emptyEnvironment(name);

/** An environment with the contents of its versions, from the store. Throws `UsageError` for what the store lacks. */
export function worldFrom(records: Stored, name: string): World {
  return worldOf(environmentNamed(records, name), (deployment, service) =>
    loadVersion(records, deployment, service, `${records.contracts}/environments/${name}`),
  );
}

/** The contents of a version. `by`: what names it. Throws `UsageError` for what the store lacks. */
export function loadVersion(
  { files, contracts }: Stored,
  { version, contents }: Pick<Deployment, "version" | "contents">,
  service: string,
  by: string,
): Contents {
  const lacks = (hash: string): UsageError =>
    new UsageError(
      `${contracts}/store has no ${hash}, which ${by} needs for ${service} ${version}.`,
      "Commit contracts/store with the environments, or record that version again.",
    );
  const object = files.object(contents);
  if (object?.kind !== "service") throw lacks(contents);
  if (object.service !== service)
    throw new UsageError(
      `${by} says of ${service} ${version} that it is what ${object.service} is (${contents}).`,
      "Take the file from the commit that wrote it, or record that version again.",
    );
  try {
    return loaded(object, files.object);
  } catch (error) {
    throw error instanceof MissingObject ? lacks(error.hash) : error;
  }
}
