import type { PolicyView } from "../explain/properties.ts";
import type { Policy, PolicyName } from "../types.ts";

/**
 * The named policies. `strict` is plain inclusion of instances. `tolerant` is what event systems do: writers write what
 * they declare, readers skip what they do not know and fill defaults. `lenient` is `tolerant` for readers that also
 * take unknown enum values. `evidence` is `tolerant` with the keys that were really written.
 */
export const POLICIES: Readonly<Record<PolicyName, Policy>> = {
  strict: { name: "strict", writer: "any", reader: "asWritten", defaults: "ignore", enums: "closed" },
  tolerant: {
    name: "tolerant",
    writer: "declared",
    reader: "ignoreUnknown",
    defaults: "fillOnRead",
    enums: "closed",
  },
  lenient: {
    name: "lenient",
    writer: "declared",
    reader: "ignoreUnknown",
    defaults: "fillOnRead",
    enums: "tolerateUnknown",
  },
  evidence: {
    name: "evidence",
    writer: "evidence",
    reader: "ignoreUnknown",
    defaults: "fillOnRead",
    enums: "closed",
  },
};

/** What the explanation of changes needs to know of a policy. */
export function viewOf({ writer, reader, defaults }: Policy): PolicyView {
  return {
    anyKeys: writer === "any",
    ignoresUnknown: reader === "ignoreUnknown",
    fillsDefaults: defaults === "fillOnRead",
  };
}
