import type { Interaction, KnownInteraction, Pact } from "../contracts/pact.ts";
import { interactionFrom } from "../contracts/pact.ts";
import type { Subject } from "../contracts/subject.ts";
import { payloadSide } from "../judge/sides.ts";
import type { BundledSchema, EventVersion, Model, Operation } from "../model/types.ts";
import type {
  StoredMessage,
  StoredObject,
  StoredOperation,
  StoredPact,
  StoredSchema,
  StoredService,
  StoredTopic,
} from "./objects.ts";
import { isObject } from "../read/json.ts";
import { hashOf, withoutWords } from "./objects.ts";

/** What one version of a service says, hears and relies on, with everything that the store names by hash. */
export interface Contents {
  readonly service: string;
  /** Of the `StoredService`. */
  readonly hash: string;
  readonly sends: readonly Transfer[];
  readonly receives: readonly Transfer[];
  readonly topics: Readonly<Record<string, StoredTopic>>;
  readonly pacts: readonly KeptPact[];
}

/** A contract of a version, as it was. */
export interface KeptPact extends Omit<StoredPact, "interactions" | "format" | "kind"> {
  readonly interactions: readonly KeptInteraction[];
}

/** An interaction with the event version that it is about. */
export interface KeptInteraction extends Omit<KnownInteraction, "operationId" | "message"> {
  readonly event: string;
}

/** One event version that goes over one topic. */
export interface Transfer extends Omit<StoredOperation, "message"> {
  readonly message: StoredMessage;
  readonly messageHash: string;
}

/** The contents of a service as the documents and contracts are, and the objects that keep them. */
export function contentsOf(
  model: Model,
  subjects: readonly Subject[],
  service: string,
): { readonly contents: Contents; readonly objects: readonly StoredObject[] } {
  const messages = new Map<string, StoredMessage>();
  const stored = (event: EventVersion): string => {
    const message = messageOf(event);
    const hash = hashOf(message);
    messages.set(hash, message);
    return hash;
  };
  const mine = model.operations.filter((operation) => operation.service === service);
  const listed = (action: Operation["action"]): readonly StoredOperation[] =>
    mine
      .filter((operation) => operation.action === action)
      .flatMap((operation) => operationsOf(model, operation, stored));
  const [sends, receives] = [listed("send"), listed("receive")].map(sorted) as [StoredOperation[], StoredOperation[]];
  const pacts = pactsOf(subjects, service);
  const object: StoredService = {
    format: 1,
    kind: "service",
    service,
    sends,
    receives,
    topics: topicsOf(model, [...sends, ...receives]),
    pacts: pacts.map((pact) => ({ provider: pact.provider, hash: pact.hash, object: hashOf(pact) })),
  };
  const objects = [object, ...messages.values(), ...pacts];
  const found = new Map(objects.map((one) => [hashOf(one), one]));
  return { contents: loaded(object, (hash) => found.get(hash)), objects };
}

/** Puts a stored service together again. `get` answers undefined for what is not there: then this throws `MissingObject`. */
export function loaded(object: StoredService, get: (hash: string) => StoredObject | undefined): Contents {
  const transfer = ({ message: messageHash, ...operation }: StoredOperation): Transfer => {
    const message = get(messageHash);
    if (message?.kind !== "message") throw new MissingObject(messageHash);
    return { ...operation, message, messageHash };
  };
  const pacts = object.pacts.map(({ object: hash }) => {
    const pact = get(hash);
    if (pact?.kind !== "pact") throw new MissingObject(hash);
    return keptPact(pact);
  });
  return {
    service: object.service,
    hash: hashOf(object),
    sends: object.sends.map(transfer),
    receives: object.receives.map(transfer),
    topics: object.topics,
    pacts,
  };
}

function keptPact({ consumer, provider, hash, specification = "", interactions }: StoredPact): KeptPact {
  const kept = interactions.map((one): KeptInteraction => {
    const found = isObject(one.whole) ? interactionFrom(one.whole, specification) : undefined;
    return found === undefined ? earlier(one) : { ...found, event: one.event, uses: one.uses };
  });
  return { consumer, provider, hash, specification, interactions: kept };
}

