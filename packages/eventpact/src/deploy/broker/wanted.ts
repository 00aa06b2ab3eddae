import { UsageError } from "../../command-line/command.ts";
import type { Json, JsonObject } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";
import type { Hal, Resource } from "./hal.ts";
import { linkOf, neededLink } from "./hal.ts";
import type { Selector } from "./selectors.ts";
import { usualSelectors } from "./selectors.ts";

/** Which contracts a producer asks a broker for. */
export interface WantedQuestion {
  readonly provider: string;
  /** The branch of the producer's version: the broker decides by it what is pending. */
  readonly branch?: string;
  /** None: `usualSelectors`. */
  readonly selectors: readonly Selector[];
  /** Also what no selector names and nobody verified yet, since this day (`YYYY-MM-DD`): work in progress. */
  readonly wipSince?: string;
}

/** A contract that a broker wants a producer to verify. */
export interface WantedContract {
  /** The contract as the broker has it, with its links. */
  readonly resource: Resource;
  /** A failure is not held against the producer yet. */
  readonly pending: boolean;
  /** Why it is asked for, in the broker's words: "latest from main branch". */
  readonly reason: string;
}

/**
 * The contracts that the broker wants verified, each with its content. A producer that the broker has never heard of has none.
 * Throws `UsageError` where the answer is not what the broker's interface promises: what is dropped would count as verified.
 */
export async function wantedContracts(
  hal: Hal,
  { provider, branch, selectors, wipSince }: WantedQuestion,
): Promise<readonly WantedContract[]> {
  const address = neededLink(await hal.index(), "pb:provider-pacts-for-verification", { provider });
  const found = await hal.ask(address, {
    consumerVersionSelectors: (selectors.length > 0 ? selectors : usualSelectors(branch)) as unknown as Json,
    includePendingStatus: true,
    ...(branch === undefined ? {} : { providerVersionBranch: branch }),
    ...(wipSince === undefined ? {} : { includeWipPactsSince: wipSince }),
  });
  if (found === undefined) return [];
  const listed = own(own(found, "_embedded"), "pacts");
  if (!Array.isArray(listed)) throw new UsageError(`The Pact Broker does not say which contracts ${provider} has.`);
  return Promise.all((listed as readonly Json[]).map((entry) => wantedContract(hal, provider, entry)));
}

async function wantedContract(hal: Hal, provider: string, entry: Json): Promise<WantedContract> {
  const address = isObject(entry) ? linkOf(entry, "self") : undefined;
  const resource = address === undefined ? undefined : await hal.get(address);
  if (resource === undefined)
    throw new UsageError(`The Pact Broker lists a contract of ${provider} that it does not have: ${address ?? "?"}.`);
  const properties = own(entry, "verificationProperties");
  const reason = ownString(entry, "shortDescription") ?? "wanted by the broker";
  return { resource, pending: own(properties, "pending") === true, reason };
}

/** The contract itself: what a broker adds for those who walk its links is no part of it. */
export const contractOf = ({ resource }: WantedContract): JsonObject =>
  Object.fromEntries(Object.entries(resource).filter(([name]) => !["_links", "createdAt"].includes(name)));
