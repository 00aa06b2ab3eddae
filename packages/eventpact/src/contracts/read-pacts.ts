import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { findingAt } from "./finding.ts";
import type { Pact } from "./pact.ts";
import { readPact } from "./pact.ts";

/** Reads `<contracts>/pacts/*.json`, in the order of their names. What is wrong in one leaves the others alone. */
export function readPacts(
  root: string,
  contracts: string,
): { readonly pacts: readonly Pact[]; readonly diagnostics: readonly Diagnostic[] } {
  const folder = `${contracts}/pacts`;
  const names = existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : [];
  const pacts: Pact[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const name of names.filter((one) => one.endsWith(".json")).toSorted()) {
    const file = `${folder}/${name}`;
    const { pact, faults } = readPact(file, readFileSync(join(root, file)));
    const twin = pacts.find((one) => one.consumer === pact?.consumer && one.provider === pact.provider);
    for (const { span, message, hint } of faults)
      diagnostics.push(findingAt("pact-unreadable", file, span, { message, hint }));
    if (pact && twin)
      diagnostics.push(
        findingAt("pact-unreadable", file, pact.locate("/consumer/name"), {
          message: `${twin.file} is a contract of ${pact.consumer} with ${pact.provider} too; this one is not looked at.`,
        }),
      );
    else if (pact) pacts.push(pact);
  }
  return { pacts, diagnostics };
}
