import type { Features, Transport } from "../ports/transport.ts";
import { PARTITIONS } from "./behaviour.ts";
import { deliveryCases } from "./conformance-delivery.ts";
import { groupCases } from "./conformance-groups.ts";
import { lifeCases } from "./conformance-life.ts";
import { logCases } from "./conformance-log.ts";

/** How an adapter is opened for the suite. */
export interface AdapterUnderTest {
  readonly name: string;
  readonly features: Features;
  /** A transport, and another on the same broker as a second process would have it. Called once per case. */
  open(): Promise<{ readonly transport: Transport; readonly other: Transport; close(): Promise<void> }>;
  /** How long to wait for something that should happen. 5 s by default. */
  readonly patienceMs?: number;
}

export interface ConformanceCase {
  readonly name: string;
  /** Why this adapter is not asked; listed in every report. */
  readonly skipped: string | undefined;
  run(): Promise<void>;
}

let runs = 0;

/**
 * Every behaviour the runtime relies on, as cases for any test runner: `for (const one of conformance(adapter)) test(one.name, one.run)`.
 * Nothing is skipped in silence: a case the adapter cannot pass says why in `skipped`.
 */
export function conformance(adapter: AdapterUnderTest): readonly ConformanceCase[] {
  return [...logCases, ...deliveryCases, ...groupCases, ...lifeCases].map(({ name, needs, run }) => ({
    name,
    skipped:
      needs === undefined || adapter.features[needs] ? undefined : `${adapter.name} says of itself: ${needs} = false`,
    run: async () => {
      const { transport, other, close } = await adapter.open();
      const unique = `${Date.now().toString(36)}-${(runs += 1)}`;
      try {
        const topic = `conformance-${unique}`;
        await transport.ensureTopics([{ name: topic, partitions: PARTITIONS }]);
        await run({ transport, other, topic, group: `group-${unique}`, patienceMs: adapter.patienceMs ?? 5_000 });
      } finally {
        await transport.close(1_000);
        await other.close(1_000);
        await close();
      }
    },
  }));
}
