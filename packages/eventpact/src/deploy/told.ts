import type { Answer } from "./can-i-deploy.ts";
import type { Source } from "./candidate.ts";

/** An answer, and where what it is about comes from. */
export interface ToldAnswer extends Answer {
  readonly source: Source | { readonly from: "nowhere" };
}

/** What nobody recorded: what such a version says and needs, nobody knows. */
export function unrecorded(service: string, version: string, environment: string): ToldAnswer {
  const reason = {
    verdict: "unknown",
    message: `${service} ${version} was never recorded: nothing says what is in it`,
    way: `in the code of ${version}: eventpact record-build --service ${service} --version ${version}; eventpact can-i-deploy --here asks about what lies here`,
    event: "",
    service,
  } as const;
  return {
    service,
    version,
    environment,
    verdict: "unknown",
    reasons: [reason],
    ignored: [],
    rows: [],
    retained: [],
    rollBack: { verdict: "unknown", reasons: [], until: null, untilWhy: "What is not known has no way back." },
    source: { from: "nowhere" },
  };
}

/** Where an answer comes from, for people. */
export function sourceWords({ source }: ToldAnswer): string {
  if (source.from === "working tree") return "what lies here: documents, contracts and code as they are";
  if (source.from === "records") return `what was recorded as that version (${source.by})`;
  return "nothing: no record has that version";
}
