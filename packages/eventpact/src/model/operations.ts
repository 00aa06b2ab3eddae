import { isObject, own, ownString } from "../read/json.ts";
import { pointerTokens, childPointer } from "../read/pointer.ts";
import { resolveChild, resolvePlace, valueOf } from "../read/resolve.ts";
import type { Place, Sources } from "../read/sources.ts";
import { keysAt } from "./channels.ts";
import { directTarget, optionalText } from "./message.ts";
import type { AsyncApiDocument, Channel, Operation } from "./types.ts";

type KeyAt = (place: Place) => string | undefined;

export function readOperations(
  sources: Sources,
  document: AsyncApiDocument,
  channels: readonly Channel[],
  keyAt: KeyAt,
): readonly Operation[] {
  const operations = resolveChild(sources, document.place, "operations");
  return keysAt(sources, operations).flatMap((id) => {
    const place = operations && resolveChild(sources, operations, id);
    const value = place && valueOf(sources, place);
    const action = ownString(value, "action");
    if (!place || !isObject(value) || (action !== "send" && action !== "receive")) return [];
    const channel = channelOf(sources, document, channels, place);
    const listed = listedMessages(sources, place, channel, keyAt);
    const reply = readReply(sources, document, channels, place, keyAt);
    return [
      {
        id,
        action,
        service: document.service,
        document: document.file,
        ...(channel ? { channel: channel.name, topic: channel.topic } : {}),
        ...optionalText({
          title: ownString(value, "title"),
          summary: ownString(value, "summary"),
          description: ownString(value, "description"),
        }),
        events: listed.map(({ event }) => event),
        messagePlaces: listed.map((message) => message.place),
        ...(reply ? { reply } : {}),
        place,
      },
    ];
  });
}

function channelOf(
  sources: Sources,
  document: AsyncApiDocument,
  channels: readonly Channel[],
  holder: Place,
): Channel | undefined {
  const place = { file: holder.file, pointer: childPointer(holder.pointer, "channel") };
  const mine = channels.filter((channel) => channel.document === document.file);
  const direct = directTarget(sources, place);
  const tokens = direct ? pointerTokens(direct.pointer) : [];
  if (direct?.file === document.file && tokens.length === 2 && tokens[0] === "channels") {
    const named = mine.find((channel) => channel.name === tokens[1]);
    if (named) return named;
  }
  const target = resolvePlace(sources, place);
  return target && channels.find((channel) => samePlace(channel.place, target));
}

interface Listed {
  readonly event: string;
  readonly place: Place;
}

function listedMessages(
  sources: Sources,
  holder: Place,
  channel: Channel | undefined,
  keyAt: KeyAt,
): readonly Listed[] {
  const list = resolveChild(sources, holder, "messages");
  const values = list && valueOf(sources, list);
  if (!list || !Array.isArray(values)) {
    const place = { file: holder.file, pointer: childPointer(holder.pointer, "channel") };
    return [...new Set(channel?.messages.values())].map((event) => ({ event, place }));
  }
  return values.flatMap((_, index) => {
    const target = resolveChild(sources, list, index);
    const event = target && keyAt(target);
    return event === undefined
      ? []
      : [{ event, place: { file: list.file, pointer: childPointer(list.pointer, index) } }];
  });
}

function readReply(
  sources: Sources,
  document: AsyncApiDocument,
  channels: readonly Channel[],
  operation: Place,
  keyAt: KeyAt,
): Operation["reply"] {
  const reply = resolveChild(sources, operation, "reply");
  if (!reply) return undefined;
  const hasChannel = own(valueOf(sources, reply), "channel") !== undefined;
  const channel = hasChannel ? channelOf(sources, document, channels, reply) : undefined;
  const events = listedMessages(sources, reply, channel, keyAt).map(({ event }) => event);
  return { ...(channel ? { topic: channel.topic } : {}), events };
}

function samePlace(a: Place, b: Place): boolean {
  return a.file === b.file && a.pointer === b.pointer;
}
