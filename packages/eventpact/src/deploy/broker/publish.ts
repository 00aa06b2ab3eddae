import type { Pact } from "../../contracts/pact.ts";
import { readPact } from "../../contracts/pact.ts";
import type { ProducerRecord } from "../../contracts/records.ts";
import type { Json } from "../../read/json.ts";
import { own } from "../../read/json.ts";
import type { Hal, Resource } from "./hal.ts";
import { linkOf, neededLink } from "./hal.ts";

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
 * Publishes what a producer's verification found: the broker says which contracts it wants verified (those of this branch,
 * of main branches, and of what is deployed or released), and each is matched with a result by what it says.
 */
export async function publishResults(
  hal: Hal,
  version: PublishedVersion,
  record: ProducerRecord | undefined,
  tool: { readonly name: string; readonly version: string },
): Promise<readonly PublishedResult[]> {
  const { service: provider, branch } = version;
  await putBranch(hal, version);
  const wanted = await hal.send(
    "POST",
    neededLink(await hal.index(), "pb:provider-pacts-for-verification", { provider }),
    {
      consumerVersionSelectors: [
        { mainBranch: true },
        { deployedOrReleased: true },
        ...(branch === undefined ? [] : [{ branch }]),
      ],
      includePendingStatus: true,
      ...(branch === undefined ? {} : { providerVersionBranch: branch }),
    },
  );
  const listed = own(own(wanted, "_embedded"), "pacts");
  const results: PublishedResult[] = [];
  for (const entry of Array.isArray(listed) ? (listed as readonly Json[]) : [])
    results.push(...(await publishResult(hal, version, record, tool, entry)));
  return results;
}

async function publishResult(
  hal: Hal,
  { service: provider, version, buildUrl }: PublishedVersion,
  record: ProducerRecord | undefined,
  tool: { readonly name: string; readonly version: string },
  entry: Json,
): Promise<readonly PublishedResult[]> {
  const address = linkOf(entry as Resource, "self");
  const resource = address === undefined ? undefined : await hal.get(address);
  const { pact } = readPact("broker", new TextEncoder().encode(JSON.stringify(resource ?? null)));
  if (resource === undefined || pact === undefined || pact.interactions.length === 0) return [];
  const pending = own(own(entry, "verificationProperties"), "pending") === true;
  const contract = record?.contracts.find((one) => one.pact === pact.hash);
  const base = { consumer: pact.consumer, provider, pending };
  if (contract === undefined) return [{ ...base, status: "unverified" }];
  await hal.send("POST", neededLink(resource, "pb:publish-verification-results"), {
    success: contract.ok,
    providerApplicationVersion: version,
    ...(buildUrl === undefined ? {} : { buildUrl }),
    verifiedBy: { implementation: tool.name, version: tool.version },
    testResults: contract.failed.map(({ description, mismatches }) => ({
      interactionDescription: description,
      success: false,
      mismatches: mismatches.map(({ path, message }) => ({
        description: message,
        ...(path === undefined ? {} : { identifier: path }),
      })),
    })),
  });
  return [{ ...base, status: contract.ok ? "kept" : "broken" }];
}

/** A producer's version must be on its branch before its results are, so that pending is decided for that branch. */
async function putBranch(hal: Hal, { service, version, branch }: PublishedVersion): Promise<void> {
  if (branch === undefined) return;
  const values = { pacticipant: service, branch, version };
  const address = linkOf(await hal.index(), "pb:pacticipant-branch-version", values);
  if (address !== undefined) await hal.send("PUT", address, {});
}
