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
  const known = new Set(older.events.map(({ key }) => key));
  const fresh = newer.events.filter(({ key }) => !known.has(key));
  const ofKinds = [
    ...drafts,
    ...judged.flatMap((one) => one.drafts),
    ...flowDrafts(pairs, older, newer),
    ...newEventDrafts(fresh, newer),
    ...topicDrafts(older, newer, topicNow),
    ...operationDrafts(older, newer, topicNow),
    ...serviceDrafts(older, newer),
  ];
  const isTouched = touchedBetween(older, newer);
  return {
    drafts: joined([...ofKinds, ...fieldDrafts({ older, newer, pairs, settings, isTouched, drafts: ofKinds })]),
    verdicts: judged.flatMap(({ verdict }) => (verdict ? [verdict] : [])),
    pairs,
  };
}
