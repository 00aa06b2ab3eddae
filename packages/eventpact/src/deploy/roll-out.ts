import type { Answer } from "./can-i-deploy.ts";
import { canIDeploy } from "./can-i-deploy.ts";
import type { Judge } from "./matrix.ts";
import type { Verdict } from "./reading.ts";
import { worst } from "./reading.ts";
import type { Placed, World } from "./world.ts";
import { worldWith } from "./world.ts";

/** Whether several services can be deployed one after the other, and in which order. */
export interface RollOut {
  readonly verdict: Verdict;
  /** Services that can be deployed beside each other, group after group. */
  readonly order: readonly (readonly string[])[];
  /** For those in `order` the answer at their turn; for those that have no turn the answer after all others were deployed. */
  readonly answers: readonly Answer[];
}

/**
 * Plays the deployment of all candidates through: whoever may go goes, and the rest is asked again beside it. What has no
 * turn in the end cannot be deployed in any order: two versions of which one closes the way of the other cannot live beside
 * each other, whichever goes first.
 */
export function rollOutOf(candidates: readonly Placed[], world: World, judge: Judge, now: number): RollOut {
  const order: string[][] = [];
  const answers: Answer[] = [];
  let there = world;
  let waiting = candidates;
  for (let isMoving = true; isMoving && waiting.length > 0;) {
    // What is known to go goes first: beside it, what is not known yet may be.
    const asked = waiting.map((one) => ({ one, verdict: canIDeploy(one, there, judge, now).verdict }));
    const wanted = asked.some(({ verdict }) => verdict === "yes") ? "yes" : "unknown";
    const ready = asked.filter(({ verdict }) => verdict === wanted).map(({ one }) => one);
    const group: string[] = [];
    for (const candidate of ready) {
      // Beside those of its own group it is asked again: two that could go alone need not go together.
      const answer = canIDeploy(candidate, there, judge, now);
      if (answer.verdict !== wanted) continue;
      group.push(candidate.service);
      answers.push(answer);
      there = worldWith(there, candidate, now);
    }
    if (group.length > 0) order.push(group);
    isMoving = group.length > 0;
    waiting = waiting.filter(({ service }) => !group.includes(service));
  }
  const stuck = waiting.map((one) => canIDeploy(one, there, judge, now));
  return {
    verdict: worst([...answers, ...stuck].map(({ verdict }) => verdict)),
    order,
    answers: [...answers, ...stuck],
  };
}
