import type { Transfer } from "./contents.ts";
import type { Keeping } from "./keeping.ts";
import { keepingOf } from "./keeping.ts";
import type { StoredMessage, StoredTopic } from "./objects.ts";
import type { DeploySettings } from "../config/settings.ts";
import type { Moment } from "./time.ts";
import { after, isOver, latest } from "./time.ts";
import type { Placed, World } from "./world.ts";
import { named } from "./world.ts";

/** One state of an event version that may lie in a topic, and how long it may be met there and beside it. */
export interface Holding {
  readonly topic: string;
  readonly event: string;
  readonly eventType: string;
  readonly messageHash: string;
  readonly message: StoredMessage;
  /** Who sends it now: `order 1.4.0`. */
  readonly senders: readonly string[];
  /** Who sent it last, when nobody does; "somebody before the records began" where none of the records sent it. */
  readonly lastSender?: string;
  /** Until when it can come out of an outbox, be in the topic, and be in dead letters; null: no end is known. */
  readonly outboxUntil: Moment;
  readonly topicUntil: Moment;
  readonly lettersUntil: Moment;
  /** How long the topic keeps, as a sentence. */
  readonly keeps: string;
}

/**
 * Everything that can still be met in an environment: what is sent now, what versions sent that are gone, and what the
 * documents call retained though no record sent it. What is certainly gone from the topic and the dead letters is left out.
 *
 * A version that is undeployed at u has written its last event into the topic by u + outbox (its outbox is emptied by
 * whoever comes after it). The topic holds that until its retention is over; read at the last moment, it can lie in the
 * dead letters as long again as those are kept.
 */
export function holdingsOf(world: World, settings: DeploySettings, now: number): readonly Holding[] {
  const everybody = [...world.present, ...world.past];
  const written = new Map<string, { readonly transfer: Transfer; readonly by: Placed[] }>();
  for (const placed of everybody)
    for (const transfer of placed.contents.sends) {
      const id = idOf(transfer);
      const entry = written.get(id) ?? { transfer, by: [] };
      entry.by.push(placed);
      written.set(id, entry);
    }
  const known = [...written.values()].map(({ transfer, by }) => {
    const senders = by.filter(({ until }) => until === undefined);
    const last = by.toSorted((a, b) => (b.until ?? 0) - (a.until ?? 0))[0];
    const end = senders.length > 0 ? null : latest(by.map(({ until }) => until ?? null));
    return holdingOf(world, settings, transfer, end, senders.map(named), last ? named(last) : undefined);
  });
  return [...known, ...fromBefore(world, settings, written)]
    .filter(({ lettersUntil, topicUntil }) => !isOver(lettersUntil, now) || !isOver(topicUntil, now))
    .toSorted((a, b) => (`${a.topic} ${a.event} ${a.messageHash}` < `${b.topic} ${b.event} ${b.messageHash}` ? -1 : 1));
}

/** Retained by the documents, and never sent by a recorded version: written before the topic's writer was recorded. */
function fromBefore(
  world: World,
  settings: DeploySettings,
  written: ReadonlyMap<string, { readonly transfer: Transfer }>,
): readonly Holding[] {
  const sent = new Set([...written.values()].map(({ transfer }) => `${transfer.topic} ${transfer.event}`));
  const found = new Map<string, Transfer>();
  for (const { contents } of [...world.present, ...world.past])
    for (const transfer of contents.receives)
      if (transfer.lifecycle === "retained" && !sent.has(`${transfer.topic} ${transfer.event}`))
        found.set(idOf(transfer), transfer);
  return [...found.values()].map((transfer) =>
    holdingOf(world, settings, transfer, recordsBegin(world, transfer.topic), [], "somebody before the records began"),
  );
}

/** Since when every version that wrote into the topic is recorded; null when none is. */
function recordsBegin(world: World, topic: string): Moment {
  const writers = [...world.present, ...world.past].filter(({ contents }) =>
    contents.sends.some((transfer) => transfer.topic === topic),
  );
  return writers.length === 0 ? null : Math.min(...writers.map(({ since }) => since));
}

function holdingOf(
  world: World,
  settings: DeploySettings,
  { topic, event, message, messageHash }: Transfer,
  end: Moment,
  senders: readonly string[],
  last: string | undefined,
): Holding {
  return {
    topic,
    event,
    eventType: message.eventType,
    message,
    messageHash,
    senders,
    ...(senders.length > 0 || last === undefined ? {} : { lastSender: last }),
    ...keptUntil(world, settings, topic, end),
    keeps: keepingIn(world, settings, topic).why,
  };
}

/** Until when what a version wrote that ended then (null: it has not) can be met in the outbox, in the topic, in dead letters. */
export function keptUntil(
  world: World,
  settings: DeploySettings,
  topic: string,
  end: Moment,
): Pick<Holding, "outboxUntil" | "topicUntil" | "lettersUntil"> {
  const { span } = keepingIn(world, settings, topic);
  const outboxUntil = after(end, settings.outbox);
  const topicUntil = after(outboxUntil, span);
  const lettersUntil = after(topicUntil, settings.deadLetters === undefined ? span : settings.deadLetters);
  return { outboxUntil, topicUntil, lettersUntil };
}

/** How long a topic keeps in an environment: every version that is or was there declares it. */
export function keepingIn(world: World, settings: DeploySettings, topic: string): Keeping {
  return keepingOf(settings, topic, declarationsOf(world, topic));
}

export const declarationsOf = ({ present, past }: World, topic: string): readonly StoredTopic[] =>
  [...present, ...past].flatMap(({ contents }) =>
    Object.hasOwn(contents.topics, topic) ? (contents.topics[topic] ?? []) : [],
  );

const idOf = ({ topic, event, messageHash }: Transfer): string => `${topic} ${event} ${messageHash}`;
