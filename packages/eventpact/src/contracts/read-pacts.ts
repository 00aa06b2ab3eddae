import { posix } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { findingAt } from "./finding.ts";
import { joinPacts } from "./join-pacts.ts";
import type { Pact } from "./pact.ts";
import { readPact } from "./pact.ts";
import type { FaultIn } from "./twins.ts";

export interface PactsRead {
  readonly pacts: readonly Pact[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `<contracts>/pacts`, every `.json` file below it, in the order of their names: of the disk, or of any other state. Files
 * of one pair are one contract. What is wrong in one leaves the others alone.
 */
export async function readPacts(fileSystem: FileSystem, contracts: string): Promise<PactsRead> {
  const files = (await fileSystem.list(`${contracts}/pacts`)).filter((file) => file.endsWith(".json")).toSorted();
  const read = await Promise.all(files.map(async (file) => [file, await fileSystem.read(file)] as const));
  const pacts: Pact[] = [];
  const found: FaultIn[] = [];
  for (const [file, bytes] of read) {
    if (bytes === undefined) continue;
    const { pact, faults } = readPact(file, bytes);
    found.push(...faults.map((fault) => ({ ...fault, file })));
    if (pact) pacts.push(pact);
  }
  const joined = joinPacts(pacts);
  const diagnostics = [...found, ...joined.faults].map(({ file, span, message, hint }) =>
    findingAt("pact-unreadable", file, span, { message, hint }),
  );
  if (files.length === 0) diagnostics.push(...(await elsewhere(fileSystem, contracts)));
  return { pacts: joined.pacts, diagnostics };
}

/** Pact writes into `pacts/` of the folder where tests run unless it is told otherwise: what lies there is not looked for in vain. */
async function elsewhere(fileSystem: FileSystem, contracts: string): Promise<readonly Diagnostic[]> {
  const folders = [...new Set([contracts, "pacts"])];
  for (const folder of folders) {
    const files = (await fileSystem.list(folder)).filter(
      (file) => file.endsWith(".json") && posix.dirname(file) === folder,
    );
    for (const file of files.toSorted()) {
      const bytes = await fileSystem.read(file);
      const { pact } = bytes === undefined ? {} : readPact(file, bytes);
      if (pact === undefined || pact.interactions.length === 0) continue;
      const message = `No contract lies in ${contracts}/pacts, and this one is outside of it.`;
      const hint =
        posix.basename(folder) === "pacts"
          ? `Move it there, or name the folder that holds ${posix.basename(folder)}/: \`contracts: ${posix.dirname(folder)}\` in eventpact.yaml.`
          : "Move it there.";
      return [findingAt("contracts-elsewhere", file, pact.locate("/consumer/name"), { message, hint })];
    }
  }
  return [];
}
