import type { Holding } from "./holdings.ts";
import { holdingsOf, keepingIn } from "./holdings.ts";
import type { DeploySettings } from "../config/settings.ts";
import type { Moment } from "./time.ts";
import { after, isOver, latest } from "./time.ts";
import type { World } from "./world.ts";
import { named } from "./world.ts";

/** Something that keeps an event version from being retired. */
export interface Obstacle {
  readonly kind: "sent" | "outbox" | "topic" | "dead-letters" | "needed";
  readonly message: string;
  /** From then on it is no obstacle; null: not by itself. */
  readonly until: Moment;
}

/** Whether an event version may leave the documents, as far as one environment goes. */
export interface Retirement {
  readonly event: string;
  readonly topic: string;
  readonly environment: string;
  readonly may: boolean;
  /** From when it may go by itself; null when something has to be done first, or no end is known. */
  readonly from: Moment;
  /** While somebody sends it: from when it could go at the earliest, were its last sender gone now. */
  readonly earliest: Moment;
  readonly obstacles: readonly Obstacle[];
}

/** Nothing may send it, hold it or need it: senders, outboxes, the topic, dead letters, and readers of no other version. */
export function retirementOf(
  event: string,
  topic: string,
  world: World,
  settings: DeploySettings,
  now: number,
): Retirement {
  const held = holdingsOf(world, settings, now).filter((one) => one.event === event && one.topic === topic);
  const obstacles = [...sentBy(event, topic, world), ...heldBy(held, world, now), ...neededBy(event, topic, world)];
  const from = obstacles.length === 0 ? now : latest(obstacles.map(({ until }) => until));
  const { span } = keepingIn(world, settings, topic);
  const topicUntil = after(after(now, settings.outbox), span);
  const earliest = after(topicUntil, settings.deadLetters === undefined ? span : settings.deadLetters);
  return { event, topic, environment: world.name, may: obstacles.length === 0, from, earliest, obstacles };
}

function sentBy(event: string, topic: string, { present }: World): readonly Obstacle[] {
  return present
    .filter(({ contents }) => contents.sends.some((one) => one.event === event && one.topic === topic))
    .map((placed) => ({ kind: "sent", message: `${named(placed)} sends it`, until: null }));
}

function heldBy(held: readonly Holding[], world: World, now: number): readonly Obstacle[] {
  return held
    .filter(({ senders }) => senders.length === 0)
    .flatMap(({ topic, event, outboxUntil, topicUntil, lettersUntil, lastSender, keeps }) => {
      const last = lastSender ?? "its last sender";
      const obstacles: Obstacle[] = [];
      const who = `written by ${last}`;
      if (!isOver(outboxUntil, now))
        obstacles.push({ kind: "outbox", message: `an outbox may hold it, ${who}`, until: outboxUntil });
      if (!isOver(topicUntil, now))
        obstacles.push({ kind: "topic", message: `${topic} may hold it, ${who}; ${keeps}`, until: topicUntil });
      const groups = readersOf(event, topic, world);
      if (!isOver(lettersUntil, now) && groups.length > 0)
        obstacles.push({
          kind: "dead-letters",
          message: `dead letters of ${topic} may hold it (${groups.join(", ")})`,
          until: lettersUntil,
        });
      return obstacles;
    });
}

/** Whose dead letters may hold it: a group keeps those of versions that it receives no more. */
const readersOf = (event: string, topic: string, { present, past }: World): readonly string[] => [
  ...new Set(
    [...present, ...past]
      .filter(({ contents }) => contents.receives.some((one) => one.event === event && one.topic === topic))
      .map(({ service }) => service),
  ),
];

/** Who would hear nothing of this kind any more. */
function neededBy(event: string, topic: string, { present }: World): readonly Obstacle[] {
  return present
    .filter(({ contents }) => {
      const mine = contents.receives.filter((one) => one.topic === topic);
      const type = mine.find((one) => one.event === event)?.message.eventType;
      return type !== undefined && !mine.some((one) => one.event !== event && one.message.eventType === type);
    })
    .map((placed) => ({ kind: "needed", message: `${named(placed)} receives no other version of it`, until: null }));
}
