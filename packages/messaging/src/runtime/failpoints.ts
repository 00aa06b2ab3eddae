/** The worst moments. A test switches one on to crash, fail or pause there. */
export const failpointNames = [
  "transact.before_commit",
  "transact.after_commit",
  "relay.before_send",
  "relay.after_send",
  "relay.after_mark",
  "consumer.before_tx",
  "consumer.in_tx",
  "consumer.after_tx",
  "consumer.after_commit",
  "retry.after_start",
  "retry.after_tx",
] as const;

export type Failpoint = (typeof failpointNames)[number];

/** Called at each failpoint with what is at hand; may throw, wait, or end the process. */
export interface Failpoints {
  hit(point: Failpoint, detail: { readonly service: string; readonly events: readonly string[] }): Promise<void> | void;
}

export const noFailpoints: Failpoints = { hit: () => undefined };

/**
 * Failpoints from text such as `relay.after_send=kill@3,consumer.after_tx=kill`: SIGKILL to the own process at the
 * third (default first) passing. Throws a RangeError naming what cannot be read.
 */
export function failpointsFrom(text: string, kill: () => void): Failpoints {
  const plan = new Map<string, number>();
  for (const part of text.split(",").filter((piece) => piece !== "")) {
    const match = /^([a-z_.]+)=kill(?:@(\d+))?$/.exec(part.trim());
    if (match?.[1] === undefined || !failpointNames.some((name) => name === match[1])) {
      throw new RangeError(
        `Cannot read failpoint "${part}"; write name=kill or name=kill@N with a name of: ${failpointNames.join(", ")}.`,
      );
    }
    plan.set(match[1], Number(match[2] ?? 1));
  }
  return {
    hit: (point) => {
      const left = plan.get(point);
      if (left === undefined) return;
      plan.set(point, left - 1);
      if (left === 1) kill();
    },
  };
}
