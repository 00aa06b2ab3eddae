import { join } from "node:path";
import { UsageError } from "../command-line/command.ts";
import { recordFiles } from "../deploy/files.ts";
import { worldFrom } from "../deploy/stored-world.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { findingAt } from "./finding.ts";
import type { AskedInteraction } from "./provider-run.ts";

/** An interaction of a contract that is deployed or released somewhere. */
export interface DeployedInteraction extends AskedInteraction {
  readonly provider: string;
  /** Hash of the whole contract. */
  readonly pact: string;
  /** `billing 1.0.0 in production` */
  readonly versions: readonly string[];
}

const start = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Every interaction that a version in an environment relies on: a producer's code is asked about these too. */
export function deployedContracts(
  root: string,
  contracts: string,
): { readonly deployed: readonly DeployedInteraction[]; readonly diagnostics: readonly Diagnostic[] } {
  const files = recordFiles(join(root, contracts), contracts);
  const found = new Map<string, DeployedInteraction>();
  const diagnostics: Diagnostic[] = [];
  const told = (file: string, error: unknown): void => {
    if (!(error instanceof UsageError)) throw error;
    diagnostics.push(findingAt("verification-unreadable", file, start, { message: error.message, hint: error.hint }));
  };
  let names: readonly string[] = [];
  try {
    names = files.names();
  } catch (error) {
    told(`${contracts}/environments`, error);
  }
  for (const name of names)
    try {
      for (const { service, version, contents } of worldFrom({ files, contracts }, name).present)
        for (const { provider, hash, specification, interactions } of contents.pacts)
          for (const { id, event, description, states, whole } of interactions) {
            // Kept by an earlier version, which kept too little to ask with.
            if (id === "") continue;
            const key = `${provider} ${service} ${id} ${event}`;
            const versions = [...(found.get(key)?.versions ?? []), `${version} in ${name}`];
            const asked = { consumer: service, id, event, description, states, whole, specification };
            found.set(key, { ...asked, provider, pact: hash, versions });
          }
    } catch (error) {
      told(`${contracts}/environments/${name}`, error);
    }
  return { deployed: [...found.values()], diagnostics };
}
