import { createHash } from "node:crypto";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../read/json.ts";
import { decodeUtf8 } from "../read/decode.ts";
import { parseJson } from "../read/json-source.ts";
import { limits } from "../read/limits.ts";
import { childPointer } from "../read/pointer.ts";

/** A Pact file with asynchronous messages. */
export interface Pact {
  /** Relative to the project root. */
  readonly file: string;
  readonly consumer: string;
  readonly provider: string;
  /** Pact's specification, as the file names it: "4.0"; "" where it names none. */
  readonly specification: string;
  /** SHA-256 (hex) of what the contract says: order of keys and interactions, comments and tool versions are no matter. */
  readonly hash: string;
  /** How many interactions are not about events (HTTP, synchronous): nothing here judges them. */
  readonly others: number;
  readonly interactions: readonly Interaction[];
  /** Lines and columns of the file; worked out when asked for. */
  readonly locate: (pointer: string, part?: "key" | "value") => Span;
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
  /** The matching rules of the body: JSON path → rule list, as in the file. */
  readonly rules: JsonObject;
  readonly pending: boolean;
  /** JSON pointer of the interaction in its file. */
  readonly pointer: string;
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
  const { interactions, faults, others } = interactionsOf(listed as readonly Json[], `/${key}`, specification, locate);
  const hash = hashOf([consumer, provider, specification, ...interactions.map(({ id }) => id).toSorted()]);
  return { pact: { file, consumer, provider, specification, hash, others, interactions, locate, value }, faults };
}

/**
 * One interaction as a store keeps it. Undefined for what is no interaction about a message; the reader of files says why.
 */
export function interactionFrom(whole: JsonObject, specification: string): Interaction | undefined {
  return interactionOf(whole, "", specification);
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

function interactionsOf(
  listed: readonly Json[],
  base: string,
  specification: string,
  locate: Pact["locate"],
): {
  readonly interactions: readonly Interaction[];
  readonly faults: readonly PactFault[];
  readonly others: number;
} {
  const faults: PactFault[] = [];
  const seen = new Map<string, string>();
  let others = 0;
  const interactions = listed.flatMap((raw, index) => {
    const pointer = childPointer(base, index);
    const add = (message: string): [] => (faults.push({ span: locate(pointer), message }), []);
    if (!isObject(raw)) return add("An interaction is an object.");
    // HTTP and synchronous interactions are contracts too, but not about events.
    const type = own(raw, "type");
    if (type !== undefined && !types.has(type))
      return add(`There is no type ${JSON.stringify(type)}; there are: ${[...types].join(", ")}.`);
    // Before specification 4 HTTP had no type, and a request instead.
    const isHttp = type === undefined && own(raw, "request") !== undefined && own(raw, "contents") === undefined;
    if (isHttp || (type !== undefined && type !== "Asynchronous/Messages")) {
      others += 1;
      return [];
    }
    const found = interactionOf(raw, pointer, specification);
    if (found === undefined) return add("An interaction has a description and JSON contents.");
    const name = canonicalJson([found.description, own(found.whole, "providerStates") ?? null]);
    const meaning = canonicalJson([found.id, found.message ?? null, found.operationId ?? null]);
    const twin = seen.get(name);
    seen.set(name, meaning);
    // The same said twice is said once; two meanings of one name are two contracts, and a verifier would ask about one.
    if (twin === meaning) return [];
    if (twin !== undefined)
      return add(`Two interactions are called "${found.description}"; only one of them would be verified.`);
    return [found];
  });
  return { interactions, faults, others };
}

const types = new Set<Json>(["Asynchronous/Messages", "Synchronous/Messages", "Synchronous/HTTP"]);

/** What names an interaction or speaks of it to people, and does not change what is asked. */
const names = new Set(["comments", "_id", "key"]);

function wholeOf(raw: JsonObject): JsonObject {
  const entries = Object.entries(raw).filter(([key, value]) => !names.has(key) && !(key === "pending" && !value));
  return Object.fromEntries(entries);
}

function interactionOf(raw: JsonObject, pointer: string, specification: string): Interaction | undefined {
  const description = ownString(raw, "description");
  const wrapper = own(raw, "contents");
  // Specification 4 wraps the content with its type and encoding; specification 3 does not.
  const isWrapped = isObject(wrapper) && Object.hasOwn(wrapper, "content") && Object.hasOwn(wrapper, "contentType");
  const contents = isWrapped ? own(wrapper, "content") : wrapper;
  const isEncoded = isWrapped && ![undefined, false].includes(own(wrapper, "encoded") as false);
  if (description === undefined || contents === undefined || isEncoded) return undefined;
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
    rules: isObject(rules) ? rules : {},
    pending: own(raw, "pending") === true,
    pointer,
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
