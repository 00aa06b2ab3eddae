import { createHash } from "node:crypto";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../read/json.ts";
import { decodeUtf8 } from "../read/decode.ts";
import { parseJson } from "../read/json-source.ts";
import { limits } from "../read/limits.ts";
import { childPointer } from "../read/pointer.ts";
import { contentsOf, kindOf } from "./interaction-kind.ts";
import { withoutTwins } from "./twins.ts";

/** A file of a contract. */
export interface PactFile {
  /** Relative to the project root. */
  readonly file: string;
  /** Lines and columns of the file; worked out when asked for. */
  readonly locate: (pointer: string, part?: "key" | "value") => Span;
}

/** A contract of two parties: one Pact file, or several that are read together. `file` and `locate` are those of the first. */
export interface Pact extends PactFile {
  readonly consumer: string;
  readonly provider: string;
  /** Pact's specification, as the file names it: "4.0"; "" where it names none. */
  readonly specification: string;
  /** SHA-256 (hex) of what the contract says: order of keys and interactions, comments and tool versions are no matter. */
  readonly hash: string;
  readonly interactions: readonly Interaction[];
  /** Synchronous messages: a request and what is answered. They are no part of `hash`. */
  readonly exchanges: readonly Exchange[];
  /** Interactions that are not about messages, such as HTTP: nothing here judges them. */
  readonly others: readonly OtherInteraction[];
  readonly value: JsonObject;
  /** It comes from a Pact Broker; absent for a contract of this repository. */
  readonly wanted?: Wanted;
}

/** Why a Pact Broker wants a contract verified. Its consumer may be described in another repository. */
export interface Wanted {
  /** In the broker's words: "latest from main branch". */
  readonly reason: string;
  /** A failure is not held against the producer yet. */
  readonly pending: boolean;
}

/** What a consumer expects of one message. */
export interface Interaction {
  /** SHA-256 (hex) of all that it says, the specification included: the name under which code is asked about it. */
  readonly id: string;
  /** All that it says, as in the file, without comments and the names that tools give it. */
  readonly whole: JsonObject;
  readonly description: string;
  readonly states: readonly string[];
  /** `comments.references.AsyncAPI.operationId`: the consumer's receive or the provider's send. */
  readonly operationId?: string;
  /** `comments.references.AsyncAPI.message`: the event version, `OrderCreated.v2`. */
  readonly message?: string;
  /** `comments.uses`: fields read where they are there, without being relied on; JSON paths. */
  readonly uses: readonly string[];
  readonly contents: Json;
  /**
   * What the contents are, where they are no JSON: "application/protobuf". Then their one rule is a matcher that no schema can
   * say, so that nothing about them is ever proved.
   */
  readonly opaque?: string;
  /** The matching rules of the body: JSON path → rule list, as in the file. */
  readonly rules: JsonObject;
  readonly pending: boolean;
  /** JSON pointer of the interaction in its file. */
  readonly pointer: string;
  readonly source: PactFile;
}

/** An interaction as it is known without its file. */
export type KnownInteraction = Omit<Interaction, "pointer" | "source">;

/** A synchronous message: what a consumer asks, and each answer that it can do with. */
export interface Exchange {
  readonly whole: JsonObject;
  readonly description: string;
  readonly request: Interaction;
  readonly responses: readonly Interaction[];
  readonly pointer: string;
  readonly source: PactFile;
}

/** An interaction that is not about messages. */
export interface OtherInteraction {
  readonly whole: JsonObject;
  /** In Pact's words: "Synchronous/HTTP". */
  readonly type: string;
  readonly description: string;
  readonly pointer: string;
  readonly source: PactFile;
}

/** What is wrong with a file, at a place in it. */
export interface PactFault {
  readonly span: Span;
  readonly message: string;
  readonly hint?: string;
}

const start: Span = { line: 1, column: 1, endLine: 1, endColumn: 1 };

