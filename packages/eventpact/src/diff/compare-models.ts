import type { Model } from "../model/types.ts";
import { joined } from "./draft.ts";
import { compareEventSets } from "./event-set.ts";
import type { EventPair, EventSettings } from "./events.ts";
import { eventDrafts } from "./events.ts";
import { fieldDrafts } from "./fields/field-drafts.ts";
import { flowDrafts, newEventDrafts } from "./flows.ts";
import { operationDrafts } from "./operations.ts";
import { serviceDrafts } from "./services.ts";
import { topicDrafts, topicRenames } from "./topics.ts";
import { touchedBetween } from "./touched.ts";
import type { Draft, EventVerdict } from "./types.ts";

/** All that differs between two states of the documents. Pure: the same models, the same answer. */
export interface ModelComparison {
  readonly drafts: readonly Draft[];
  readonly verdicts: readonly EventVerdict[];
  /** Event versions that both sides have. */
  readonly pairs: readonly EventPair[];
}

export function compareModels(older: Model, newer: Model, settings: EventSettings): ModelComparison {
  const topicNow = topicRenames(older, newer);
  const { pairs, drafts } = compareEventSets({ older, newer, deploy: settings.deploy }, topicNow);
  const judged = pairs.map((pair) => eventDrafts(pair, { older, newer }, settings));
  const known = new Set(pairs.map((pair) => pair.newer));
  const fresh = newer.events.filter((event) => !known.has(event));
  const was = inNewKeys(older, pairs);
  const ofKinds = [
    ...drafts,
    ...judged.flatMap((one) => one.drafts),
    ...flowDrafts(pairs, older, newer),
    ...newEventDrafts(fresh, newer),
    ...topicDrafts(was, newer, topicNow),
    ...operationDrafts(was, newer, topicNow),
    ...serviceDrafts(older, newer),
  ];
  const isTouched = touchedBetween(older, newer);
  return {
    drafts: joined([...ofKinds, ...fieldDrafts({ older, newer, pairs, settings, isTouched, drafts: ofKinds })]),
    verdicts: judged.flatMap(({ verdict }) => (verdict ? [verdict] : [])),
    pairs,
  };
}

/** The older side with its lists of messages in the keys of the newer one, so that the same message is the same word. */
function inNewKeys(older: Model, pairs: readonly EventPair[]): Model {
  const renamed = pairs.flatMap((pair) =>
    pair.older.key === pair.newer.key ? [] : [[pair.older.key, pair.newer.key] as const],
  );
  if (renamed.length === 0) return older;
  const keys = new Map(renamed);
  const now = (key: string): string => keys.get(key) ?? key;
  return {
    ...older,
    channels: older.channels.map((channel) => ({
      ...channel,
      messages: new Map([...channel.messages].map(([name, key]) => [name, now(key)])),
    })),
    operations: older.operations.map(({ reply, ...operation }) => ({
      ...operation,
      events: operation.events.map(now),
      ...(reply ? { reply: { ...reply, events: reply.events.map(now) } } : {}),
    })),
  };
}
