import { anySchema, bundleSchema } from "../../model/bundle.ts";
import { schemaLanguage } from "../../model/dialect.ts";
import type { BundledSchema, Model } from "../../model/types.ts";
import { resolveChild, valueOf } from "../../read/resolve.ts";
import type { Place } from "../../read/sources.ts";
import type { EventPair, EventSettings } from "../events.ts";
import { demanded } from "../modes.ts";
import { isSameSchema, judgePair, schemaDrafts } from "../schemas.ts";
import { serversOf } from "../services.ts";
import { channelPairs } from "../topics.ts";
import type { IsTouched } from "../touched.ts";
import type { Draft } from "../types.ts";
import { componentDrafts } from "./components.ts";
import type { Node } from "./layers.ts";
import { nodeAt } from "./layers.ts";
import type { Walk } from "./walk.ts";
import { compareFields } from "./walk.ts";

interface Compared {
  readonly older: Model;
  readonly newer: Model;
  readonly pairs: readonly EventPair[];
  readonly settings: EventSettings;
  readonly isTouched: IsTouched;
  /** What the judges of single kinds told. */
  readonly drafts: readonly Draft[];
}

/** Every field of every object that both sides have, as the table judges it; nothing that differs goes unsaid. */
export function fieldDrafts(compared: Compared): readonly Draft[] {
  return [
    ...documentDrafts(compared),
    ...channelDrafts(compared),
    ...compared.pairs.flatMap(({ older, newer }) => messageDrafts(compared, newer.key, older.place, newer.place)),
    ...operationDrafts(compared),
    ...componentDrafts(compared.older, compared.newer),
  ];
}

type Owner = Pick<Walk, "subject" | "owner" | "events">;

function compareAt(
  { older, newer, isTouched, drafts, settings }: Compared,
  owner: Owner,
  type: string,
  was: Place | undefined,
  is: Place | undefined,
  skip: readonly string[] = [],
): readonly Draft[] {
  if (!was || !is || !isTouched(was, is)) return [];
  const isMine = ({ subject, events }: Draft): boolean =>
    subject.name === owner.subject.name ||
    events.some((event) => owner.events.includes(event)) ||
    subject.kind === "service";
  const walk: Walk = {
    ...owner,
    isTold: (codes) =>
      drafts.some((one) => isMine(one) && codes.some((code) => code === one.code || code === `*${one.part ?? ""}`)),
    judged: (before, after, name) => schemaOfBinding(owner, before, after, name, settings),
  };
  return compareFields(walk, type, nodeAt(older.sources, was), nodeAt(newer.sources, is), new Set(skip));
}

function documentDrafts(compared: Compared): readonly Draft[] {
  const { older, newer } = compared;
  const after = new Map(newer.documents.map((document) => [document.service, document]));
  return older.documents.flatMap((document) => {
    const now = after.get(document.service);
    if (!now) return [];
    const subject = { kind: "service", name: document.service } as const;
    const owner = { subject, owner: `the service ${document.service}`, events: [] };
    const skip = ["servers", "channels", "operations", "components"];
    const [before, servers] = [serversOf(document, older), serversOf(now, newer)];
    return [
      ...compareAt(compared, owner, "document", document.place, now.place, skip),
      ...[...before].flatMap(([name, place]) => {
        const server = { subject: { kind: "server", name } as const, owner: `the server ${name}`, events: [] };
        return compareAt(compared, server, "server", place, servers.get(name));
      }),
    ];
  });
}

function channelDrafts(compared: Compared): readonly Draft[] {
  return channelPairs(compared.older, compared.newer).flatMap(({ older: was, newer: is }) => {
    const subject = { kind: "topic", name: is.topic } as const;
    const events = [...new Set(is.messages.values())].toSorted();
    const owner = { subject, owner: is.topic, events: [] };
    const messages = [...was.messages.keys()].flatMap((key) =>
      messageDrafts(
        compared,
        is.messages.get(key),
        messageAt(compared.older, was.place, key),
        messageAt(compared.newer, is.place, key),
      ),
    );
    const own = compareAt(compared, owner, "channel", was.place, is.place, ["messages"]);
    return [...own.map((one) => (one.level === "breaking" ? { ...one, events } : one)), ...messages];
  });
}

function messageAt({ sources }: Model, channel: Place, key: string): Place | undefined {
  const messages = resolveChild(sources, channel, "messages");
  return messages && resolveChild(sources, messages, key);
}

function messageDrafts(
  compared: Compared,
  event: string | undefined,
  was: Place | undefined,
  is: Place | undefined,
): readonly Draft[] {
  if (event === undefined) return [];
  const subject = { kind: "event", name: event } as const;
  return compareAt(compared, { subject, owner: event, events: [event] }, "message", was, is);
}

function operationDrafts(compared: Compared): readonly Draft[] {
  const after = new Map(compared.newer.operations.map((one) => [`${one.service}\n${one.id}`, one]));
  return compared.older.operations.flatMap((was) => {
    const is = after.get(`${was.service}\n${was.id}`);
    const subject = { kind: "operation", name: `${was.service}/${was.id}` } as const;
    const events = [...new Set([...was.events, ...(is?.events ?? [])])].toSorted();
    const owner = `${was.id} of ${was.service}`;
    return compareAt(compared, { subject, owner, events }, "operation", was.place, is?.place);
  });
}

/** By the mode of events that say none: a binding belongs to no single event. */
function schemaOfBinding(
  owner: Owner,
  was: Node | undefined,
  is: Node | undefined,
  name: string,
  { judge, modes }: EventSettings,
): readonly Draft[] {
  const [before, after] = [bundled(was, is), bundled(is, was)];
  if (!before || !after || isSameSchema(before, after)) return [];
  const directions = [...new Set([...demanded[modes.older], ...demanded[modes.newer]])];
  const pair = {
    ...owner,
    part: "binding",
    where: name,
    older: before,
    newer: after,
    examples: { older: [], newer: [] },
  } as const;
  return schemaDrafts(pair, judgePair(pair, judge), directions);
}

/** The schema at a node; one that allows everything where only the other side has one. */
function bundled(node: Node | undefined, other: Node | undefined): BundledSchema | undefined {
  const place = node?.layers.at(-1);
  const there = other?.layers.at(-1);
  if (!node || !place) return there && anySchema(there, "draft-07", []);
  const language = schemaLanguage(undefined, valueOf(node.sources, place));
  return language.kind === "json-schema" ? bundleSchema(node.sources, place, language) : undefined;
}