/** Reads a Pact file of specification 4 or 3. Never throws: what cannot be understood is a fault with its place. */
export function readPact(
  file: string,
  bytes: Uint8Array,
): { readonly pact?: Pact; readonly faults: readonly PactFault[] } {
  if (bytes.length > limits.pactBytes)
    return fault(
      `The file has ${bytes.length.toLocaleString("en")} bytes; the limit is ${limits.pactBytes.toLocaleString("en")}.`,
    );
  const { text, fault: wrong } = decodeUtf8(bytes);
  // Two bytes that are no letters would be read as the same one, and a contract that changed as the one that it was.
  if (wrong !== undefined) return fault(wrong.message, wrong.span, wrong.hint);
  const { value, faults: broken, locate } = parseJson(text);
  const [first] = broken;
  if (first?.code === "yaml-syntax") return fault(`This is no JSON: ${first.message}`, first.span, first.hint);
  if (first !== undefined) return fault(first.message, first.span, first.hint);
  const consumer = ownString(own(value, "consumer"), "name");
  const provider = ownString(own(value, "provider"), "name");
  if (!isObject(value) || !consumer || !provider)
    return fault(
      "A Pact file names its consumer and its provider.",
      undefined,
      "Contracts are written by Pact's consumer tests, not by hand.",
    );
  const both = ["interactions", "messages"].every((name) => own(value, name) !== undefined);
  if (both)
    return fault(
      "A Pact file has interactions (specification 4) or messages (specification 3); this has both.",
      locate("/messages", "key"),
      "Two files were merged into one: record the contract anew.",
    );
  const key = own(value, "interactions") === undefined ? "messages" : "interactions";
  const listed = own(value, key);
  if (!Array.isArray(listed)) return fault("A Pact file has a list of interactions.");
  const specification = specificationOf(value);
  const source = { file, locate };
  const read = interactionsOf(listed as readonly Json[], `/${key}`, specification, source);
  const { kept, contradictions } = withoutTwins(read.interactions);
  const faults = [...read.faults, ...contradictions];
  const pact = {
    ...source,
    consumer,
    provider,
    specification,
    hash: contractHash(consumer, provider, specification, kept),
    interactions: kept,
    exchanges: read.exchanges,
    others: read.others,
    value,
  };
  return { pact, faults };
}

/** The hash of a contract: `Pact.hash`. */
export function contractHash(
  consumer: string,
  provider: string,
  specification: string,
  interactions: readonly Interaction[],
): string {
  return hashOf([consumer, provider, specification, ...interactions.map(({ id }) => id).toSorted()]);
}

/**
 * One interaction as a store keeps it. Undefined for what is no interaction about a message; the reader of files says why.
 */
export function interactionFrom(whole: JsonObject, specification: string): KnownInteraction | undefined {
  return interactionOf(whole, specification);
}

/** Pact writers have spelt it in several ways. */
function specificationOf(pact: Json): string {
  const metadata = own(pact, "metadata");
  for (const name of ["pactSpecification", "pact-specification"]) {
    const found = ownString(own(metadata, name), "version");
    if (found !== undefined) return found;
  }
  return ownString(metadata, "pactSpecificationVersion") ?? "";
}

function fault(message: string, span: Span = start, hint?: string): { readonly faults: readonly PactFault[] } {
  return { faults: [{ span, message, ...(hint === undefined ? {} : { hint }) }] };
}

interface Listed {
  readonly interactions: readonly Interaction[];
  readonly exchanges: readonly Exchange[];
  readonly others: readonly OtherInteraction[];
  readonly faults: readonly PactFault[];
}

