import type { Json } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";

/** What is deployed in one environment. */
export interface Environment {
  readonly name: string;
  readonly file: string;
  readonly deployments: readonly Deployment[];
}

export interface Deployment {
  readonly service: string;
  readonly version: string;
  readonly since?: string;
}

/**
 * Reads `environments/<name>.json`: services by name (`{ services: { order: { version } } }`, or a list of versions
 * each) or a list of deployments. What is not understood is left out.
 */
export function readEnvironment(file: string, value: Json): Environment {
  const name = ownString(value, "name") ?? file.replace(/^.*\//, "").replace(/\.json$/, "");
  const listed = own(value, "services") ?? own(value, "deployed") ?? own(value, "deployments") ?? value;
  const deployments = Array.isArray(listed)
    ? (listed as readonly Json[]).flatMap((entry) => deploymentsOf(ownString(entry, "service") ?? "", entry))
    : Object.entries(isObject(listed) ? listed : {}).flatMap(([service, entry]) => deploymentsOf(service, entry));
  return { name, file, deployments: deployments.filter(({ service }) => service !== "") };
}

function deploymentsOf(service: string, entry: Json): Deployment[] {
  if (typeof entry === "string") return [{ service, version: entry }];
  if (Array.isArray(entry)) return (entry as readonly Json[]).flatMap((one) => deploymentsOf(service, one));
  const nested = own(entry, "deployed") ?? own(entry, "versions");
  if (nested !== undefined) return deploymentsOf(service, nested);
  const version = ownString(entry, "version");
  const since = ownString(entry, "since") ?? ownString(entry, "deployedAt") ?? ownString(entry, "at");
  return version === undefined ? [] : [{ service, version, ...(since === undefined ? {} : { since }) }];
}
