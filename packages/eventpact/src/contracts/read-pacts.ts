import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { FileSystem } from "../read/file-system.ts";
import { findingAt } from "./finding.ts";
import type { Pact } from "./pact.ts";
import { readPact } from "./pact.ts";

export interface PactsRead {
  readonly pacts: readonly Pact[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads `<contracts>/pacts`, every `.json` file below it, in the order of their names: of the disk, or of any other state. What
 * is wrong in one leaves the others alone.
 */
export async function readPacts(fileSystem: FileSystem, contracts: string): Promise<PactsRead> {
  const files = (await fileSystem.list(`${contracts}/pacts`)).filter((file) => file.endsWith(".json")).toSorted();
  const read = await Promise.all(files.map(async (file) => [file, await fileSystem.read(file)] as const));
  const pacts: Pact[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const [file, bytes] of read) {
    if (bytes === undefined) continue;
    const { pact, faults } = readPact(file, bytes);
    const twin = pacts.find((one) => one.consumer === pact?.consumer && one.provider === pact.provider);
    for (const { span, message, hint } of faults)
      diagnostics.push(findingAt("pact-unreadable", file, span, { message, hint }));
    if (pact && twin)
      diagnostics.push(
        findingAt("pact-unreadable", file, pact.locate("/consumer/name"), {
          message: `${twin.file} is a contract of ${pact.consumer} with ${pact.provider} too; this one is not looked at.`,
          hint: `Merge them into one file: \`new PactV4({ dir })\` and its like do so when the tests of ${pact.consumer} write to one folder, one after the other.`,
        }),
      );
    else if (pact) pacts.push(pact);
  }
  return { pacts, diagnostics };
}
