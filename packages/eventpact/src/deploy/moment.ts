import { UsageError } from "../command-line/command.ts";
import type { Environment } from "./environment.ts";

const SKEW_MS = 600_000;

/**
 * Now, as records say it. Throws `UsageError` where the clock stands before what is recorded already: by how long ago a version
 * ended is judged what can still be met, and a clock that is behind would let it be gone too early.
 */
export function moment(now: Date, environment: Environment): string {
  const at = now.toISOString();
  const all = [...environment.services.values()].flatMap(({ deployed, released, past }) =>
    [...deployed, ...released, ...past].flatMap(({ since, until }) => [since, ...(until === undefined ? [] : [until])]),
  );
  const newest = all.toSorted().at(-1);
  if (newest === undefined || newest <= at) return at;
  // Clocks of two machines that are set by the same source differ by less.
  if (Date.parse(newest) - now.getTime() < SKEW_MS) return newest;
  throw new UsageError(
    `The clock of this machine says ${at}, and ${environment.name} has a record of ${newest}.`,
    "One of the two clocks is wrong. Set this one; a record of the future is corrected in contracts/environments by hand.",
  );
}
