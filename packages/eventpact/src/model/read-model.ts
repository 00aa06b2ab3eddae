import { createHash } from "node:crypto";
import type { Memo } from "../cache/memo.ts";
import type { FileSystem } from "../read/file-system.ts";
import type { Loaded } from "../read/load.ts";
import { loadDocuments, loadFolder } from "../read/load.ts";
import { nodeFileSystem } from "../read/node-file-system.ts";
import { readChannels } from "./channels.ts";
import { readDocuments } from "./documents.ts";
import { collectEvents } from "./events.ts";
import { readOperations } from "./operations.ts";
import { readServices } from "./services.ts";
import { readTopics } from "./topics.ts";
import type { EventVersion, Model } from "./types.ts";
import type { UnreadPart } from "./unread.ts";
import { unreadBehind, unreadParts } from "./unread.ts";

export interface ReadOptions {
  /** Where the paths are; the current folder of the disk by default. */
  readonly fileSystem?: FileSystem;
  /** Read just these documents (and what they reach) instead of searching the folder. */
  readonly documents?: readonly string[];
  /** What earlier runs remember. */
  readonly memo?: Memo;
}

/**
 * Reads a folder of AsyncAPI 3.0/3.1 documents (path relative to the project root, `/` as separator). Never fails on
 * what the files say: what cannot be understood is left out here and reported by `checkModel`. Throws only when the
 * file system does.
 */
export async function readModel(folder: string, options: ReadOptions = {}): Promise<Model> {
  const fileSystem = options.fileSystem ?? nodeFileSystem(process.cwd());
  const loaded = options.documents
    ? await loadDocuments(fileSystem, options.documents, options.memo)
    : await loadFolder(fileSystem, folder, options.memo);
  return buildModel(folder, loaded);
}

/** The pure part of `readModel`: loaded files in, model out. */
export function buildModel(folder: string, { sources, documents: paths }: Loaded): Model {
  const documents = readDocuments(sources, paths);
  const drafts = documents.flatMap((document) => readChannels(sources, document));
  const { events, keyAt } = collectEvents(sources, documents, drafts);
  const channels = drafts.map(({ messagePlaces, ...channel }) => ({
    ...channel,
    messages: new Map([...messagePlaces].map(([name, place]) => [name, keyAt(place) as string])),
  }));
  const operations = documents.flatMap((document) => readOperations(sources, document, channels, keyAt));
  const users = (action: "send" | "receive"): NamesOf =>
    namesByKey(
      operations
        .filter((one) => one.action === action)
        .flatMap((one) => one.events.map((key): [string, string] => [key, one.service])),
    );
  const [topicsOf, senders, receivers] = [
    namesByKey(
      channels.flatMap((channel) =>
        [...channel.messages.values()].map((key): [string, string] => [key, channel.topic]),
      ),
    ),
    users("send"),
    users("receive"),
  ];
  const unread = unreadParts(sources);
  const used = events.map((event) => ({
    ...event,
    ...restingOn(event.hash, [...unreadBehind(sources, [event.place], unread), ...foreignTo(event)]),
    topics: topicsOf(event.key),
    senders: senders(event.key),
    receivers: receivers(event.key),
  }));
  const services = readServices(sources, documents, operations);
  const topics = readTopics(channels, operations);
  return { folder, documents, services, channels, topics, operations, events: used, unread, sources };
}

/** The parts of an event's schemas in another dialect than theirs: only who bundles a schema knows them. */
function foreignTo({ payload, headers }: Pick<EventVersion, "payload" | "headers">): readonly UnreadPart[] {
  const schemas = [payload.kind === "json-schema" ? payload : undefined, headers];
  return schemas.flatMap((schema) => schema?.unread ?? []).filter(({ kind }) => kind === "dialect");
}

/** Another gap is another event: the same gap says nothing about what has filled it. */
function restingOn(hash: string, unread: readonly UnreadPart[]): Pick<EventVersion, "hash" | "unread"> {
  if (unread.length === 0) return { hash, unread };
  const gaps = unread.map(({ what }) => what).toSorted();
  return {
    unread,
    hash: createHash("sha256")
      .update(JSON.stringify([hash, gaps]))
      .digest("hex"),
  };
}

type NamesOf = (key: string) => readonly string[];

/** Sorted names by key, each once. */
function namesByKey(pairs: readonly (readonly [key: string, name: string])[]): NamesOf {
  const names = new Map<string, Set<string>>();
  for (const [key, name] of pairs) names.set(key, (names.get(key) ?? new Set()).add(name));
  return (key) => [...(names.get(key) ?? [])].toSorted();
}
