import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where the contracts of this repository are kept. */
export const pactsFolder = join(import.meta.dirname, "..", "pacts");
/** Where test runs leave theirs: one folder per consumer, so that workers side by side never write one file. */
export const draftsFolder = join(import.meta.dirname, "..", "..", ".cache", "contracts");

/**
 * A Pact file as it is kept: keys and interactions sorted, without what changes from run to run (versions of the
 * library, names of tests). Equal contracts give equal text.
 */
export function canonicalPact(text: string): string {
  const { consumer, provider, interactions } = JSON.parse(text) as RawPact;
  const kept = {
    consumer,
    interactions: interactions.map(cleanInteraction).toSorted((a, b) => compare(orderOf(a), orderOf(b))),
    metadata: { pactSpecification: { version: "4.0" } },
    provider,
  };
  return `${JSON.stringify(sorted(kept), undefined, 2)}\n`;
}

/** The pacts in a folder, canonical, by file name; none where there is no folder. */
export function readPacts(folder: string): ReadonlyMap<string, string> {
  if (!existsSync(folder)) return new Map();
  const names = readdirSync(folder).filter((name) => name.endsWith(".json"));
  return new Map(names.toSorted().map((name) => [name, canonicalPact(readFileSync(join(folder, name), "utf8"))]));
}

interface RawPact {
  readonly consumer: object;
  readonly provider: object;
  readonly interactions: readonly Record<string, unknown>[];
}

function cleanInteraction({ key: _key, pending, comments, ...rest }: Record<string, unknown>): Record<string, unknown> {
  const { text, testname: _testname, tests: _tests, ...others } = (comments ?? {}) as Record<string, unknown>;
  const told = Array.isArray(text) && text.length > 0 ? { text } : {};
  return { ...rest, ...(pending === true ? { pending } : {}), comments: { ...others, ...told } };
}

const orderOf = ({ description, providerStates }: Record<string, unknown>): string =>
  `${String(description)}\n${JSON.stringify(providerStates ?? [])}`;

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => compare(a, b))
      .map(([name, inner]) => [name, sorted(inner)]),
  );
}
