import type { EventVersion, Model, Operation } from "../model/types.ts";
import { draft, listed, verb } from "./draft.ts";
import type { EventPair } from "./events.ts";
import type { Draft, DraftPlace } from "./types.ts";

/** Who sends and who receives an event version: what began and what ended, and who is left waiting. */
export function flowDrafts(pairs: readonly EventPair[], older: Model, newer: Model): readonly Draft[] {
  const versions = Map.groupBy(newer.events, ({ eventType }) => eventType);
  return pairs.flatMap((pair) => {
    const family = (versions.get(pair.newer.eventType) ?? []).filter(({ key }) => key !== pair.newer.key);
    const minus = (one: readonly string[], other: readonly string[]): readonly string[] =>
      one.filter((name) => !other.includes(name));
    const { older: was, newer: is } = pair;
    return [
      ...minus(was.senders, is.senders).map((service) => sendStopped(service, pair, family, older, newer)),
      ...minus(is.senders, was.senders).map((service) => sendStarted(service, is, family, newer)),
      ...minus(was.receivers, is.receivers).map((service) => receiveStopped(service, pair, family, older, newer)),
      ...minus(is.receivers, was.receivers).map((service) => receiveStarted(service, is, newer)),
    ];
  });
}

/** New events have senders and readers, too, and a newer version may leave readers of the older one behind. */
export function newEventDrafts(events: readonly EventVersion[], newer: Model): readonly Draft[] {
  const versions = Map.groupBy(newer.events, ({ eventType }) => eventType);
  return events.flatMap((event) => {
    const family = (versions.get(event.eventType) ?? []).filter(({ key }) => key !== event.key);
    return event.senders
      .map((service) => sendStarted(service, event, family, newer))
      .filter(({ level }) => level !== "info");
  });
}

type Versions = readonly EventVersion[];

function sendStopped(
  service: string,
  { older: was, newer: is }: EventPair,
  family: Versions,
  older: Model,
  newer: Model,
): Draft {
  const { key } = is;
  const common = {
    code: "send-stopped",
    subject: { kind: "event", name: key },
    older: operationPlace(older, service, "send", key) ?? was.place,
    newer: documentPlace(newer, service) ?? is.place,
  } as const;
  const successors = family.filter(
    (event) => event.senders.includes(service) && (event.version ?? 0) > (is.version ?? 0),
  );
  const names = successors.map((event) => event.key);
  if (is.senders.length > 0)
    return draft(
      {
        ...common,
        level: "info",
        message: `${service} no longer sends ${key}; ${listed(is.senders)} still ${verb(is.senders, "does", "do")}.`,
      },
      [service],
    );
  if (is.receivers.length === 0)
    return draft({ ...common, level: "info", message: `${service} no longer sends ${key}, and nobody receives it.` }, [
      service,
    ]);
  const waiting = is.receivers.filter((receiver) => !successors.some((event) => event.receivers.includes(receiver)));
  if (waiting.length === 0)
    return draft(
      {
        ...common,
        level: "info",
        message: `${service} sends ${listed(names)} instead of ${key}, and every reader of it reads that, too.`,
      },
      [service],
    );
  const instead =
    names.length > 0 ? `${service} sends ${listed(names)} instead of ${key}` : `${service} no longer sends ${key}`;
  const message = `${instead}: ${listed(waiting)} ${verb(waiting, "waits", "wait")} for it in vain.`;
  const hint =
    names.length > 0
      ? `Let ${listed(waiting)} receive ${listed(names)} first; until then send both.`
      : `Let ${listed(waiting)} do without it first, or send what takes its place.`;
  return draft({ ...common, level: "breaking", message, hint, directions: ["forward"] }, [service, ...waiting]);
}

function sendStarted(service: string, is: EventVersion, family: Versions, newer: Model): Draft {
  const { key } = is;
  const readers = family
    .filter((event) => (event.version ?? 0) < (is.version ?? 0))
    .flatMap((event) => event.receivers);
  const behind = [...new Set(readers)].filter((reader) => !is.receivers.includes(reader)).toSorted();
  const place = operationPlace(newer, service, "send", key) ?? is.place;
  const common = { code: "send-started", subject: { kind: "event", name: key }, newer: place } as const;
  if (behind.length === 0)
    return draft({ ...common, level: "info", message: `${service} sends ${key} now.` }, [service]);
  const message = `${service} sends ${key} now; ${listed(behind)} ${verb(behind, "reads", "read")} an earlier version and not this one.`;
  const hint = `Let ${listed(behind)} receive ${key} before the earlier version is sent no longer.`;
  return draft({ ...common, level: "warning", message, hint }, [service, ...behind]);
}

function receiveStopped(
  service: string,
  { older: was, newer: is }: EventPair,
  family: Versions,
  older: Model,
  newer: Model,
): Draft {
  const { key } = is;
  const others = family.filter(
    (event) => event.receivers.includes(service) && event.topics.some((topic) => is.topics.includes(topic)),
  );
  const names = others.map((event) => event.key);
  const common = {
    code: "receive-stopped",
    subject: { kind: "event", name: key },
    older: operationPlace(older, service, "receive", key) ?? was.place,
    newer: documentPlace(newer, service) ?? is.place,
  } as const;
  if (names.length === 0)
    return draft({ ...common, level: "info", message: `${service} no longer receives ${key}.` }, [service]);
  const why =
    is.senders.length > 0
      ? `${listed(is.senders)} still ${verb(is.senders, "sends", "send")} it`
      : `it is ${is.lifecycle} in ${listed(is.topics)}`;
  const message = `${service} receives ${listed(names)} but no longer ${key}, and ${why}: it will meet one.`;
  const hint = `Keep a handler for ${key} until its last event has expired.`;
  return draft({ ...common, level: "breaking", message, hint, directions: ["backward"] }, [service]);
}

function receiveStarted(service: string, is: EventVersion, newer: Model): Draft {
  const place = operationPlace(newer, service, "receive", is.key) ?? is.place;
  const message = `${service} receives ${is.key} now.`;
  const subject = { kind: "event", name: is.key } as const;
  return draft({ code: "receive-started", level: "info", subject, message, newer: place }, [service]);
}

function operationPlace(
  model: Model,
  service: string,
  action: Operation["action"],
  event: string,
): DraftPlace | undefined {
  const found = model.operations.find(
    (one) => one.service === service && one.action === action && one.events.includes(event),
  );
  return found && (found.messagePlaces[found.events.indexOf(event)] ?? found.place);
}

function documentPlace(model: Model, service: string): DraftPlace | undefined {
  const document = model.documents.find((one) => one.service === service);
  return document && { file: document.file, pointer: "/operations", part: "key" };
}
