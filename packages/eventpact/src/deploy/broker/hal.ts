import { UsageError } from "../../command-line/command.ts";
import type { Json, JsonObject } from "../../read/json.ts";
import { isObject, own, ownString } from "../../read/json.ts";
import type { BrokerSettings } from "./settings.ts";

const TIMEOUT_MS = 20_000;
const MAX_BYTES = 20_000_000;

/** What a broker answered: a HAL resource, or undefined for 404. */
export type Resource = JsonObject;

/** Talks to a broker. Every address comes from a link of the broker's own, so that it may lie wherever it likes. */
export interface Hal {
  readonly index: () => Promise<Resource>;
  readonly get: (url: string) => Promise<Resource | undefined>;
  /** A question with a body; undefined for 404. */
  readonly ask: (url: string, body: Json) => Promise<Resource | undefined>;
  readonly send: (method: "POST" | "PUT" | "PATCH", url: string, body: Json) => Promise<Resource | undefined>;
}

/** Throws `UsageError` for whatever the broker refuses or cannot do: what is asked of it is the caller's configuration. */
export function halClient({ url, authorization }: BrokerSettings): Hal {
  const ask = async (
    method: string,
    address: string,
    body?: Json,
    isQuestion = method === "GET",
  ): Promise<Resource | undefined> => {
    const target = new URL(address, url);
    // Credentials go to the broker and nowhere else, whatever a link says.
    const trusted = target.origin === url.origin && authorization !== undefined;
    const response = await fetch(target, {
      method,
      redirect: "error",
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        accept: "application/hal+json, application/json",
        ...(body === undefined
          ? {}
          : { "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json" }),
        ...(trusted ? { authorization } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((error: unknown) => {
      const why =
        error instanceof Error ? (error.cause instanceof Error ? error.cause.message : error.message) : String(error);
      throw new UsageError(
        `The Pact Broker at ${url.origin} does not answer: ${why}`,
        "PACT_BROKER_BASE_URL names it; --no-broker leaves it out.",
      );
    });
    const text = await response.text();
    if (text.length > MAX_BYTES)
      throw new UsageError(`The Pact Broker's answer to ${method} ${target.pathname} is too large.`);
    if (response.status === 404 && isQuestion) return undefined;
    const value = parsed(text);
    if (!response.ok)
      throw new UsageError(
        `The Pact Broker refuses ${method} ${target.pathname} (${response.status}): ${faultOf(value, text)}`,
      );
    return isObject(value) ? value : undefined;
  };
  let index: Promise<Resource> | undefined;
  return {
    index: () =>
      (index ??= ask("GET", url.href).then((found) => {
        if (found !== undefined) return found;
        throw new UsageError(`There is no Pact Broker at ${url.origin}${url.pathname}.`);
      })),
    get: (address) => ask("GET", address),
    ask: (address, body) => ask("POST", address, body, true),
    send: (method, address, body) => ask(method, address, body),
  };
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The broker's own words, short. */
function faultOf(value: Json | undefined, text: string): string {
  const errors = own(value, "errors") ?? own(value, "error") ?? own(value, "message");
  return (
    (errors === undefined ? text : typeof errors === "string" ? errors : JSON.stringify(errors)).slice(0, 300) ||
    "no reason given"
  );
}

/** The address behind a relation of a resource, with its template filled in; undefined when it has none. */
export function linkOf(
  resource: Resource,
  relation: string,
  values: Readonly<Record<string, string>> = {},
): string | undefined {
  const found = own(own(resource, "_links"), relation);
  const href = ownString(Array.isArray(found) ? (found as readonly Json[])[0] : found, "href");
  return href?.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ""));
}

/** The links of a relation that has several, by name. */
export function namedLink(resource: Resource, relation: string, name: string): string | undefined {
  const found = own(own(resource, "_links"), relation);
  const all = Array.isArray(found) ? (found as readonly Json[]) : found === undefined ? [] : [found];
  return ownString(
    all.find((one) => ownString(one, "name") === name),
    "href",
  );
}

/** As `linkOf`, and a `UsageError` when the broker is too old to know the relation. */
export function neededLink(
  resource: Resource,
  relation: string,
  values: Readonly<Record<string, string>> = {},
): string {
  const found = linkOf(resource, relation, values);
  if (found === undefined)
    throw new UsageError(
      `The Pact Broker has no ${relation}.`,
      "It is older than its release 2.87, or no Pact Broker.",
    );
  return found;
}
