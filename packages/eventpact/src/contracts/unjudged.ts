import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Exchanges } from "./exchanges.ts";
import { findingInPact } from "./finding.ts";
import type { Interaction, Pact } from "./pact.ts";
import type { Subject } from "./subject.ts";

type Named = Pick<Interaction, "description" | "pointer" | "source">;

/** What of the contracts nothing here judges, or only in part: one finding per file and reason, at the first of them. */
export function unjudgedFindings(
  pacts: readonly Pact[],
  subjects: readonly Subject[],
  { requests, unmapped }: Exchanges,
): readonly Diagnostic[] {
  const others = pacts.flatMap((pact) => pact.others);
  const opaque = subjects.filter(({ interaction }) => interaction.opaque !== undefined);
  const open = new Set(unmapped.map(({ exchange }) => exchange.request));
  const mapped = requests.filter(({ interaction }) => !open.has(interaction));
  return [
    ...told(others, ({ type }) => `${type}: not about events, nothing here judges it`),
    ...told(
      opaque.map(({ interaction }) => interaction),
      (one) => `${one.opaque}: held against no schema; only the producer's code can tell`,
    ),
    ...told(
      mapped.map(({ interaction }) => interaction),
      () => "synchronous: held against the schemas of request and reply; no code is asked",
    ),
    ...told(
      unmapped.map(({ exchange, why }) => ({ ...exchange, why })),
      ({ why }) => `synchronous: not judged, ${why}`,
    ),
  ];
}

const MOST_NAMES = 5;

function told<One extends Named>(all: readonly One[], whatOf: (one: One) => string): readonly Diagnostic[] {
  const groups = Map.groupBy(all, (one) => `${one.source.file}\n${whatOf(one)}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const names = group.slice(0, MOST_NAMES).map(({ description }) => JSON.stringify(description));
    const more = group.length > MOST_NAMES ? ` and ${group.length - MOST_NAMES} more` : "";
    const count = `${group.length} ${group.length === 1 ? "interaction" : "interactions"}`;
    return [
      findingInPact("pact-other-interactions", first, {
        message: `${count} ${names.join(", ")}${more}: ${whatOf(first)}.`,
      }),
    ];
  });
}
