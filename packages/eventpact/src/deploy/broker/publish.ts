import { UsageError } from "../../command-line/command.ts";
import type { Pact } from "../../contracts/pact.ts";
import { readPact } from "../../contracts/pact.ts";
import type { InteractionRecord, ProducerRecord } from "../../contracts/records.ts";
import { isKept, resultOn } from "../../contracts/records.ts";
import { subjectsOf } from "../../contracts/subject.ts";
import type { Model } from "../../model/types.ts";
import type { Hal } from "./hal.ts";
import { linkOf, neededLink } from "./hal.ts";
import type { FromBroker } from "./from-broker.ts";
import type { WantedContract } from "./wanted.ts";
import { wantedContracts } from "./wanted.ts";

/** A version of a service, as a broker files it. */
export interface PublishedVersion {
  readonly service: string;
  readonly version: string;
  readonly branch?: string;
  /** Where the build can be looked at. */
  readonly buildUrl?: string;
}

/** What became of one contract that the broker wants verified by a producer. */
export interface PublishedResult {
  readonly consumer: string;
  readonly provider: string;
  /** `pending`: the broker does not hold a failure against the producer yet. `unverified`: no result is known here. */
  readonly status: "kept" | "broken" | "unverified";
  readonly pending: boolean;
}

/** Publishes the contracts of one consumer's version, all in one request. */
export async function publishContracts(hal: Hal, version: PublishedVersion, pacts: readonly Pact[]): Promise<void> {
  const twice = pacts.find((one, index) => pacts.findIndex(({ provider }) => provider === one.provider) < index);
  if (twice !== undefined)
    throw new UsageError(
      `The contracts of ${twice.consumer} with ${twice.provider} are written in more than one version of Pact's specification; a Pact Broker keeps one contract of a pair.`,
      "Let all of the consumer's tests write the same version of the specification.",
    );
  const address = neededLink(await hal.index(), "pb:publish-contracts");
  await hal.send("POST", address, {
    pacticipantName: version.service,
    pacticipantVersionNumber: version.version,
    ...(version.branch === undefined ? {} : { branch: version.branch }),
    ...(version.buildUrl === undefined ? {} : { buildUrl: version.buildUrl }),
    contracts: pacts.map(({ consumer, provider, value }) => ({
      consumerName: consumer,
      providerName: provider,
      specification: "pact",
      contentType: "application/json",
      content: Buffer.from(JSON.stringify(value)).toString("base64"),
    })),
  });
}

/**
 * Publishes what a producer's verification found: the broker says which contracts it wants verified, and each is matched with
 * a result by what it says.
 */
export async function publishResults(
  hal: Hal,
  version: PublishedVersion,
  known: Known,
  tool: { readonly name: string; readonly version: string },
  asked: FromBroker,
): Promise<readonly PublishedResult[]> {
  const provider = version.service;
  await putBranch(hal, version);
  const question = { ...asked, provider };
  const results: PublishedResult[] = [];
  for (const wanted of await wantedContracts(hal, question))
    results.push(...(await publishResult(hal, version, known, tool, wanted)));
  return results;
}

/** What the code of a producer is known to keep, and the documents that say what it sends. */
export interface Known {
  readonly model: Model;
  readonly record: ProducerRecord | undefined;
}

async function publishResult(
  hal: Hal,
  { service: provider, version, buildUrl }: PublishedVersion,
  known: Known,
  tool: { readonly name: string; readonly version: string },
  { resource, pending }: WantedContract,
): Promise<readonly PublishedResult[]> {
  const { pact, faults } = readPact("broker", new TextEncoder().encode(JSON.stringify(resource)));
  if (pact === undefined)
    throw new UsageError(`The Pact Broker has a contract of ${provider} that cannot be read: ${faults[0]?.message}`);
  const base = { consumer: pact.consumer, provider, pending };
  if (pact.interactions.length + pact.exchanges.length === 0 && faults.length === 0) return [];
  const results = faults.length > 0 ? undefined : resultsOn(pact, provider, known);
  if (results === undefined) return [{ ...base, status: "unverified" }];
  const success = results.every(({ result }) => result !== "broken");
  await hal.send("POST", neededLink(resource, "pb:publish-verification-results"), {
    success,
    providerApplicationVersion: version,
    ...(buildUrl === undefined ? {} : { buildUrl }),
    verifiedBy: { implementation: tool.name, version: tool.version },
    testResults: results.map(({ description, result, mismatches }) => ({
      interactionDescription: description,
      success: result === "kept" || (result === "pending" && mismatches.length === 0),
      mismatches: mismatches.map(({ path, message }) => ({
        description: message,
        ...(path === undefined ? {} : { identifier: path }),
      })),
    })),
  });
  return [{ ...base, status: success ? "kept" : "broken" }];
}

/**
 * What is known of each interaction of a contract that the producer's code was asked about. Undefined when the whole of it
 * cannot be vouched for: one was not asked, is about no event that the producer sends, or is no message at all.
 */
function resultsOn(pact: Pact, provider: string, { model, record }: Known): readonly InteractionRecord[] | undefined {
  const { subjects } = subjectsOf(model, [pact]);
  if (pact.others.length + pact.exchanges.length > 0 || subjects.length < pact.interactions.length) return undefined;
  const results = subjects.map(({ interaction: { id, pending }, event }) => ({
    pending,
    isSent: event.senders.includes(provider),
    found: resultOn(record, pact.consumer, { id, event: event.key }),
  }));
  // What the producer sends no longer, nobody can bring about; what still lies in topics is judged by its schema.
  const asked = results.filter(({ isSent }) => isSent);
  const isKnown = asked.every(
    ({ found, pending }) => found?.result === "broken" || isKept(found) || (pending && found !== undefined),
  );
  return isKnown && asked.length > 0 ? asked.flatMap(({ found }) => found ?? []) : undefined;
}

/** A producer's version must be on its branch before its results are, so that pending is decided for that branch. */
async function putBranch(hal: Hal, { service, version, branch }: PublishedVersion): Promise<void> {
  if (branch === undefined) return;
  const values = { pacticipant: service, branch, version };
  const address = linkOf(await hal.index(), "pb:pacticipant-branch-version", values);
  if (address !== undefined) await hal.send("PUT", address, {});
}
