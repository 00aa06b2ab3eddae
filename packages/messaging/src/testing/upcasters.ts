import type { Envelope } from "../events.ts";
import type { Service } from "../service.ts";
import { upcast } from "../upcast.ts";

/** An event that is valid in its own version and not when it is read as a later one. */
export interface UpcastFault {
  readonly from: string;
  readonly to: string;
  readonly message: string;
  /** What was read: put it into a test of the upcaster. */
  readonly envelope: Envelope;
}

export interface UpcastVerdict {
  /** How many valid events were read, over all upcasters. */
  readonly looked: number;
  /** Upcasters of which no valid event was given, so that nothing is known. */
  readonly unseen: readonly string[];
  readonly faults: readonly UpcastFault[];
  /** Everything valid in an older version is valid in the newer, as far as was looked, and every upcaster was looked at. */
  readonly valid: boolean;
}

/**
 * Reads instances of each older version through its upcaster and validates what comes out against the newer version.
 *
 * `instances` gives envelopes of an event by its name, valid or not; only valid ones count. Those of
 * `instancesOf` in `@eventpact/compat` visit each optional field, enumeration and bound of the schema.
 */
export function checkUpcasters(
  { upcasters, events }: Pick<Service, "upcasters" | "events">,
  instances: (event: string) => Iterable<unknown>,
): UpcastVerdict {
  let looked = 0;
  const unseen: string[] = [];
  const faults: UpcastFault[] = [];
  for (const upcaster of upcasters) {
    const { from, to } = upcaster;
    const valid = [...instances(from)].filter((instance) => events.validate(from as never, instance).ok) as Envelope[];
    looked += valid.length;
    if (valid.length === 0) unseen.push(`${from} → ${to}`);
    for (const envelope of valid) {
      try {
        upcast(structuredClone(envelope), [upcaster], events);
      } catch (error) {
        faults.push({ from, to, message: error instanceof Error ? error.message : String(error), envelope });
      }
    }
  }
  return { looked, unseen, faults, valid: unseen.length === 0 && faults.length === 0 };
}
