import type { Contents, Transfer } from "./contents.ts";
import type { Answer } from "./can-i-deploy.ts";
import { canIDeploy } from "./can-i-deploy.ts";
import type { FieldUse } from "./fields.ts";
import { fieldMoves } from "./fields.ts";
import { holdingsOf } from "./holdings.ts";
import type { Judge } from "./matrix.ts";
import { judgePayload } from "../judge/payloads.ts";
import type { Phase } from "./phases.ts";
import { anyOrder, consumersFirst, producersFirst, retirePhase, versionPhases } from "./phases.ts";
import type { Verdict } from "./reading.ts";
import { canRead, hears, worst } from "./reading.ts";
import { freeFrom } from "./retained.ts";
import type { Retirement } from "./retire.ts";
import { retirementOf } from "./retire.ts";
import type { DeploySettings } from "../config/settings.ts";
import type { DirectedVerdicts, Strategy } from "./strategy.ts";
import { strategyFor, whyOf } from "./strategy.ts";
import { latest } from "./time.ts";
import type { Placed, World } from "./world.ts";

/** What has to happen, in which order, before an environment is as the documents are. */
export interface Plan {
  readonly environment: string;
  readonly migrations: readonly Migration[];
  /** Versions that left the documents though something in the environment still sends, holds or needs them. */
  readonly tooEarly: readonly Retirement[];
  /** Every service that differs from what is deployed, and whether it may be deployed now. */
  readonly services: readonly Next[];
}

/** One change of one event, with its phases in order. */
export interface Migration {
  readonly event: string;
  readonly to?: string;
  readonly topic: string;
  readonly strategy: Strategy;
  /** Why this order: from the two directed verdicts. */
  readonly why: string;
  /** `backward`: new readers read old events; `forward`: old readers read new events. Absent between versions. */
  readonly verdicts?: DirectedVerdicts;
  readonly phases: readonly Phase[];
  /** The first phase that is not done, from 1; absent when all are. */
  readonly at?: number;
  /** Fields of the event that are coming or going. */
  readonly fields: readonly FieldUse[];
}

export interface Next {
  readonly service: string;
  readonly version: string;
  readonly deployed?: string;
  readonly verdict: Verdict;
  readonly because?: string;
}

/** Derives the plan for one environment from what is there and what the documents say now. Pure. */
export function planFor(target: readonly Placed[], world: World, judge: Judge, now: number): Plan {
  const contents = target.map((one) => one.contents);
  const versions = versionMigrations(contents, world, judge, now);
  const schemas = schemaMigrations(target, world, judge, now);
  const retired = retiredAlone(contents, world, judge, now);
  const answers = target.filter((one) => isChanged(one, world)).map((one) => canIDeploy(one, world, judge, now));
  return {
    environment: world.name,
    migrations: [...schemas, ...versions, ...retired.map(aloneMigration)].filter(({ at }) => at !== undefined),
    tooEarly: tooEarly(contents, world, judge.settings, now),
    services: answers.map((answer) => nextOf(answer, world)),
  };
}

/** Event versions that the documents no longer have though the environment is not done with them. */
export function tooEarly(
  target: readonly Contents[],
  world: World,
  settings: DeploySettings,
  now: number,
): readonly Retirement[] {
  const known = new Set(target.flatMap(transfersOf).map(idOf));
  return [...goneFrom(known, world, settings, now).values()]
    .map(({ event, topic }) => retirementOf(event, topic, world, settings, now))
    .filter(({ may }) => !may);
}

const isChanged = ({ service, contents, producer }: Placed, { present }: World): boolean => {
  const mine = present.filter((one) => one.service === service && one.kind === "deployed");
  return !mine.some((one) => one.contents.hash === contents.hash && one.producer === producer);
};

function nextOf({ service, version, verdict, reasons }: Answer, world: World): Next {
  const deployed = world.present.find((one) => one.service === service && one.kind === "deployed");
  return {
    service,
    version,
    ...(deployed ? { deployed: deployed.version } : {}),
    verdict,
    ...(reasons[0] ? { because: reasons[0].message } : {}),
  };
}

const transfersOf = ({ sends, receives }: Contents): readonly Transfer[] => [...sends, ...receives];
const idOf = ({ topic, event }: Pick<Transfer, "topic" | "event">): string => `${topic} ${event}`;

/** Known to the environment (said, heard, or still held), and not to the documents. */
function goneFrom(
  known: ReadonlySet<string>,
  world: World,
  settings: DeploySettings,
  now: number,
): ReadonlyMap<string, Pick<Transfer, "topic" | "event" | "message">> {
  const there = [
    ...world.present.flatMap(({ contents }) => transfersOf(contents)),
    ...holdingsOf(world, settings, now),
  ];
  return new Map(there.filter((one) => !known.has(idOf(one))).map((one) => [idOf(one), one]));
}

/** Every older version of an event type that is still somewhere moves to the newest one. */
function versionMigrations(target: readonly Contents[], world: World, judge: Judge, now: number): readonly Migration[] {
  const described = target.flatMap(transfersOf);
  const there = [
    ...described,
    ...world.present.flatMap(({ contents }) => transfersOf(contents)),
    ...holdingsOf(world, judge.settings, now),
  ];
  const families = Map.groupBy(there, ({ topic, message }) => `${topic} ${message.eventType}`);
  return [...families.values()].flatMap((family) => {
    const newest = newestOf(described.filter((one) => isOf(one, family)));
    if (newest === undefined) return [];
    const older = new Map(
      family
        .filter(({ message }) => (message.version ?? 0) < (newest.message.version ?? 0))
        .map((one) => [one.event, one]),
    );
    return [...older.values()].map(({ event, topic, message }) => {
      const isDescribed = described.some((one) => one.event === event && one.topic === topic);
      const move = { topic, eventType: message.eventType, from: event, to: newest.event };
      const why = `${newest.event} takes the place of ${event}; both are read until nothing sends, holds or needs ${event}.`;
      return migration({ event, to: newest.event, topic, strategy: "side-by-side", why, fields: [] }, () =>
        versionPhases(move, world, judge, now, { newer: true, older: isDescribed }),
      );
    });
  });
}

