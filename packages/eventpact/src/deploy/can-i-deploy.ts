import { backlogReasons } from "./backlog.ts";
import { holdingsOf } from "./holdings.ts";
import type { Ignored, Sorted } from "./ignored.ts";
import { isIgnoredToo, withoutIgnored } from "./ignored.ts";
import type { Judge, Row } from "./matrix.ts";
import { rowsBetween } from "./matrix.ts";
import type { Verdict } from "./reading.ts";
import { worst } from "./reading.ts";
import type { Retained } from "./retained.ts";
import { retainedFor } from "./retained.ts";
import type { RollBack } from "./roll-back.ts";
import { rollBackFrom } from "./roll-back.ts";
import type { Moment } from "./time.ts";
import { unservedReasons } from "./unserved.ts";
import { upcasterReasons } from "./upcasters.ts";
import type { Placed, World } from "./world.ts";
import { named, worldWith } from "./world.ts";

/** May this version be deployed there? */
export interface Answer {
  readonly service: string;
  readonly version: string;
  readonly environment: string;
  readonly verdict: Verdict;
  /** Why not, or what is not known: the heaviest first. */
  readonly reasons: readonly Reason[];
  /** What eventpact.yaml says not to count (`deploy.ignore`), with what would be a reason. */
  readonly ignored: readonly Ignored[];
  /** One per event between this version and another one in the environment. */
  readonly rows: readonly Row[];
  readonly retained: readonly Retained[];
  readonly rollBack: RollBack;
}

export interface Reason {
  readonly verdict: "no" | "unknown";
  readonly message: string;
  readonly event: string;
  /** The service that breaks or may break. */
  readonly service: string;
  readonly field?: string;
  /** What makes it known, where it is not. */
  readonly way?: string;
  /** From then on this reason is gone by itself; null: never; absent: it does not depend on time. */
  readonly from?: Moment;
}

/**
 * Answers for a version and an environment: everybody there beside it, both ways; everything that can be met in the topics
 * that it reads; and the way back. Needs no clock and no files.
 */
export function canIDeploy(candidate: Placed, world: World, judge: Judge, now: number): Answer {
  const rows = world.present.flatMap((other) => [
    ...rowsBetween(candidate, other, judge),
    ...rowsBetween(other, candidate, judge),
  ]);
  const itself = rowsBetween(candidate, candidate, judge);
  const all = [...rows, ...itself].toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
  const sorted = withoutIgnored(all, judge.settings, now);
  const later = worldWith(world, candidate, now);
  const retained = retainedFor(candidate.contents, holdingsOf(later, judge.settings, now), judge);
  const reasons = [
    ...sorted.counted.flatMap(rowReasons),
    ...unverifiedReasons(sorted.counted),
    ...unservedReasons(candidate, world),
    ...upcasterReasons(candidate, judge),
    ...retained.flatMap((one) => retainedReasons(candidate, one, sorted)),
    ...backlogReasons(candidate, later, judge, now),
  ];
  return {
    service: candidate.service,
    version: candidate.version,
    environment: world.name,
    verdict: worst(reasons.map(({ verdict }) => verdict)),
    reasons: reasons.toSorted((a, b) => (a.verdict === b.verdict ? 0 : a.verdict === "no" ? -1 : 1)),
    ignored: sorted.ignored,
    rows: all,
    retained,
    rollBack: rollBackFrom(candidate, world, judge, now),
  };
}

const orderOf = ({ provider, consumer, event }: Row): string => `${named(provider)} ${named(consumer)} ${event}`;

const wayOf = (way: string | undefined): { readonly way?: string } => (way === undefined ? {} : { way });

/** What is beyond proof is settled by a test of the code, or by asking less. */
const undecidedWay = (consumer: string): string =>
  `let a contract of ${consumer} name what it reads, and eventpact verify; with deploy: { readers: contract } only that counts`;

function rowReasons({ verdict, consumer, provider, event, problems, status }: Row): readonly Reason[] {
  if (verdict === "yes") return [];
  const subject = `${named(consumer)} reads ${event} of ${named(provider)}`;
  const told = problems.length === 0 ? [{ message: status } as Row["problems"][number]] : problems;
  return told
    .filter(({ kind }) => kind !== "not-verified")
    .map(({ kind, message, field, way = kind === "undecided" ? undecidedWay(consumer.service) : undefined }) => ({
      verdict,
      message: `${subject}: ${message}`,
      event,
      service: consumer.service,
      ...(field === undefined ? {} : { field }),
      ...(verdict === "unknown" ? wayOf(way) : {}),
    }));
}

/** What nobody verified has one cause for many events: one reason per cause. */
function unverifiedReasons(rows: readonly Row[]): readonly Reason[] {
  const open = rows.flatMap((row) =>
    row.problems.filter(({ kind }) => kind === "not-verified").map(({ message, way }) => ({ row, message, way })),
  );
  return [...Map.groupBy(open, ({ message }) => message)].map(([message, group]) => {
    const readers = [...new Set(group.map(({ row }) => row.consumer.service))];
    const events = [...new Set(group.map(({ row }) => row.event))];
    return {
      verdict: "unknown",
      message: `${message} (${events.join(", ")}; read by ${readers.join(", ")})`,
      event: events[0] ?? "",
      service: readers[0] ?? "",
      ...wayOf(group[0]?.way),
    };
  });
}

/** What a deployed version sends now is told by its row already. */
function retainedReasons(
  { service, version }: Placed,
  retained: Retained,
  { counted, uncounted }: Sorted,
): readonly Reason[] {
  const { mustRead, can, event, topic, problems } = retained;
  if (!mustRead || can === "yes") return [];
  if (isIgnoredToo(retained, service, uncounted)) return [];
  if (counted.some((row) => row.event === event && row.consumer.service === service && row.verdict !== "yes"))
    return [];
  return problems.map(({ message, field }) => ({
    verdict: can,
    message: `${service} ${version} must read ${event}, which can still be met in ${topic}: ${message}`,
    event,
    service,
    from: retained.readableFrom ?? null,
    ...(field === undefined ? {} : { field }),
  }));
}
