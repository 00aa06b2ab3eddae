import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { valueAt } from "../read/pointer.ts";
import { findingInPact } from "./finding.ts";
import { headersAsked, keyAsked } from "./message-parts.ts";
import type { Subject } from "./subject.ts";

/** What a contract's metadata say that no schema of headers speaks of: the record's key, and headers that nobody describes. */
export function metadataFindings(subject: Subject): readonly Diagnostic[] {
  return [...keyFindings(subject), ...undescribedHeaders(subject)];
}

/** The key of a message is the value that `x-key-location` points at. */
function keyFindings(subject: Subject): readonly Diagnostic[] {
  const { pact, interaction, event } = subject;
  const [found, location] = [keyAsked(interaction.whole), event.keyLocation];
  if (found === undefined || location === undefined) return [];
  const from = location.source === "payload" ? interaction.contents : headersAsked(interaction.whole)?.contents;
  const value = valueAt(from, location.pointer);
  if (value === undefined || (typeof value !== "string" && typeof value !== "number")) return [];
  if (String(value) === found.key) return [];
  const where = `${location.source === "payload" ? "$" : "the headers"}${location.pointer.replaceAll("/", ".")}`;
  return [
    findingInPact(
      "pact-example-invalid",
      interaction,
      {
        message: `${pact.consumer} was tested with a ${event.key} that cannot be: its key is ${JSON.stringify(found.key)}, and the key of ${event.key} is ${where}, which is ${JSON.stringify(value)} here.`,
        hint: "Give the consumer's test the key that the message has.",
      },
      found.pointer,
    ),
  ];
}

/** Nothing keeps a header that is described nowhere. A warning: whether it comes is seen when the code is asked. */
function undescribedHeaders(subject: Subject): readonly Diagnostic[] {
  const { pact, interaction, event } = subject;
  const asked = headersAsked(interaction.whole);
  if (event.headers !== undefined || asked === undefined) return [];
  return Object.keys(asked.contents).map((name) =>
    findingInPact(
      "pact-field-undeclared",
      interaction,
      {
        severity: "warning",
        message: `${pact.consumer} relies on the header ${name}, and ${event.key} has no headers in the documents.`,
        hint: "Describe the headers of the message, or do not rely on them.",
      },
      `${asked.base}/${name}`,
    ),
  );
}
