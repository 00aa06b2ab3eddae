import type { Channel, Model, Topic } from "../model/types.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own } from "../read/json.ts";
import { childPointer } from "../read/pointer.ts";
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

interface ChannelPair {
  readonly older: Channel;
  readonly newer: Channel;
}

/** Channels of the same name in the same service's document. */
function channelPairs(older: Model, newer: Model): readonly ChannelPair[] {
  const id = (model: Model): ((channel: Channel) => string) => {
    const services = new Map(model.documents.map(({ file, service }) => [file, service]));
    return ({ document, name }) => `${services.get(document) ?? document}\n${name}`;
  };
  const after = new Map(newer.channels.map((channel) => [id(newer)(channel), channel]));
  const idOf = id(older);
  return older.channels.flatMap((channel) => {
    const now = after.get(idOf(channel));
    return now ? [{ older: channel, newer: now }] : [];
  });
}

/** Topics, addresses, parameters and the bindings of channels. */
export function topicDrafts(older: Model, newer: Model, renames: ReadonlyMap<string, string>): readonly Draft[] {
  const nowOf = (name: string): string => renames.get(name) ?? name;
  const before = new Map(older.topics.map((topic) => [nowOf(topic.name), topic]));
  const after = new Map(newer.topics.map((topic) => [topic.name, topic]));
  const drafts: Draft[] = [];
  for (const [name, topic] of after) {
    const was = before.get(name);
    if (was) drafts.push(...settingsDrafts(was, topic), ...bindingDrafts(was, topic, older, newer));
    else drafts.push(topicDraft("topic-added", "info", topic, `The topic ${name} is new.`));
  }
  for (const [name, topic] of before) if (!after.has(name)) drafts.push(removedTopic(topic));
  for (const pair of channelPairs(older, newer))
    drafts.push(...addressDrafts(pair), ...parameterDrafts(pair, older, newer));
  return drafts;
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

function settingsDrafts(was: Topic, is: Topic): readonly Draft[] {
  const drafts: Draft[] = [];
  const subject = { kind: "topic", name: is.name } as const;
  const at = (pointer: string): Pick<Draft, "older" | "newer"> => ({
    older: below(was.place, `/bindings/kafka${pointer}`),
    newer: below(is.place, `/bindings/kafka${pointer}`),
  });
  if (was.partitions !== undefined && is.partitions !== undefined && was.partitions !== is.partitions)
    drafts.push(
      draft(
        {
          code: "partitions-changed",
          level: "breaking",
          subject,
          message: `${is.name} had ${was.partitions} partitions and has ${is.partitions} now: keys move, and with them the order of their events is lost.`,
          hint: "Make a new topic and move there, or accept it while the topic is empty.",
          ...at("/partitions"),
        },
        [String(was.partitions), String(is.partitions)],
      ),
    );
  drafts.push(...retentionDrafts(was, is, at));
  if (was.cleanupPolicy !== undefined && is.cleanupPolicy !== undefined && was.cleanupPolicy !== is.cleanupPolicy) {
    const compacts = is.cleanupPolicy.includes("compact") && !was.cleanupPolicy.includes("compact");
    drafts.push(
      draft(
        {
          code: "cleanup-policy-changed",
          level: "breaking",
          subject,
          message: `The cleanup policy of ${is.name} was ${was.cleanupPolicy} and is ${is.cleanupPolicy} now.`,
          hint: compacts
            ? "Only the newest event of each key would stay: readers that replay the history no longer find it."
            : "Events go when their time is over: readers that count on the last one of each key no longer find it.",
          ...at("/topicConfiguration/cleanup.policy"),
        },
        [was.cleanupPolicy, is.cleanupPolicy],
      ),
    );
  }
  return drafts;
}

function retentionDrafts(
  was: Topic,
  is: Topic,
  at: (pointer: string) => Pick<Draft, "older" | "newer">,
): readonly Draft[] {
  const [before, after] = [was.retentionMs, is.retentionMs];
  if (before === undefined || after === undefined || before === after) return [];
  const isShorter = (before < 0 ? Infinity : before) > (after < 0 ? Infinity : after);
  return [
    draft(
      {
        code: isShorter ? "retention-shortened" : "retention-lengthened",
        level: isShorter ? "warning" : "info",
        subject: { kind: "topic", name: is.name },
        message: `${is.name} kept its events for ${duration(before)} and keeps them for ${duration(after)} now.`,
        ...(isShorter ? { hint: "Readers that are behind, and those that replay, miss what goes earlier." } : {}),
        ...at("/topicConfiguration/retention.ms"),
      },
      [String(before), String(after)],
    ),
  ];
}

/** Judged by themselves above, or of no meaning to anybody who runs. */
const judgedApart =
  /^\/[^/]+\/(bindingVersion|topic|partitions|topicConfiguration\/(retention\.ms|cleanup\.policy))(\/|$)/;

function bindingDrafts(was: Topic, is: Topic, older: Model, newer: Model): readonly Draft[] {
  const [before, after] = [bindingsOf(was, older), bindingsOf(is, newer)];
  const paths = new Set([...leaves(before), ...leaves(after)].map(([path]) => path));
  const [old, now] = [new Map(leaves(before)), new Map(leaves(after))];
  return [...paths].flatMap((path) => {
    const [from, to] = [old.get(path), now.get(path)];
    if (from === to || judgedApart.test(path)) return [];
    const level: Level = path.endsWith("/replicas") ? "info" : "warning";
    const name = path.slice(1).replaceAll("/", ".");
    const said =
      from === undefined
        ? `is ${to ?? ""} now`
        : to === undefined
          ? `was ${from} and is not said any more`
          : `was ${from} and is ${to} now`;
    return [
      draft(
        {
          code: "binding-changed",
          level,
          subject: { kind: "topic", name: is.name },
          message: `The binding ${name} of ${is.name} ${said}.`,
          older: below(was.place, `/bindings${path}`),
          newer: below(is.place, `/bindings${path}`),
        },
        [path, from ?? "", to ?? ""],
      ),
    ];
  });
}

function bindingsOf(topic: Topic, model: Model): JsonObject {
  return model.channels.find((channel) => channel.topic === topic.name)?.bindings ?? {};
}

/** Every value that is no map, by its pointer. */
function leaves(value: Json, pointer = ""): readonly (readonly [string, string])[] {
  if (!isObject(value)) return [[pointer, canonicalJson(value)]];
  return Object.entries(value).flatMap(([key, item]) => leaves(item, childPointer(pointer, key)));
}

function addressDrafts({ older, newer }: ChannelPair): readonly Draft[] {
  if (older.address === newer.address) return [];
  const [was, is] = [older.address ?? "decided at run time", newer.address ?? "decided at run time"];
  const isSameTopic = older.topic === newer.topic;
  return [
    draft(
      {
        code: "channel-address-changed",
        level: isSameTopic ? "warning" : "breaking",
        subject: { kind: "topic", name: newer.topic },
        message: isSameTopic
          ? `The address of ${newer.name} was ${was} and is ${is} now; the topic is still ${newer.topic}.`
          : `${newer.name} was at ${was} and is at ${is} now.`,
        ...(isSameTopic
          ? {}
          : {
              hint: "Readers still listen there, and what is kept there stays there: send to both until every reader has moved.",
            }),
        events: [...newer.messages.values()].toSorted(),
        directions: isSameTopic ? [] : ["backward", "forward"],
        older: below(older.place, "/address"),
        newer: below(newer.place, "/address"),
      },
      [was, is],
    ),
  ];
}

function parameterDrafts(pair: ChannelPair, older: Model, newer: Model): readonly Draft[] {
  return pair.older.parameters.flatMap((name) => {
    const [was, is] = [parameterOf(pair.older, name, older), parameterOf(pair.newer, name, newer)];
    if (!was || !is || canonicalJson(was.values) === canonicalJson(is.values)) return [];
    const gone = was.values.filter((value) => !is.values.includes(value));
    const breaks = is.values.length > 0 && (was.values.length === 0 || gone.length > 0);
    const what =
      gone.length > 0 && is.values.length > 0
        ? `can no longer be ${listed(gone)}`
        : is.values.length > 0
          ? `can be ${listed(is.values)}`
          : "can be anything";
    return [
      draft(
        {
          code: "channel-parameter-changed",
          level: breaks ? "breaking" : "info",
          subject: { kind: "topic", name: pair.newer.topic },
          message: `The parameter ${name} of ${pair.newer.name} ${what} now.`,
          older: was.place,
          newer: is.place,
        },
        [name, ...was.values, "→", ...is.values],
      ),
    ];
  });
}

function parameterOf(channel: Channel, name: string, { sources }: Model) {
  const parameters = resolveChild(sources, channel.place, "parameters");
  const place = parameters && resolveChild(sources, parameters, name);
  if (!place) return undefined;
  const values = own(valueOf(sources, place), "enum");
  return { place, values: Array.isArray(values) ? (values as readonly Json[]).map(String) : [] };
}
