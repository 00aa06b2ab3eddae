import type { DeploySettings } from "../config/settings.ts";
import { keepingOf } from "../deploy/keeping.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { earlierSelves } from "../model/identity.ts";
import type { EventVersion, Model, Topic } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import type { EventPair } from "./events.ts";
import { draft, listed } from "./draft.ts";
import type { Draft, DraftPlace, Level } from "./types.ts";

export interface EventSet {
  /** Event versions that both sides have. */
  readonly pairs: readonly EventPair[];
  readonly drafts: readonly Draft[];
}

interface EventSets {
  readonly older: Model;
  readonly newer: Model;
  /** For how long topics keep what left the documents. */
  readonly deploy: DeploySettings;
}

/**
 * Which event versions came, went, moved and changed their name. Files are no matter: an event is known by its key.
 * `topicNow` says what a topic of the older side is called on the newer one.
 */
export function compareEventSets(sets: EventSets, topicNow: ReadonlyMap<string, string>): EventSet {
  const { older, newer } = sets;
  const before = earlierSelves(older.events, newer.events);
  const known = new Set(before.values());
  const gone = older.events.filter((event) => !known.has(event));
  const come = newer.events.filter((event) => !before.has(event));
  const renamed = renames(gone, come);
  const drafts: Draft[] = [];
  const pairs: EventPair[] = [];
  for (const event of newer.events) {
    const was = before.get(event);
    if (was) {
      pairs.push({ older: was, newer: event });
      if (was.key !== event.key) drafts.push(keyChanged(was, event));
    } else if (![...renamed.values()].includes(event)) drafts.push(added(event));
  }
  for (const event of gone) drafts.push(removed(event, renamed.get(event), sets));
  for (const pair of pairs) drafts.push(...moved(pair, topicNow));
  return { pairs, drafts };
}

function keyChanged(was: EventVersion, is: EventVersion): Draft {
  return draft({
    code: "event-key-changed",
    level: "info",
    subject: { kind: "event", name: is.key },
    message: `${was.key} is called ${is.key} now, because ${whyCalled(was, is)}. It is the same message to its readers; generated names follow.`,
    older: was.place,
    newer: is.place,
  });
}

function whyCalled({ name }: EventVersion, is: EventVersion): string {
  return is.key === name ? `no other message is called ${name} any more` : `others are called ${name} too`;
}

function added({ key, place }: EventVersion): Draft {
  return draft({
    code: "event-added",
    level: "info",
    subject: { kind: "event", name: key },
    message: `${key} is new.`,
    newer: place,
  });
}

/** One event gone and one come that say the same but for their name; only where the pairing is unique. */
function renames(
  gone: readonly EventVersion[],
  come: readonly EventVersion[],
): ReadonlyMap<EventVersion, EventVersion> {
  const found = new Map<EventVersion, EventVersion>();
  if (gone.length === 0 || come.length === 0) return found;
  const byShape = Map.groupBy(come, shapeOf);
  for (const [shape, events] of Map.groupBy(gone, shapeOf)) {
    const [one, ...more] = events;
    const [other, ...others] = byShape.get(shape) ?? [];
    if (shape !== "" && one && other && more.length + others.length === 0) found.set(one, other);
  }
  return found;
}

/** The payload without what names it; empty for one that says too little to be recognised. */
function shapeOf({ payload }: EventVersion): string {
  if (payload.kind !== "json-schema" || !isObject(payload.schema)) return "";
  const properties = own(payload.schema, "properties");
  if (!isObject(properties) || Object.keys(properties).length === 0) return "";
  const nameless: Record<string, Json> = { ...properties };
  for (const name of ["eventType", "version"]) delete nameless[name];
  const { title: _t, description: _d, properties: _p, ...rest } = payload.schema;
  return canonicalJson({ ...rest, properties: nameless });
}

