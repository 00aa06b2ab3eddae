import type { EventVersion, Model, Operation } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { canonicalJson, own } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import { below, draft, listed } from "./draft.ts";
import type { Node } from "./fields/layers.ts";
import { childOf, nodeAt, valueIn } from "./fields/layers.ts";
import type { Draft, Level } from "./types.ts";

/** Operations by themselves: come, gone, renamed, turned round, moved, with another reply or group. Flows are judged apart. */
export function operationDrafts(older: Model, newer: Model, topicNow: ReadonlyMap<string, string>): readonly Draft[] {
  const id = ({ service, id }: Operation): string => `${service}\n${id}`;
  const before = new Map(older.operations.map((operation) => [id(operation), operation]));
  const after = new Map(newer.operations.map((operation) => [id(operation), operation]));
  const serviceStays = (side: Model, name: string): boolean => side.services.some((service) => service.name === name);
  const gone = older.operations.filter(
    (operation) => !after.has(id(operation)) && serviceStays(newer, operation.service),
  );
  const come = newer.operations.filter(
    (operation) => !before.has(id(operation)) && serviceStays(older, operation.service),
  );
  const renamed = renames(gone, come);
  const drafts: Draft[] = [];
  for (const [key, operation] of after) {
    const was = before.get(key);
    if (was) drafts.push(...changed(was, operation, { older, newer }, topicNow));
  }
  const newNames = new Set(renamed.values());
  for (const operation of come) if (!newNames.has(operation)) drafts.push(simple("operation-added", operation));
  for (const operation of gone) drafts.push(renamedOrGone(operation, renamed.get(operation)));
  return drafts;
}

function simple(code: "operation-added" | "operation-removed", operation: Operation): Draft {
  const { service, id, action, events, place } = operation;
  const said = code === "operation-added" ? "has a new operation" : "no longer has the operation";
  const message = `${service} ${said} ${id}: ${action} ${listed(events)}.`;
  const side = code === "operation-added" ? { newer: place } : { older: place };
  return draft({ code, level: "info", subject: subjectOf(operation), message, ...side });
}

function subjectOf({ service, id }: Operation): Draft["subject"] {
  return { kind: "operation", name: `${service}/${id}` };
}

function renames(gone: readonly Operation[], come: readonly Operation[]): ReadonlyMap<Operation, Operation> {
  const shape = ({ service, action, topic, events }: Operation): string =>
    JSON.stringify([service, action, topic, events.toSorted()]);
  const found = new Map<Operation, Operation>();
  for (const one of gone) {
    const same = come.filter((other) => shape(other) === shape(one));
    const rivals = gone.filter((other) => shape(other) === shape(one));
    const [only] = same;
    if (only && same.length === 1 && rivals.length === 1) found.set(one, only);
  }
  return found;
}

function renamedOrGone(operation: Operation, now: Operation | undefined): Draft {
  if (!now) return simple("operation-removed", operation);
  return draft(
    {
      code: "operation-renamed",
      level: "warning",
      subject: subjectOf(operation),
      message: `${operation.id} of ${operation.service} is called ${now.id} now.`,
      hint: "Contracts name operations by their id: record those again that name this one.",
      older: operation.place,
      newer: now.place,
    },
    [now.id],
  );
}

function changed(
  was: Operation,
  is: Operation,
  models: { readonly older: Model; readonly newer: Model },
  topicNow: ReadonlyMap<string, string>,
): readonly Draft[] {
  const common = {
    subject: subjectOf(is),
    older: was.place,
    newer: is.place,
    directions: ["backward", "forward"],
  } as const;
  const drafts: Draft[] = [];
  if (was.action !== is.action)
    drafts.push(
      draft(
        {
          ...common,
          code: "operation-action-changed",
          level: "breaking",
          message: `${is.id} of ${is.service} was ${was.action} and is ${is.action} now.`,
          events: is.events,
          hint: "AsyncAPI 3 says send and receive from the application's own view. Give the new direction an operation of its own.",
        },
        [was.action],
      ),
    );
  return [
    ...drafts,
    ...channelDrafts(was, is, common, topicNow),
    ...messagesDrafts(was, is, models),
    ...replyDrafts(was, is, models),
    ...groupDrafts(was, is, models),
  ];
}

function channelDrafts(
  was: Operation,
  is: Operation,
  common: Pick<Draft, "subject" | "older" | "newer" | "directions">,
  topicNow: ReadonlyMap<string, string>,
): readonly Draft[] {
  const [from, to] = [was.topic === undefined ? undefined : (topicNow.get(was.topic) ?? was.topic), is.topic];
  if (from !== to)
    return [
      draft(
        {
          ...common,
          code: "operation-channel-changed",
          level: "breaking",
          message: `${is.id} of ${is.service} was on ${from ?? "no channel"} and is on ${to ?? "no channel"} now.`,
          events: is.events,
          hint:
            is.action === "send"
              ? "Its readers still listen to the old one."
              : "Its writers still send to the old one.",
        },
        [from ?? "", to ?? ""],
      ),
    ];
  if (was.channel !== is.channel)
    return [
      draft(
        {
          ...common,
          code: "operation-channel-changed",
          level: "info",
          message: `${is.id} of ${is.service} is on the channel ${is.channel ?? "of no name"} now instead of ${was.channel ?? "one of no name"}; the topic is still ${to ?? "none"}.`,
          directions: [],
        },
        [was.channel ?? "", is.channel ?? ""],
      ),
    ];
  return [];
}

