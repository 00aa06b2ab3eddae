import type { Diagnostic, Severity, Span } from "../diagnostics/diagnostic.ts";
import type { Model } from "../model/types.ts";
import type { Place } from "../read/sources.ts";
import { spanAt } from "../read/sources.ts";
import { contractCodes } from "./codes.ts";
import type { Interaction } from "./pact.ts";

interface Words {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly severity?: Severity;
}

/** A finding of `eventpact verify` at a span of a file. */
export function findingAt(code: string, file: string, span: Span, { message, hint, severity }: Words): Diagnostic {
  const byDefault = contractCodes.find((one) => one.code === code)?.severity ?? "error";
  return { code, severity: severity ?? byDefault, file, ...span, message, ...(hint === undefined ? {} : { hint }) };
}

/** A finding in a document. */
export function findingInDocument(model: Model, code: string, place: Place, words: Words): Diagnostic {
  return findingAt(code, place.file, spanAt(model.sources, place), words);
}

/** A finding at an interaction of a Pact file, or at a part of it. */
export function findingInPact(
  code: string,
  interaction: Pick<Interaction, "pointer" | "source">,
  words: Words,
  part = "",
): Diagnostic {
  const { source, pointer } = interaction;
  return findingAt(code, source.file, source.locate(`${pointer}${part}`), words);
}

/** Where an interaction stands, for people: `contracts/pacts/a-b.json:12`. */
export function shownPlace({ source, pointer }: Pick<Interaction, "source" | "pointer">): string {
  return `${source.file}:${source.locate(pointer).line}`;
}
