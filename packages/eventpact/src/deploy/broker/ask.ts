import { UsageError } from "../../command-line/command.ts";
import { own, ownString } from "../../read/json.ts";
import type { Verdict } from "../reading.ts";
import type { Hal } from "./hal.ts";
import { linkOf, namedLink, neededLink } from "./hal.ts";

/** What a broker's own can-i-deploy says. */
export interface BrokerAnswer {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  readonly verdict: Verdict;
  readonly reason: string;
}

/** Asks the broker about a version that was published there. `deployable: null` is its "unknown". */
export async function brokerAnswer(
  hal: Hal,
  { service, version, environment }: Pick<BrokerAnswer, "service" | "version" | "environment">,
): Promise<BrokerAnswer> {
  const relation = "pb:can-i-deploy-pacticipant-version-to-environment";
  const values = { pacticipant: service, version, environment };
  const found = await hal.get(neededLink(await hal.index(), relation, values));
  const summary = own(found, "summary");
  const deployable = own(summary, "deployable");
  const reason =
    found === undefined
      ? `the broker knows no ${service} ${version}`
      : (ownString(summary, "reason") ?? "no reason given");
  return {
    service,
    version,
    environment,
    verdict: deployable === true ? "yes" : deployable === false ? "no" : "unknown",
    reason,
  };
}

/** Tells the broker what was deployed or released. The environment must be known there. */
export async function tellBroker(
  hal: Hal,
  what: "deployment" | "release",
  { service, version, environment }: Pick<BrokerAnswer, "service" | "version" | "environment">,
): Promise<void> {
  const index = await hal.index();
  const found = await hal.get(neededLink(index, "pb:pacticipant-version", { pacticipant: service, version }));
  if (found === undefined)
    throw new UsageError(
      `The Pact Broker knows no ${service} ${version}.`,
      "eventpact publish tells it of the version's contracts first.",
    );
  const link = namedLink(found, `pb:record-${what}`, environment);
  if (link === undefined)
    throw new UsageError(
      `The Pact Broker has no environment "${environment}".`,
      `Make it there first: pact-broker create-environment --name ${environment}`,
    );
  await hal.send("POST", link, {});
}

/** Tells the broker that a version is gone; what it did not know of is no fault. */
export async function tellBrokerGone(
  hal: Hal,
  {
    service,
    version,
    environment,
  }: { readonly service: string; readonly version?: string; readonly environment: string },
): Promise<void> {
  const environments = await hal.get(neededLink(await hal.index(), "pb:environments"));
  const link = environments && environmentLink(environments, environment);
  const found = link === undefined ? undefined : await hal.get(link);
  if (found === undefined) throw new UsageError(`The Pact Broker has no environment "${environment}".`);
  const kinds = [
    ["pb:currently-deployed-deployed-versions", "deployedVersions", { currentlyDeployed: false }],
    ["pb:currently-supported-released-versions", "releasedVersions", { currentlySupported: false }],
  ] as const;
  for (const [relation, list, change] of kinds) {
    const address = linkOf(found, relation);
    const resource = address === undefined ? undefined : await hal.get(withService(address, service));
    const versions = own(own(resource, "_embedded"), list);
    for (const one of Array.isArray(versions) ? versions : []) {
      const embedded = own(one, "_embedded");
      const isMine = ownString(own(embedded, "pacticipant"), "name") === service;
      const isMeant = version === undefined || ownString(own(embedded, "version"), "number") === version;
      const self = linkOf(one, "self");
      if (isMine && isMeant && self !== undefined) await hal.send("PATCH", self, change);
    }
  }
}

const withService = (address: string, service: string): string =>
  `${address}${address.includes("?") ? "&" : "?"}pacticipant=${encodeURIComponent(service)}`;

function environmentLink(environments: Parameters<typeof own>[0], name: string): string | undefined {
  const listed = own(own(environments, "_embedded"), "environments");
  const found = (Array.isArray(listed) ? listed : []).find((one) => ownString(one, "name") === name);
  return found === undefined ? undefined : linkOf(found, "self");
}
