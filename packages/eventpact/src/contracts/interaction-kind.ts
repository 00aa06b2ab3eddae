import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { parseJson } from "../read/json-source.ts";

/** What an interaction is about. `other` is in Pact's words: "Synchronous/HTTP". */
export type InteractionKind =
  | { readonly kind: "message" | "exchange" }
  | { readonly kind: "other"; readonly type: string }
  | { readonly kind: "unknown"; readonly message: string };

const kinds = new Map<Json | undefined, InteractionKind>([
  ["Asynchronous/Messages", { kind: "message" }],
  ["Synchronous/Messages", { kind: "exchange" }],
  ["Synchronous/HTTP", { kind: "other", type: "Synchronous/HTTP" }],
]);

/** Specification 4 says the type; before it, HTTP had a request and no contents. */
export function kindOf(raw: JsonObject): InteractionKind {
  const type = own(raw, "type");
  if (type === undefined) {
    const isHttp = own(raw, "request") !== undefined && own(raw, "contents") === undefined;
    return isHttp ? { kind: "other", type: "Synchronous/HTTP" } : { kind: "message" };
  }
  const message = `There is no type ${JSON.stringify(type)}; there are: ${[...kinds.keys()].join(", ")}.`;
  return kinds.get(type) ?? { kind: "unknown", message };
}

/** The contents of a message. `opaque`: they are no JSON, but of this type; no schema can be held against them. */
export interface Contents {
  readonly contents: Json;
  readonly opaque?: string;
}

/** What a message holds, decoded where JSON is kept as text or in Base64. */
export function contentsOf(raw: JsonObject): Contents {
  const wrapper = own(raw, "contents");
  if (wrapper === undefined) return { contents: null, opaque: "no contents" };
  if (!isWrapped(raw)) {
    const metadata = own(raw, "metadata") ?? own(raw, "metaData");
    const type = ownString(metadata, "contentType") ?? ownString(metadata, "content-type");
    return type === undefined || isJson(type) ? { contents: wrapper } : { contents: wrapper, opaque: type };
  }
  const [content = null, type, encoded] = [
    own(wrapper, "content"),
    ownString(wrapper, "contentType") ?? "",
    own(wrapper, "encoded"),
  ];
  if (type !== "" && !isJson(type)) return { contents: content, opaque: type };
  if (encoded === undefined || encoded === false) return { contents: content };
  const decoded = typeof content === "string" ? decode(content, encoded) : undefined;
  return decoded === undefined
    ? { contents: content, opaque: `${type}, encoded as ${String(encoded)}` }
    : { contents: decoded };
}

/** Specification 4 wraps the content with its type and encoding; specification 3 does not. */
export function isWrapped(raw: JsonObject): boolean {
  const wrapper = own(raw, "contents");
  return isObject(wrapper) && Object.hasOwn(wrapper, "content") && Object.hasOwn(wrapper, "contentType");
}

const isJson = (type: string): boolean => /^\s*[^;]*[/+]json\s*(?:;|$)/i.test(type);

function decode(content: string, encoded: Json): Json | undefined {
  const isText = typeof encoded === "string" && encoded.toLowerCase() === "json";
  const { value, faults } = parseJson(isText ? content : Buffer.from(content, "base64").toString("utf8"));
  return faults.length > 0 ? undefined : value;
}
