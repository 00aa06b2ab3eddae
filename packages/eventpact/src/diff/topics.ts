import { keysAt } from "../model/channels.ts";
import { kafkaSpan } from "../deploy/time.ts";
import { topicSettings } from "../model/topics.ts";
import type { Channel, Model, Topic } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { own, ownString } from "../read/json.ts";
import { pointerTokens } from "../read/pointer.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import { below, draft, listed } from "./draft.ts";
import { duration } from "./event-set.ts";
import type { Draft, Level } from "./types.ts";

/** What the topics of the older side are called on the newer one, where that is something else. */
export function topicRenames(older: Model, newer: Model): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const still = new Set(newer.topics.map(({ name }) => name));
  for (const { older: was, newer: is } of channelPairs(older, newer))
    if (was.topic !== is.topic && !still.has(was.topic)) renames.set(was.topic, is.topic);
  return renames;
}

export interface ChannelPair {
  readonly older: Channel;
  readonly newer: Channel;
}

/** Channels of the same name in the same service's document; of those that are left, the only ones of one topic on each side. */
export function channelPairs(older: Model, newer: Model): readonly ChannelPair[] {
  const [before, after] = [channelsById(older), channelsById(newer)];
  const known = [...before].flatMap(([id, channel]): readonly ChannelPair[] => {
    const now = after.get(id);
    return now ? [{ older: channel, newer: now }] : [];
  });
  const [gone, come] = [leftOf(before, after, older), leftOf(after, before, newer)];
  const renamed = [...gone].flatMap(([topic, [channel, ...more]]): readonly ChannelPair[] => {
    const [now, ...others] = come.get(topic) ?? [];
    return channel && now && more.length + others.length === 0 ? [{ older: channel, newer: now }] : [];
  });
  return [...known, ...renamed];
}

function channelsById(model: Model): ReadonlyMap<string, Channel> {
  const services = new Map(model.documents.map(({ file, service }) => [file, service]));
  return new Map(
    model.channels.map((channel) => [
      `${services.get(channel.document) ?? channel.document}\n${channel.name}`,
      channel,
    ]),
  );
}

/** Those without a namesake, by service and topic. */
function leftOf(
  channels: ReadonlyMap<string, Channel>,
  others: ReadonlyMap<string, Channel>,
  model: Model,
): ReadonlyMap<string, readonly Channel[]> {
  const services = new Map(model.documents.map(({ file, service }) => [file, service]));
  const left = [...channels].filter(([id]) => !others.has(id)).map(([, channel]) => channel);
  return Map.groupBy(left, ({ document, topic }) => `${services.get(document) ?? document}\n${topic}`);
}

/** Topics and channels: come, gone, moved, and what they keep for how long. */
export function topicDrafts(older: Model, newer: Model, renames: ReadonlyMap<string, string>): readonly Draft[] {
  const nowOf = (name: string): string => renames.get(name) ?? name;
  const before = new Map(older.topics.map((topic) => [nowOf(topic.name), topic]));
  const after = new Map(newer.topics.map((topic) => [topic.name, topic]));
  const drafts: Draft[] = [];
  for (const [name, topic] of after)
    if (!before.has(name)) drafts.push(topicDraft("topic-added", "info", topic, `The topic ${name} is new.`));
  for (const [name, topic] of before) if (!after.has(name)) drafts.push(removedTopic(topic));
  const pairs = channelPairs(older, newer);
  for (const pair of pairs)
    drafts.push(
      ...movedDrafts(pair),
      ...keptDrafts(pair),
      ...nameDrafts(pair),
      ...messagesDrafts(pair),
      ...serversDrafts(pair, older, newer),
    );
  const paired = new Set(pairs.flatMap((pair) => [pair.older, pair.newer]));
  const stays = (service: Model, { document }: Channel, model: Model): boolean => {
    const name = model.documents.find(({ file }) => file === document)?.service;
    return service.documents.some((one) => one.service === name);
  };
  for (const channel of older.channels)
    if (!paired.has(channel) && after.has(nowOf(channel.topic)) && stays(newer, channel, older))
      drafts.push(channelDraft("channel-removed", channel, nowOf(channel.topic)));
  for (const channel of newer.channels)
    if (!paired.has(channel) && before.has(channel.topic) && stays(older, channel, newer))
      drafts.push(channelDraft("channel-added", channel, channel.topic));
  return drafts;
}

