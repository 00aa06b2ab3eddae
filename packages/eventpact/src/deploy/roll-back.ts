import type { Holding } from "./holdings.ts";
import { holdingsOf, keepingIn } from "./holdings.ts";
import type { Judge, Row } from "./matrix.ts";
import { rowsBetween } from "./matrix.ts";
import type { Verdict } from "./reading.ts";
import { worst } from "./reading.ts";
import { retainedFor } from "./retained.ts";
import type { Moment } from "./time.ts";
import { after, latest } from "./time.ts";
import type { Placed, World } from "./world.ts";
import { worldWith } from "./world.ts";

/** Whether the version that a deployment replaces could come back afterwards. */
export interface RollBack {
  /** The version to go back to; absent when this is the first deployment. */
  readonly to?: string;
  readonly verdict: Verdict;
  readonly reasons: readonly string[];
  /** From then on readers may have dropped what the older version sends; null: no end is known. */
  readonly until: Moment;
  readonly untilWhy: string;
}

/**
 * Judges the way back: the older version beside what is deployed, with everything in the topics that the newer one will
 * have written by then. What only the older version sends stays readable for as long as it is retained, since until then
 * no reader may drop it; that is how long the way back is open.
 */
export function rollBackFrom(candidate: Placed, world: World, judge: Judge, now: number): RollBack {
  const before = world.present.find(({ service, kind }) => service === candidate.service && kind === "deployed");
  if (before === undefined)
    return { verdict: "yes", reasons: [], until: null, untilWhy: "There is no version to go back to." };
  const later = worldWith(world, candidate, now);
  const others = later.present.filter(({ service }) => service !== candidate.service);
  const rows = [...others, candidate].flatMap((other) => [
    ...rowsBetween(before, other, judge),
    ...(other === candidate ? [] : rowsBetween(other, before, judge)),
  ]);
  // What is verified or not was settled when it was deployed: only what breaks counts on the way back.
  const broken = rows.filter(({ verdict }) => verdict === "no");
  const unreadable = retainedFor(before.contents, holdingsOf(later, judge.settings, now), judge).filter(
    ({ mustRead, can }) => mustRead && can !== "yes",
  );
  const reasons = [
    ...broken.map(rowReason),
    ...unreadable
      .filter(({ event }) => !broken.some((row) => row.event === event && row.consumer.service === before.service))
      .map(
        ({ event, topic, problems }) => `${event} may lie in ${topic} by then: ${problems[0]?.message ?? "unreadable"}`,
      ),
  ];
  const verdict = worst([...broken.map((row) => row.verdict), ...unreadable.map(({ can }) => can)]);
  return {
    to: before.version,
    verdict,
    reasons: [...new Set(reasons)],
    ...openUntil(candidate, before, later, judge, now),
  };
}

const rowReason = ({ consumer, provider, event, problems }: Row): string =>
  `${consumer.service} ${consumer.version} could not read ${event} of ${provider.service} ${provider.version}: ${problems[0]?.message ?? ""}`;

function openUntil(
  candidate: Placed,
  before: Placed,
  world: World,
  { settings }: Judge,
  now: number,
): Pick<RollBack, "until" | "untilWhy"> {
  const kept = new Set(candidate.contents.sends.map(({ messageHash }) => messageHash));
  const dropped = before.contents.sends.filter(({ messageHash }) => !kept.has(messageHash));
  const ends = dropped.map((transfer) => {
    const { span } = keepingIn(world, settings, transfer.topic);
    const topicUntil = after(after(now, settings.outbox), span);
    const lettersUntil = after(topicUntil, settings.deadLetters === undefined ? span : settings.deadLetters);
    return { event: transfer.event, at: latest([topicUntil, lettersUntil]) };
  });
  const first = ends.filter(({ at }) => at !== null).toSorted((a, b) => (a.at ?? 0) - (b.at ?? 0))[0];
  if (first === undefined)
    return { until: null, untilWhy: "What it sends is not on its way out; any later change is asked about anew." };
  return {
    until: first.at,
    untilWhy: `Until then every reader must read ${first.event} as ${before.version} sends it.`,
  };
}

export type { Holding };
