import type { Contents } from "./contents.ts";
import type { Judge } from "./matrix.ts";
import { canRead, hears } from "./reading.ts";
import type { Transfer } from "./contents.ts";
import type { Retirement } from "./retire.ts";
import { retirementOf } from "./retire.ts";
import type { Moment } from "./time.ts";
import type { Placed, World } from "./world.ts";

/** One step of a roll-out, in one environment. */
export interface Phase {
  readonly title: string;
  /** What has to hold before the next phase may begin. */
  readonly gate: string;
  readonly done: boolean;
  readonly states: readonly PhaseState[];
  /** From when its gate can open by itself; null when it does not, absent when time is no matter. */
  readonly opens?: Moment;
}

/** How far one service (or place) is with a phase. */
export interface PhaseState {
  readonly who: string;
  readonly done: boolean;
  readonly note: string;
}

/** A family of versions of one event type in one topic. */
export interface Move {
  readonly topic: string;
  readonly eventType: string;
  readonly from: string;
  readonly to: string;
}

const phase = (
  title: string,
  gate: string,
  states: readonly PhaseState[],
  done = states.every((one) => one.done),
): Phase => ({
  title,
  gate,
  done,
  states,
});

/** Older beside newer, consumers, producers, retire. `described`: the documents have the newer version. */
export function versionPhases(
  { topic, eventType, from, to }: Move,
  world: World,
  judge: Judge,
  now: number,
  described: { readonly newer: boolean; readonly older: boolean },
): readonly Phase[] {
  const deployed = (placed: Placed): string => `${placed.service} ${placed.version}`;
  const receives = (contents: Contents, event: string): boolean =>
    contents.receives.some((one) => one.topic === topic && one.event === event);
  const sends = (contents: Contents, event: string): boolean =>
    contents.sends.some((one) => one.topic === topic && one.event === event);
  const consumers = world.present
    .filter(({ contents }) => hears(contents, topic, eventType))
    .map((placed) => {
      const [hasOld, hasNew] = [receives(placed.contents, from), receives(placed.contents, to)];
      const note = hasNew ? (hasOld ? "reads both" : `reads ${to}`) : `reads ${from} only`;
      return { who: deployed(placed), done: hasNew, note };
    });
  const producers = world.present
    .filter(({ contents }) => sends(contents, from) || sends(contents, to))
    .map((placed) => {
      const [sendsOld, sendsNew] = [sends(placed.contents, from), sends(placed.contents, to)];
      const note = sendsNew ? (sendsOld ? "sends both" : `sends ${to}`) : `sends ${from}`;
      return { who: deployed(placed), done: sendsNew && !sendsOld, note };
    });
  const nobody = { who: "nobody", done: false, note: `sends ${eventType} yet` };
  const retirement = retirementOf(from, topic, world, judge.settings, now);
  return [
    phase(`Describe ${to} beside ${from}`, `the documents have ${to}`, [
      {
        who: "documents",
        done: described.newer,
        note: described.newer ? `have ${to}` : `eventpact new version ${eventType}`,
      },
    ]),
    phase("Consumers", `everybody who hears ${eventType} reads ${to} too`, consumers),
    phase("Producers", `${to} is sent, and ${from} no more`, producers.length > 0 ? producers : [nobody]),
    retirePhase(retirement, described.older),
  ];
}

/** The last step: nothing sends, holds or needs the version. */
export function retirePhase(retirement: Retirement, isDescribed: boolean): Phase {
  const { event, may, from, obstacles } = retirement;
  const states = obstacles.map(({ message, kind }) => ({ who: kind, done: false, note: message }));
  const note = isDescribed ? `${event} may be taken out of the documents` : `${event} is gone`;
  const free = { who: "documents", done: !isDescribed, note };
  return {
    ...phase(`Retire ${event}`, `nothing can send, hold or need ${event}`, may ? [free] : states, may && !isDescribed),
    ...(may ? {} : { opens: from }),
  };
}

/** Readers of the changed schema first, then its writers. */
export function consumersFirst(changed: Transfer, world: World, judge: Judge): readonly Phase[] {
  return [consumerPhase(changed, world, judge), producerPhase(changed, world)];
}

/** Writers first, then waiting for the older events to be gone, then the readers who rely on the change. */
export function producersFirst(
  changed: Transfer,
  world: World,
  waiting: { readonly unreadable: number; readonly opens: Moment },
): readonly Phase[] {
  const { event } = changed;
  const isFree = waiting.unreadable === 0;
  const note = isFree ? "no event of before can be met" : `${waiting.unreadable} older state(s) of ${event} can be met`;
  const wait: Phase = {
    ...phase("Wait", `no ${event} of before can be met`, [{ who: changed.topic, done: isFree, note }]),
    ...(isFree ? {} : { opens: waiting.opens }),
  };
  return [producerPhase(changed, world), wait, adopted("Consumers", changed, world, "receives")];
}

/** No order is needed. */
export function anyOrder(changed: Transfer, world: World): readonly Phase[] {
  const [consumers, producers] = [
    adopted("Consumers", changed, world, "receives"),
    adopted("Producers", changed, world, "sends"),
  ];
  return [phase("Deploy in any order", "nothing waits for it", [...consumers.states, ...producers.states])];
}

function consumerPhase(changed: Transfer, world: World, judge: Judge): Phase {
  const states = world.present
    .filter(({ contents }) => hears(contents, changed.topic, changed.message.eventType))
    .map(({ service, version, contents }) => {
      const { verdict, problems } = canRead(contents, changed, judge);
      const note = verdict === "yes" ? "reads it as it will be" : (problems[0]?.message ?? "does not read it");
      return { who: `${service} ${version}`, done: verdict === "yes", note };
    });
  return phase("Consumers", `everybody who hears ${changed.event} reads it as it will be`, states);
}

const producerPhase = (changed: Transfer, world: World): Phase => adopted("Producers", changed, world, "sends");

function adopted(title: string, changed: Transfer, world: World, side: "sends" | "receives"): Phase {
  const verb = side === "sends" ? "sends" : "reads by";
  const states = world.present.flatMap(({ service, version, contents }) => {
    const mine = contents[side].filter((one) => one.event === changed.event && one.topic === changed.topic);
    if (mine.length === 0) return [];
    const done = mine.every(({ messageHash }) => messageHash === changed.messageHash);
    return [{ who: `${service} ${version}`, done, note: done ? `${verb} the new schema` : `${verb} the old schema` }];
  });
  return phase(title, `${title.toLowerCase()} have the new schema of ${changed.event}`, states);
}