/**
 * An interaction as the store kept it before it kept whole ones: judged by schemas as it stands; without a name, since what
 * it would be named by is not known, so that no result speaks of it.
 */
function earlier(one: StoredPact["interactions"][number]): KeptInteraction {
  const { description, states, contents, rules, pending } = one as Partial<KeptInteraction>;
  return {
    id: "",
    whole: {},
    event: one.event,
    uses: one.uses,
    description: description ?? "",
    states: states ?? [],
    contents: contents ?? null,
    rules: rules ?? {},
    pending: pending === true,
  };
}

export class MissingObject extends Error {
  readonly hash: string;
  constructor(hash: string) {
    super(`The store has no object ${hash}.`);
    this.hash = hash;
  }
}

function operationsOf(
  model: Model,
  { id, events, topic }: Operation,
  stored: (event: EventVersion) => string,
): readonly StoredOperation[] {
  return events.flatMap((key) => {
    const event = model.events.find((one) => one.key === key);
    if (event === undefined || topic === undefined) return [];
    return [{ event: key, operationId: id, topic, lifecycle: event.lifecycle, message: stored(event) }];
  });
}

function messageOf(event: EventVersion): StoredMessage {
  const { key, eventType, version, contentType, payload, headers } = event;
  const written = payload.kind === "json-schema" ? payloadSide(event, payload).writtenKeys : undefined;
  const plain = ({ dialect, schema, unread }: BundledSchema): StoredSchema => ({
    dialect,
    schema: withoutWords(schema),
    ...(unread.length === 0 ? {} : { unread: unread.map(({ what, message }) => ({ what, message })) }),
  });
  return {
    format: 1,
    kind: "message",
    key,
    eventType,
    ...(version === undefined ? {} : { version }),
    ...(contentType === undefined ? {} : { contentType }),
    payload:
      payload.kind === "json-schema"
        ? { kind: "json-schema", ...plain(payload), ...(written === undefined ? {} : { writtenKeys: written }) }
        : payload.kind === "opaque"
          ? { kind: "opaque", format: payload.format, schema: payload.schema }
          : { kind: "none" },
    ...(headers ? { headers: plain(headers) } : {}),
  };
}

function topicsOf(model: Model, operations: readonly StoredOperation[]): Readonly<Record<string, StoredTopic>> {
  const names = [...new Set(operations.map(({ topic }) => topic))].toSorted();
  return Object.fromEntries(
    names.map((name) => {
      const found = model.topics.find((topic) => topic.name === name);
      const { retentionMs, segmentMs, cleanupPolicy } = found ?? {};
      const facts = {
        ...(cleanupPolicy === undefined ? {} : { cleanupPolicy }),
        ...(retentionMs === undefined ? {} : { retentionMs }),
        ...(segmentMs === undefined ? {} : { segmentMs }),
      };
      return [name, facts];
    }),
  );
}

function pactsOf(subjects: readonly Subject[], consumer: string): readonly StoredPact[] {
  const mine = subjects.filter(({ pact }) => pact.consumer === consumer);
  return [...new Set(mine.map(({ pact }) => pact))]
    .map((pact) => storedPact(pact, mine))
    .toSorted((a, b) => (`${a.provider} ${a.specification}` < `${b.provider} ${b.specification}` ? -1 : 1));
}

function storedPact(pact: Pact, subjects: readonly Subject[]): StoredPact {
  const events = new Map(subjects.map(({ interaction, event }) => [interaction, event.key]));
  const interactions = pact.interactions
    .map((interaction) => ({ order: order(interaction), interaction, event: events.get(interaction) ?? "" }))
    .toSorted((a, b) => (`${a.event}\n${a.order}` < `${b.event}\n${b.order}` ? -1 : 1))
    .map(({ interaction: { uses, whole }, event }) => ({ event, uses, whole }));
  const { consumer, provider, hash, specification } = pact;
  return { format: 1, kind: "pact", consumer, provider, hash, specification, interactions };
}

const order = ({ description, states, id }: Interaction): string => [description, ...states, id].join("\n");

function sorted(operations: readonly StoredOperation[]): readonly StoredOperation[] {
  return operations.toSorted((a, b) => (`${a.event} ${a.operationId}` < `${b.event} ${b.operationId}` ? -1 : 1));
}