function channelDraft(code: "channel-added" | "channel-removed", channel: Channel, topic: string): Draft {
  const isNew = code === "channel-added";
  const message = `The channel ${channel.name} of the topic ${topic} is ${isNew ? "new" : "gone"}; the topic is there on both sides.`;
  const subject = { kind: "topic", name: topic } as const;
  const side = isNew ? { newer: channel.place } : { older: channel.place };
  return draft({ code, level: "info", subject, message, ...side }, [channel.name]);
}

/** The name is for the documents alone; addresses and messages count. */
function nameDrafts({ older, newer }: ChannelPair): readonly Draft[] {
  if (older.name === newer.name) return [];
  const message = `The channel ${older.name} of ${newer.topic} is called ${newer.name} now.`;
  const subject = { kind: "topic", name: newer.topic } as const;
  const places = { older: older.place, newer: newer.place };
  return [draft({ code: "channel-renamed", level: "info", subject, message, ...places }, [older.name, newer.name])];
}

function messagesDrafts({ older, newer }: ChannelPair): readonly Draft[] {
  const [was, is] = [new Set(older.messages.values()), new Set(newer.messages.values())];
  const gone = [...was].filter((event) => !is.has(event)).toSorted();
  const come = [...is].filter((event) => !was.has(event)).toSorted();
  if (gone.length + come.length === 0) return [];
  const said = [
    ...(gone.length > 0 ? [`no longer lists ${listed(gone)}`] : []),
    ...(come.length > 0 ? [`lists ${listed(come)} now`] : []),
  ];
  return [
    draft(
      {
        code: "channel-messages-changed",
        level: "info",
        subject: { kind: "topic", name: newer.topic },
        message: `The channel ${newer.name} ${said.join(" and ")}.`,
        events: [...gone, ...come].toSorted(),
        older: below(older.place, "/messages"),
        newer: below(newer.place, "/messages"),
      },
      [newer.name, ...gone, "→", ...come],
    ),
  ];
}

/** A channel without a list is on every server. */
function serversDrafts({ older, newer }: ChannelPair, before: Model, after: Model): readonly Draft[] {
  const [was, is] = [serversOf(older, before), serversOf(newer, after)];
  const still = allServers(newer, after);
  const gone = was.filter((name) => !is.includes(name) && still.includes(name));
  const come = is.filter((name) => !was.includes(name) && allServers(older, before).includes(name));
  if (gone.length + come.length === 0) return [];
  const message =
    gone.length > 0
      ? `${newer.name} is no longer on the ${gone.length > 1 ? "servers" : "server"} ${listed(gone)}.`
      : `${newer.name} is on ${listed(come)} as well now.`;
  return [
    draft(
      {
        code: "channel-servers-changed",
        level: gone.length > 0 ? "breaking" : "info",
        subject: { kind: "topic", name: newer.topic },
        message,
        ...(gone.length > 0
          ? { hint: "Who connects there does not find it any more: keep it until everybody has moved." }
          : {}),
        directions: gone.length > 0 ? ["backward", "forward"] : [],
        older: below(older.place, "/servers"),
        newer: below(newer.place, "/servers"),
      },
      [...gone, "→", ...come],
    ),
  ];
}

function serversOf(channel: Channel, model: Model): readonly string[] {
  const list = own(valueOf(model.sources, channel.place), "servers");
  if (!Array.isArray(list) || list.length === 0) return allServers(channel, model);
  return (list as readonly Json[]).map(
    (item) => pointerTokens((ownString(item, "$ref") ?? "").split("#")[1] ?? "").at(-1) ?? "",
  );
}

function allServers({ document }: Channel, model: Model): readonly string[] {
  return keysAt(model.sources, resolveChild(model.sources, { file: document, pointer: "" }, "servers"));
}

function topicDraft(code: string, level: Level, topic: Topic, message: string): Draft {
  const side = code === "topic-removed" ? { older: topic.place } : { newer: topic.place };
  return draft({ code, level, subject: { kind: "topic", name: topic.name }, message, ...side });
}

function removedTopic(topic: Topic): Draft {
  const { writers, readers, name } = topic;
  const users = [...new Set([...writers, ...readers])].toSorted();
  const who = users.length === 0 ? "nobody used it" : `${listed(users)} used it`;
  const hint = "Move its writers and readers first; what it keeps is lost to them.";
  const level: Level = users.length === 0 ? "info" : "breaking";
  return { ...topicDraft("topic-removed", level, topic, `The topic ${name} is gone: ${who}.`), hint };
}

