import { contractCodes } from "../contracts/codes.ts";
import { deployCodes } from "../deploy/codes.ts";
import { diffCodes } from "../diff/codes.ts";
import { rules } from "../rules/index.ts";
import type { Category } from "../rules/rule.ts";
import { upcasterCodes } from "../upcasters/codes.ts";
import type { Severity } from "./diagnostic.ts";

/** What docs/diagnostics.md says about a code. */
export interface CodeEntry {
  readonly code: string;
  readonly category: Category | "configuration" | "run" | "compatibility" | "contracts" | "deployment";
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

/** Codes that no rule reports, but the configuration, the run or another command. */
const otherCodes: readonly CodeEntry[] = [
  {
    code: "config-invalid",
    category: "configuration",
    severity: "error",
    title: "eventpact.yaml says only what can be understood.",
    why: "A misspelt setting would silently not hold. What is right in the file holds all the same.",
  },
  {
    code: "waiver-expired",
    category: "configuration",
    severity: "error",
    title: "No waiver is past its day.",
    why: "The finding it waived is back. Mend it, or give the waiver a later day and say why.",
  },
  {
    code: "waiver-unused",
    category: "configuration",
    severity: "warning",
    title: "Every waiver waives something.",
    why: "A waiver that nothing needs would hide the next finding of its kind. Delete it.",
  },
  {
    code: "nothing-checked",
    category: "run",
    severity: "error",
    title: "A check looks at something.",
    why: "Documents without an operation, a message or a schema cannot be wrong, and a check of them proves nothing: most often it was pointed at the wrong folder.",
  },
  {
    code: "generated-stale",
    category: "run",
    severity: "error",
    title: "Generated code is what the documents say.",
    why: "Code generated from older documents accepts and sends older events. Run `eventpact generate` and commit the result.",
  },
  {
    code: "generated-occupied",
    category: "run",
    severity: "error",
    title: "The folder for generated code holds nothing else.",
    why: "A file that was not generated stands where one has to be written. It is left alone: move it, or generate into another folder.",
  },
  {
    code: "nothing-to-generate",
    category: "run",
    severity: "error",
    title: "Code is generated from something.",
    why: "No document of the folder has a message with a JSON Schema payload.",
  },
  {
    code: "event-left-out",
    category: "run",
    severity: "error",
    title: "Code is generated of every message.",
    why: "A part of the message was not read, so that no type and no validator of it would be true. It is left out, and the others are generated.",
  },
  {
    code: "payload-json-schema",
    category: "run",
    severity: "warning",
    title: "Generated code covers payloads in JSON Schema.",
    why: "A payload in Avro, Protobuf or RAML is left out of the generated code; the rest of its document is not.",
  },
  {
    code: "format-known",
    category: "run",
    severity: "info",
    title: "Generated validators know every format.",
    why: "A format that the validators do not know is not checked. Where it is your own, a `pattern` says it so that it holds.",
  },
];

/** Every code that a check can report, sorted. */
export const catalogue: readonly CodeEntry[] = [
  ...rules,
  ...diffCodes,
  ...contractCodes,
  ...upcasterCodes,
  ...deployCodes,
  ...otherCodes,
].toSorted((a, b) => (a.code < b.code ? -1 : 1));

export function describeCode(code: string): CodeEntry | undefined {
  return catalogue.find((entry) => entry.code === code);
}