/** What an operation no longer carries over its topic, where another one of the service still does, or does elsewhere. */
function messagesDrafts(was: Operation, is: Operation, models: { older: Model; newer: Model }): readonly Draft[] {
  const gone = was.events.filter((event) => !is.events.includes(event)).toSorted();
  const come = is.events.filter((event) => !was.events.includes(event)).toSorted();
  if (gone.length + come.length === 0 || was.action !== is.action) return [];
  const stillThere = (event: string, action: Operation["action"]): boolean =>
    models.newer.operations.some(
      (one) => one.action === action && one.topic === is.topic && one.events.includes(event),
    );
  const missed =
    is.action === "send"
      ? gone.filter((event) => !stillThere(event, "send") && isMissed(event, is.topic, models.newer))
      : [];
  const said = [
    ...(gone.length > 0 ? [`${listed(gone)} no longer`] : []),
    ...(come.length > 0 ? [`${listed(come)} now`] : []),
  ];
  const verb = is.action === "send" ? "sends" : "receives";
  const waiting = missed.length > 0 ? ` Who receives ${listed(missed)} from ${is.topic ?? "it"} waits in vain.` : "";
  return [
    draft(
      {
        code: "operation-messages-changed",
        level: missed.length > 0 ? "breaking" : "info",
        subject: subjectOf(is),
        message: `${is.id} of ${is.service} ${verb} ${said.join(", and ")}.${waiting}`,
        events: [...gone, ...come].toSorted(),
        directions: missed.length > 0 ? ["forward"] : [],
        older: below(was.place, "/messages"),
        newer: below(is.place, "/messages"),
      },
      [...gone, "→", ...come],
    ),
  ];
}

/** Somebody reads it from the topic, and no newer version of it that is sent there. */
function isMissed(key: string, topic: string | undefined, { events, operations }: Model): boolean {
  const there = operations.filter((one) => one.topic === topic);
  const event = events.find((one) => one.key === key);
  const isSuccessor = ({ eventType, version = 0 }: EventVersion): boolean =>
    eventType === event?.eventType && version > (event.version ?? 0);
  const sent = new Set(there.filter(({ action }) => action === "send").flatMap((one) => one.events));
  const successors = new Set(events.filter((one) => isSuccessor(one) && sent.has(one.key)).map((one) => one.key));
  const reads = there.filter(({ action }) => action === "receive");
  const served = new Set(
    reads.filter((one) => one.events.some((name) => successors.has(name))).map(({ service }) => service),
  );
  return reads.some((one) => one.events.includes(key) && !served.has(one.service));
}

function replyDrafts(was: Operation, is: Operation, models: { older: Model; newer: Model }): readonly Draft[] {
  const describe = (operation: Operation, model: Model): Json | undefined => {
    if (!operation.reply) return undefined;
    const reply = resolveChild(model.sources, operation.place, "reply");
    const address = reply && resolveChild(model.sources, reply, "address");
    const location = (address && own(valueOf(model.sources, address), "location")) ?? null;
    return { topic: operation.reply.topic ?? null, events: operation.reply.events.toSorted(), location };
  };
  const [before, after] = [describe(was, models.older), describe(is, models.newer)];
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const gone = was.reply?.events.filter((event) => !is.reply?.events.includes(event)) ?? [];
  const come = is.reply?.events.filter((event) => !was.reply?.events.includes(event)) ?? [];
  const isElsewhere = was.reply?.topic !== is.reply?.topic || own(before, "location") !== own(after, "location");
  const level: Level = !was.reply ? "info" : !is.reply || isElsewhere || gone.length > 0 ? "breaking" : "warning";
  const said = !was.reply
    ? "has a reply now"
    : !is.reply
      ? "has no reply any more"
      : [
          ...(isElsewhere ? ["replies elsewhere now"] : []),
          ...(gone.length > 0 ? [`no longer replies with ${listed(gone)}`] : []),
          ...(come.length > 0 ? [`can reply with ${listed(come)} now`] : []),
        ].join(", ");
  return [
    draft(
      {
        code: "reply-changed",
        level,
        subject: subjectOf(is),
        message: `${is.id} of ${is.service} ${said}.`,
        ...(level === "info"
          ? {}
          : { hint: "Who asked waits for what was agreed: offer both until everybody has moved." }),
        events: [...gone, ...come].toSorted(),
        older: below(was.place, "/reply"),
        newer: below(is.place, "/reply"),
      },
      [canonicalJson(before ?? null), canonicalJson(after ?? null)],
    ),
  ];
}

function groupDrafts(was: Operation, is: Operation, models: { older: Model; newer: Model }): readonly Draft[] {
  const groupOf = (operation: Operation, { sources }: Model): Json | undefined => {
    const node = ["bindings", "kafka", "groupId"].reduce<Node | undefined>(
      (found, field) => found && childOf(found, field),
      nodeAt(sources, operation.place),
    );
    return node && valueIn(node);
  };
  const [before, after] = [groupOf(was, models.older), groupOf(is, models.newer)];
  if (canonicalJson(before ?? null) === canonicalJson(after ?? null)) return [];
  const text = (group: Json | undefined): string =>
    group === undefined ? "a group that is not said" : `the group ${textOf(group)}`;
  return [
    draft(
      {
        code: "group-changed",
        level: before === undefined ? "info" : "warning",
        // One group reads for all operations of a service: said once.
        subject: { kind: "service", name: is.service },
        message: `${is.service} read as ${text(before)} and reads as ${text(after)} now.`,
        hint: "The new group has read nothing: set its offsets to where the old one stood before it starts.",
        older: below(was.place, "/bindings/kafka/groupId"),
        newer: below(is.place, "/bindings/kafka/groupId"),
      },
      [canonicalJson(before ?? null), canonicalJson(after ?? null)],
    ),
  ];
}

function textOf(group: Json): string {
  return String(own(group, "const") ?? canonicalJson(own(group, "enum") ?? group));
}
