import type { RuntimeStatus } from "@eventpact/messaging";
import type { Lagging } from "./calm.ts";
import type { Place } from "./place.ts";

type Status = RuntimeStatus["services"][number];

/** What one process says of one partition: its lane, and the transport's view where it gives one. */
function viewOf({ lanes, subscription }: Status, { topic, partition }: Lagging): string | undefined {
  const lane = lanes.find((one) => one.topic === topic && one.partition === partition);
  const known = Array.isArray(subscription["partitions"]) ? (subscription["partitions"] as { name?: unknown }[]) : [];
  const seen = known.find(({ name }) => name === `${topic}/${partition}`);
  if (lane === undefined && seen === undefined) return undefined;
  return `lane ${JSON.stringify(lane ?? "none")}, transport ${JSON.stringify(seen ?? "none")}`;
}

/** Who is stuck and on what: a line for each partition that lags, then one for each process. */
export async function explain({ members }: Place, behind: readonly Lagging[]): Promise<readonly string[]> {
  const told = await Promise.all(
    members.map(async ({ name, url }) => {
      try {
        const answer = await fetch(`${url}/ops/api/status`, { signal: AbortSignal.timeout(10_000) });
        return { name, status: (await answer.json()) as RuntimeStatus };
      } catch (error) {
        return { name, status: undefined, why: String(error) };
      }
    }),
  );
  const partitions = behind.map((lagging) => {
    const views = told.flatMap(({ name, status }) => {
      const service = status?.services.find((one) => one.service === lagging.service);
      const view = service && viewOf(service, lagging);
      return view === undefined ? [] : [`${name}: ${view}`];
    });
    const owners = views.length === 0 ? "nobody has it" : views.join("; ");
    return `${lagging.service} ${lagging.topic}/${lagging.partition} is ${lagging.lag} behind: ${owners}`;
  });
  const processes = told.map(({ name, status, why }) => {
    if (status === undefined) return `${name} does not answer: ${why}`;
    const services = status.services.map(({ service, problems, relay, subscription }) => {
      const { member, fetching, commitsWaiting } = subscription;
      return { service, problems, relay, member, fetching, commitsWaiting };
    });
    return `${name}: ${JSON.stringify({ database: status.database, services })}`;
  });
  return [...partitions, ...processes];
}