function interactionsOf(listed: readonly Json[], base: string, specification: string, source: PactFile): Listed {
  const faults: PactFault[] = [];
  const interactions: Interaction[] = [];
  const exchanges: Exchange[] = [];
  const others: OtherInteraction[] = [];
  for (const [index, raw] of listed.entries()) {
    const place = { pointer: childPointer(base, index), source };
    const add = (message: string): void => void faults.push({ span: source.locate(place.pointer), message });
    if (!isObject(raw)) {
      add("An interaction is an object.");
      continue;
    }
    const kind = kindOf(raw);
    const description = ownString(raw, "description");
    if (kind.kind === "unknown") add(kind.message);
    else if (kind.kind === "other")
      others.push({ whole: wholeOf(raw), type: kind.type, description: description ?? "", ...place });
    else if (kind.kind === "exchange") {
      const found = exchangeOf(raw, specification, place);
      if (found === undefined) add("A synchronous message has a description, a request and a list of responses.");
      else exchanges.push(found);
    } else {
      const found = interactionOf(raw, specification);
      if (found === undefined) add("An interaction has a description.");
      else interactions.push({ ...found, ...place });
    }
  }
  return { interactions, exchanges, others, faults };
}

/** The parts of a synchronous message are messages of their own, which share its description, states and comments. */
function exchangeOf(
  raw: JsonObject,
  specification: string,
  { pointer, source }: { readonly pointer: string; readonly source: PactFile },
): Exchange | undefined {
  const { request, response, ...shared } = raw;
  const answers = Array.isArray(response) ? (response as readonly Json[]) : response === undefined ? [] : [response];
  const part = (value: Json | undefined, at: string): Interaction[] => {
    const found = isObject(value) ? interactionOf({ ...shared, ...value }, specification) : undefined;
    return found === undefined ? [] : [{ ...found, pointer: `${pointer}/${at}`, source }];
  };
  const [asked] = part(request, "request");
  if (asked === undefined) return undefined;
  const responses = answers.flatMap((one, index) =>
    part(one, Array.isArray(response) ? `response/${index}` : "response"),
  );
  return { whole: wholeOf(raw), description: asked.description, request: asked, responses, pointer, source };
}

/** What names an interaction or speaks of it to people, and does not change what is asked. */
const names = new Set(["comments", "_id", "key"]);

function wholeOf(raw: JsonObject): JsonObject {
  const entries = Object.entries(raw).filter(([key, value]) => !names.has(key) && !(key === "pending" && !value));
  return Object.fromEntries(entries);
}

function interactionOf(raw: JsonObject, specification: string): KnownInteraction | undefined {
  const description = ownString(raw, "description");
  if (description === undefined) return undefined;
  const { contents, opaque } = contentsOf(raw);
  const comments = own(raw, "comments");
  const reference = own(own(comments, "references"), "AsyncAPI");
  const [operationId, message] = [ownString(reference, "operationId"), ownString(reference, "message")];
  const rules = own(own(raw, "matchingRules"), "body") ?? own(own(raw, "matchingRules"), "content");
  const whole = wholeOf(raw);
  return {
    id: hashOf([specification, whole]),
    whole,
    description,
    states: statesOf(raw),
    ...(operationId === undefined ? {} : { operationId }),
    ...(message === undefined ? {} : { message }),
    uses: usesOf(own(comments, "uses")),
    contents,
    ...(opaque === undefined ? {} : { opaque }),
    rules: opaque !== undefined ? { $: { matchers: [{ match: `of ${opaque}` }] } } : isObject(rules) ? rules : {},
    pending: own(raw, "pending") === true,
  };
}

/** Specification 2 and early writers of 3 have one state, as text. */
function statesOf(raw: JsonObject): readonly string[] {
  const states = own(raw, "providerStates");
  if (Array.isArray(states)) return (states as readonly Json[]).map((state) => ownString(state, "name") ?? "");
  const single = ownString(raw, "providerState");
  return single === undefined ? [] : [single];
}

function usesOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((path) => typeof path === "string") : [];
}

function hashOf(value: Json): string {
  return createHash("sha256").update(canonicalJson(value)).digest("hex");
}
