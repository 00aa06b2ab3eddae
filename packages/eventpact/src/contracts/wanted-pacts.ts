import { createHash } from "node:crypto";
import { join, relative, sep } from "node:path";
import { contractOf, wantedContracts } from "../deploy/broker/wanted.ts";
import type { WantedContract, WantedQuestion } from "../deploy/broker/wanted.ts";
import type { Hal } from "../deploy/broker/hal.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { canonicalJson } from "../read/json.ts";
import { findingAt } from "./finding.ts";
import type { Pact } from "./pact.ts";
import { readPact } from "./pact.ts";
import type { PactsRead } from "./read-pacts.ts";
import { writeWhole } from "./written.ts";

/**
 * The contracts that a broker wants these producers to verify, beside those of this repository. They are laid into `folder`
 * (absolute), so that a finding has a file and a line to look at. The same contract is asked about once: as one of this
 * repository, else as one that counts, else as one that is pending.
 */
export async function withWanted(
  here: PactsRead,
  hal: Hal,
  questions: readonly WantedQuestion[],
  { root, folder }: { readonly root: string; readonly folder: string },
): Promise<PactsRead> {
  const wanted = (await Promise.all(questions.map((question) => wantedContracts(hal, question)))).flat();
  const counting = wanted.filter(({ pending }) => !pending);
  const pacts: Pact[] = [...here.pacts];
  const diagnostics: Diagnostic[] = [...here.diagnostics];
  for (const one of [...counting, ...wanted.filter(({ pending }) => pending)]) {
    const { reason, pending } = one;
    const { file, pact, faults } = laidDown(one, root, folder);
    const severity = pending ? "warning" : "error";
    for (const { span, message, hint } of faults)
      diagnostics.push(findingAt("pact-unreadable", file, span, { message, hint, severity }));
    if (pact !== undefined && !pacts.some((other) => meaningOf(other) === meaningOf(pact)))
      pacts.push({ ...pact, wanted: { reason, pending } });
  }
  return { pacts, diagnostics };
}

/** What a contract asks, and which events it says that it is about. */
const meaningOf = ({ hash, exchanges, others, interactions }: Pact): string =>
  canonicalJson([
    hash,
    [...exchanges, ...others].map(({ whole }) => canonicalJson(whole)).toSorted(),
    interactions.map(({ id, message, operationId }) => [id, message ?? null, operationId ?? null]).toSorted(),
  ]);

function laidDown(wanted: WantedContract, root: string, folder: string) {
  const text = `${JSON.stringify(contractOf(wanted), undefined, 2)}\n`;
  const path = join(folder, `${createHash("sha256").update(text).digest("hex").slice(0, 16)}.json`);
  writeWhole(path, text);
  const file = relative(root, path).split(sep).join("/");
  return { file, ...readPact(file, Buffer.from(text)) };
}
