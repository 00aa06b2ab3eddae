import type { Severity } from "../diagnostics/diagnostic.ts";

/** A code about deployments, as docs/diagnostics.md tells it. */
export interface DeployCode {
  readonly code: string;
  readonly category: "deployment";
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

/** What `eventpact check` says where contracts/environments/ records what is deployed. */
export const deployCodes: readonly DeployCode[] = [
  {
    code: "event-retired-early",
    category: "deployment",
    severity: "error",
    title: "No event version leaves the documents while something can send, hold or need it.",
    why: "What is deployed may send it, an outbox, a topic or dead letters may hold it, a consumer may know no other version: without its description nobody can read it any more. The finding names what is in the way and, where time alone is, the day from which the version may go. `eventpact plan` shows how far its retirement is.",
  },
  {
    code: "records-unreadable",
    category: "deployment",
    severity: "error",
    title: "The records of deployments can be read.",
    why: "Whoever judges by records that are broken judges by nothing. contracts/environments and contracts/store are written by `eventpact record-deployment`; after a merge, keep the blocks of both sides.",
  },
];