function removed(event: EventVersion, renamed: EventVersion | undefined, { older, newer, deploy }: EventSets): Draft {
  const { key, senders, receivers, lifecycle } = event;
  const subject = { kind: "event", name: key } as const;
  const places = { older: event.place, ...optional("newer", enclosing(event, newer)) };
  if (renamed)
    return draft(
      {
        code: "event-renamed",
        level: "breaking",
        subject,
        message: `${key} is called ${renamed.key} now: for its readers it is gone.`,
        hint: `Add ${renamed.key} beside ${key}, move the readers, then stop sending ${key}.`,
        older: event.place,
        newer: renamed.place,
      },
      [renamed.key],
    );
  const users = [...new Set([...senders, ...receivers])].toSorted();
  const isUnused = users.length === 0;
  const level: Level = isUnused
    ? lifecycle === "active" && event.topics.length === 0
      ? "info"
      : "warning"
    : "breaking";
  const who = [
    ...(senders.length > 0 ? [`${listed(senders)} sent it`] : []),
    ...(receivers.length > 0 ? [`${listed(receivers)} received it`] : []),
  ];
  const kept = event.topics.map((name) =>
    keptFor(
      older.topics.find((topic) => topic.name === name),
      deploy,
    ),
  );
  const message = `${key} is gone${isUnused ? "" : `: ${who.join(", ")}`}. ${kept.filter(Boolean).join(" ")}`.trim();
  return draft({ code: "event-removed", level, subject, message, hint: wayOut(event, newer), ...places });
}

function wayOut(event: EventVersion, newer: Model): string {
  const successor = newer.events.find(({ eventType, key }) => eventType === event.eventType && key !== event.key);
  const similar = nearest(
    event.key,
    newer.events.map(({ key }) => key).filter((key) => key !== successor?.key),
  );
  const meant = successor === undefined && similar !== undefined ? ` Or was ${similar} meant to be ${event.key}?` : "";
  if (event.lifecycle === "retained")
    return `Remove it when no event of it can be in the topic any more, and nobody receives it.${meant}`;
  const beside = successor === undefined ? "" : ` beside ${successor.key}`;
  return `Keep it${beside}, with x-lifecycle: retained once nobody sends it, until its last event has expired.${meant}`;
}

function keptFor(topic: Topic | undefined, deploy: DeploySettings): string {
  const kept = topic && keepingOf(deploy, topic.name, [topic]);
  return kept?.isStated === true ? `${kept.why}.` : "";
}

/** "90 days", "12 hours", "90 seconds". */
export function duration(milliseconds: number): string {
  if (milliseconds < 0) return "ever";
  const units = [
    ["day", 86_400_000] as const,
    ["hour", 3_600_000] as const,
    ["minute", 60_000] as const,
    ["second", 1000] as const,
  ];
  const [name, size] = units.find(([, size]) => milliseconds >= size) ?? ["millisecond", 1];
  const count = Math.round((milliseconds / size) * 10) / 10;
  return `${count.toLocaleString("en")} ${name}${count === 1 ? "" : "s"}`;
}

function moved({ older, newer }: EventPair, topicNow: ReadonlyMap<string, string>): readonly Draft[] {
  const was = older.topics.map((name) => topicNow.get(name) ?? name);
  const left = was.filter((name) => !newer.topics.includes(name));
  const joined = newer.topics.filter((name) => !was.includes(name));
  if (left.length + joined.length === 0) return [];
  const where = joined.length > 0 ? `is in ${listed(joined)} now` : "is in no other topic";
  const isUsed = older.senders.length + older.receivers.length > 0;
  return [
    draft(
      {
        code: "event-moved",
        level: left.length === 0 ? "info" : isUsed ? "breaking" : "warning",
        subject: { kind: "event", name: newer.key },
        message:
          left.length === 0
            ? `${newer.key} is in ${listed(joined)} as well now.`
            : `${newer.key} left ${listed(left)} and ${where}.`,
        ...(left.length === 0
          ? {}
          : {
              hint: `Its readers listen to ${listed(left)}, and what is there stays there: send it to both until they have moved.`,
            }),
        older: older.place,
        newer: newer.place,
      },
      [...left, "→", ...joined],
    ),
  ];
}

/** Where a reader of the newer side looks for what is gone: the list of the topic's messages, else the sender's document. */
function enclosing(event: EventVersion, newer: Model): DraftPlace | undefined {
  const channel = newer.channels.find(({ topic }) => event.topics.includes(topic));
  if (channel) return { file: channel.place.file, pointer: `${channel.place.pointer}/messages`, part: "key" };
  const users = new Set([...event.senders, ...event.receivers]);
  const document = newer.documents.find(({ service }) => users.has(service)) ?? newer.documents[0];
  return document && { file: document.file, pointer: "/channels", part: "key" };
}

/** The field, if there is a value for it. */
export function optional<K extends string, V>(name: K, value: V | undefined): { [key in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: V });
}