/** Where events are: what readers listen to. The Kafka binding names the topic, and only without it the address does. */
function movedDrafts({ older, newer }: ChannelPair): readonly Draft[] {
  const [was, is] = [older.address ?? "decided at run time", newer.address ?? "decided at run time"];
  const common = { subject: { kind: "topic", name: newer.topic } } as const;
  const moved = {
    level: "breaking",
    hint: "Readers still listen there, and what is kept there stays there: send to both until every reader has moved.",
    events: [...newer.messages.values()].toSorted(),
    directions: ["backward", "forward"],
  } as const;
  if (was !== is) {
    const stays = older.topic === newer.topic && onlyKafka(older) && onlyKafka(newer);
    const message = stays
      ? `The address of ${newer.name} was ${was} and is ${is} now; events are still in the topic ${newer.topic}, which its Kafka binding names.`
      : `${newer.name} was at ${was} and is at ${is} now.`;
    const places = { older: below(older.place, "/address"), newer: below(newer.place, "/address") };
    const judged = stays ? ({ level: "info" } as const) : moved;
    return [draft({ code: "channel-address-changed", ...common, ...judged, message, ...places }, [was, is])];
  }
  if (older.topic === newer.topic) return [];
  const message = `${newer.name} was the topic ${older.topic} and is the topic ${newer.topic} now; its address is still ${is}.`;
  const places = {
    older: below(older.place, "/bindings/kafka/topic"),
    newer: below(newer.place, "/bindings/kafka/topic"),
  };
  return [
    draft({ code: "channel-topic-changed", ...common, ...moved, message, ...places }, [older.topic, newer.topic]),
  ];
}

/** Nobody goes by the address who goes by the topic of the Kafka binding. */
function onlyKafka({ bindings }: Channel): boolean {
  return own(own(bindings, "kafka"), "topic") !== undefined && Object.keys(bindings).every((name) => name === "kafka");
}

/** What the topic keeps, and for how long. */
function keptDrafts({ older, newer }: ChannelPair): readonly Draft[] {
  const [was, is] = [topicSettings(older.bindings), topicSettings(newer.bindings)];
  const at = (pointer: string): Pick<Draft, "older" | "newer"> => ({
    older: below(older.place, `/bindings/kafka/topicConfiguration/${pointer}`),
    newer: below(newer.place, `/bindings/kafka/topicConfiguration/${pointer}`),
  });
  const subject = { kind: "topic", name: newer.topic } as const;
  return [
    ...retentionDrafts(was.retentionMs, is.retentionMs, subject, at("retention.ms")),
    ...cleanupDrafts(was.cleanupPolicy, is.cleanupPolicy, subject, at("cleanup.policy")),
  ];
}

type Subject = Draft["subject"];
type Places = Pick<Draft, "older" | "newer">;

function cleanupDrafts(
  was: string | undefined,
  is: string | undefined,
  subject: Subject,
  places: Places,
): readonly Draft[] {
  if (was === is) return [];
  const message = `The cleanup policy of ${subject.name} was ${was ?? "not said"} and is ${is ?? "not said any more"} now.`;
  const compacts = is?.includes("compact") === true && was?.includes("compact") !== true;
  const hint = compacts
    ? "Only the newest event of each key would stay: readers that replay the history no longer find it."
    : "Events go when their time is over: readers that count on the last one of each key no longer find it.";
  // A broker deletes by default; whether this one did is not known where nothing was said.
  const level: Level =
    was !== undefined && is !== undefined
      ? "breaking"
      : compacts || was?.includes("compact") === true
        ? "warning"
        : "info";
  return [draft({ code: "cleanup-policy-changed", level, subject, message, hint, ...places }, [was ?? "", is ?? ""])];
}

function retentionDrafts(
  was: number | undefined,
  is: number | undefined,
  subject: Subject,
  places: Places,
): readonly Draft[] {
  if (was === is) return [];
  const span = (time: number): number => kafkaSpan(time) ?? Infinity;
  const isShorter = is === undefined || (was !== undefined && span(was) > span(is));
  const said = (time: number | undefined): string =>
    time === undefined ? "as long as the broker does" : `for ${duration(time)}`;
  return [
    draft(
      {
        code: isShorter ? "retention-shortened" : "retention-lengthened",
        level: isShorter ? "warning" : "info",
        subject,
        message: `${subject.name} kept its events ${said(was)} and keeps them ${said(is)} now.`,
        ...(isShorter ? { hint: "Readers that are behind, and those that replay, miss what goes earlier." } : {}),
        ...places,
      },
      [String(was), String(is)],
    ),
  ];
}