const isOf = ({ topic, message }: Transfer, [first]: readonly Pick<Transfer, "topic" | "message">[]): boolean =>
  topic === first?.topic && message.eventType === first.message.eventType;

const newestOf = (transfers: readonly Transfer[]): Transfer | undefined =>
  transfers.toSorted((a, b) => (b.message.version ?? 0) - (a.message.version ?? 0))[0];

function migration(base: Omit<Migration, "phases" | "at">, phasesOf: () => readonly Phase[]): Migration {
  const phases = phasesOf();
  const at = phases.findIndex(({ done }) => !done);
  return { ...base, phases, ...(at < 0 ? {} : { at: at + 1 }) };
}

/** Versions without a successor that left the documents. */
function retiredAlone(target: readonly Contents[], world: World, judge: Judge, now: number): readonly Retirement[] {
  const described = target.flatMap(transfersOf);
  return [...goneFrom(new Set(described.map(idOf)), world, judge.settings, now).values()]
    .filter(
      ({ topic, message }) =>
        !described.some((one) => one.topic === topic && one.message.eventType === message.eventType),
    )
    .map(({ event, topic }) => retirementOf(event, topic, world, judge.settings, now));
}

const aloneMigration = (retirement: Retirement): Migration =>
  migration(
    {
      event: retirement.event,
      topic: retirement.topic,
      strategy: "retire",
      why: `${retirement.event} is gone from the documents and has no successor.`,
      fields: [],
    },
    () => [retirePhase(retirement, false)],
  );

/** Every event whose schema differs from what somebody deployed sends or reads by. */
function schemaMigrations(target: readonly Placed[], world: World, judge: Judge, now: number): readonly Migration[] {
  const described = new Map<string, Transfer>();
  for (const transfer of target.flatMap(({ contents }) => transfersOf(contents)))
    described.set(idOf(transfer), transfer);
  return [...described.values()].flatMap((changed) => {
    const deployed = world.present
      .flatMap(({ contents }) => transfersOf(contents))
      .filter((one) => idOf(one) === idOf(changed));
    const before = [...new Map(deployed.map((one) => [one.messageHash, one])).values()].filter(
      ({ messageHash }) => messageHash !== changed.messageHash,
    );
    return before.length === 0 ? [] : [schemaMigration(changed, before, target, world, judge, now)];
  });
}

function schemaMigration(
  changed: Transfer,
  before: readonly Transfer[],
  target: readonly Placed[],
  world: World,
  judge: Judge,
  now: number,
): Migration {
  const held = holdingsOf(world, judge.settings, now).filter((one) => idOf(one) === idOf(changed));
  const listeners = (all: readonly Placed[]): readonly Placed[] =>
    all.filter(({ contents }) => hears(contents, changed.topic, changed.message.eventType));
  const open = new Set<string>();
  const reads = (reader: Placed, written: Transfer | (typeof held)[number]): Verdict => {
    const { verdict, problems } = canRead(reader.contents, written, judge);
    for (const { kind, message } of problems) if (kind === "undecided") open.add(message);
    return verdict;
  };
  const older = held.filter(({ messageHash }) => messageHash !== changed.messageHash);
  const backward = worst([
    ...listeners(target).flatMap((reader) => [...before, ...older].map((written) => reads(reader, written))),
    ...(listeners(target).length === 0 ? before.map((one) => bySchema(one, changed, judge)) : []),
  ]);
  // Old readers may all be gone by now; the change is what it was all the same.
  const byCopies = judge.settings.readers === "validate" || listeners(world.present).length === 0;
  const forward = worst([
    ...listeners(world.present).map((reader) => reads(reader, changed)),
    ...(byCopies ? before.map((one) => bySchema(changed, one, judge)) : []),
  ]);
  const unreadable = older.filter((one) => listeners(target).some((reader) => reads(reader, one) !== "yes"));
  const waiting = { unreadable: unreadable.length, opens: latest([now, ...unreadable.map(freeFrom)]) };
  const verdicts = { backward, forward };
  const strategy = strategyFor(verdicts);
  const base = {
    event: changed.event,
    topic: changed.topic,
    strategy,
    why: whyOf(verdicts, [...open]),
    verdicts,
  };
  const fields = fieldMoves(changed, before, world);
  if (strategy === "any-order") return migration({ ...base, fields }, () => anyOrder(changed, world));
  if (strategy === "consumers-first")
    return migration({ ...base, fields }, () => consumersFirst(changed, world, judge));
  if (strategy === "producers-first")
    return migration({ ...base, fields }, () => producersFirst(changed, world, waiting));
  const { eventType, version } = changed.message;
  const to = `${eventType}.v${(version ?? 1) + 1}`;
  const move = { topic: changed.topic, eventType, from: changed.event, to };
  return migration({ ...base, to, fields }, () =>
    versionPhases(move, world, judge, now, { newer: false, older: true }),
  );
}

function bySchema(written: Transfer, read: Transfer, { schemas }: Judge): Verdict {
  const { verdict } = judgePayload(schemas, written.message.payload, read.message.payload);
  return verdict === "compatible" ? "yes" : verdict === "incompatible" ? "no" : "unknown";
}
