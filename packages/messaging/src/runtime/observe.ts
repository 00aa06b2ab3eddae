import type { BatchReport } from "./batch.ts";
import { knownEvent, type Parts } from "./parts.ts";

/** Tells the metrics what became of records. Counted together: a counter asked for each record costs more than a trivial handler. */
export function observe(parts: Parts, outcomes: BatchReport["outcomes"]): void {
  const now = parts.clock.now().getTime();
  const kinds = Map.groupBy(outcomes, ({ incoming, outcome }) => `${knownEvent(parts, incoming)} ${outcome}`);
  for (const group of kinds.values()) {
    const [first] = group;
    if (first === undefined) continue;
    const labels = { service: parts.service.name, event: knownEvent(parts, first.incoming) };
    parts.metrics.processed.inc({ ...labels, outcome: first.outcome }, group.length);
    for (const { incoming } of first.outcome === "handled" ? group : []) {
      if (incoming.kind.name !== "handle") continue;
      parts.metrics.endToEndSeconds.observe(
        labels,
        Math.max(0, now - Date.parse(incoming.kind.envelope.timestamp)) / 1_000,
      );
    }
  }
}
