import { createHash } from "node:crypto";
import type { Span } from "../diagnostics/diagnostic.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { canonicalJson, isObject, own, ownString } from "../read/json.ts";
import { limits } from "../read/limits.ts";
import { childPointer } from "../read/pointer.ts";
import { parseYaml } from "../read/yaml-source.ts";

/** A Pact file with asynchronous messages. */
export interface Pact {
  /** Relative to the project root. */
  readonly file: string;
  readonly consumer: string;
  readonly provider: string;
  /** SHA-256 (hex) of what the contract says: order of keys and interactions, comments and tool versions are no matter. */
  readonly hash: string;
  readonly interactions: readonly Interaction[];
  /** Lines and columns of the file; worked out when asked for. */
  readonly locate: (pointer: string, part?: "key" | "value") => Span;
  readonly value: JsonObject;
}

/** What a consumer expects of one message. */
export interface Interaction {
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
  if (bytes.length > limits.fileBytes)
    return fault(
      `The file has ${bytes.length.toLocaleString("en")} bytes; the limit is ${limits.fileBytes.toLocaleString("en")}.`,
    );
  const text = new TextDecoder().decode(bytes);
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    const [broken] = parseYaml(text).faults;
    return fault(`This is no JSON: ${error instanceof Error ? error.message : String(error)}`, broken?.span);
  }
  if (isDeeper(value, limits.depth)) return fault(`Nested deeper than ${limits.depth} levels.`);
  const consumer = ownString(own(value, "consumer"), "name");
  const provider = ownString(own(value, "provider"), "name");
  if (!isObject(value) || !consumer || !provider)
    return fault(
      "A Pact file names its consumer and its provider.",
      undefined,
      "Contracts are written by Pact's consumer tests, not by hand.",
    );
  const key = own(value, "interactions") === undefined ? "messages" : "interactions";
  const listed = own(value, key);
  if (!Array.isArray(listed)) return fault("A Pact file has a list of interactions.");
  let locate: Pact["locate"] | undefined;
  const at: Pact["locate"] = (pointer, part) => (locate ??= parseYaml(text).locate)(pointer, part);
  const { interactions, faults } = interactionsOf(listed as readonly Json[], `/${key}`, at);
  return {
    pact: { file, consumer, provider, hash: hashOf(consumer, provider, interactions), interactions, locate: at, value },
    faults,
  };
}

function fault(message: string, span: Span = start, hint?: string): { readonly faults: readonly PactFault[] } {
  return { faults: [{ span, message, ...(hint === undefined ? {} : { hint }) }] };
}

function interactionsOf(
  listed: readonly Json[],
  base: string,
  locate: Pact["locate"],
): { readonly interactions: readonly Interaction[]; readonly faults: readonly PactFault[] } {
  const faults: PactFault[] = [];
  const seen = new Set<string>();
  const interactions = listed.flatMap((raw, index) => {
    const pointer = childPointer(base, index);
    const add = (message: string): [] => (faults.push({ span: locate(pointer), message }), []);
    if (!isObject(raw)) return add("An interaction is an object.");
    // HTTP and synchronous interactions are contracts too, but not about events.
    const type = ownString(raw, "type");
    if (type !== undefined && type !== "Asynchronous/Messages") return [];
    const found = interactionOf(raw, pointer);
    if (found === undefined) return add("An interaction has a description and JSON contents.");
    const name = `${found.description}\n${found.states.join("\n")}`;
    if (seen.has(name))
      return add(`Two interactions are called "${found.description}"; only one of them would be verified.`);
    seen.add(name);
    return [found];
  });
  return { interactions, faults };
}

function interactionOf(raw: JsonObject, pointer: string): Interaction | undefined {
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
  const states = own(raw, "providerStates");
  return {
    description,
    states: Array.isArray(states) ? (states as readonly Json[]).map((state) => ownString(state, "name") ?? "") : [],
    ...(operationId === undefined ? {} : { operationId }),
    ...(message === undefined ? {} : { message }),
    uses: usesOf(own(comments, "uses")),
    contents,
    rules: isObject(rules) ? rules : {},
    pending: own(raw, "pending") === true,
    pointer,
  };
}

function usesOf(value: Json | undefined): readonly string[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter((path) => typeof path === "string") : [];
}

function hashOf(consumer: string, provider: string, interactions: readonly Interaction[]): string {
  const said = interactions
    .map(({ description, states, contents, rules }) => canonicalJson({ description, states, contents, rules }))
    .toSorted();
  return createHash("sha256")
    .update(JSON.stringify([consumer, provider, said]))
    .digest("hex");
}

/** Without recursion, since it is what protects recursion. */
function isDeeper(root: Json, depth: number): boolean {
  let level: Json[] = [root];
  for (let at = 0; level.length > 0; at += 1) {
    if (at > depth) return true;
    level = level.flatMap((value) => (typeof value === "object" && value !== null ? Object.values(value) : []));
  }
  return false;
}
