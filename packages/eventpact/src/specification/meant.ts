import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { nearest } from "../diagnostics/suggest.ts";
import { childPointer, pointerTokens } from "../read/pointer.ts";

/**
 * The way out for text that stands where an object or a reference belongs: `channel: loans` was meant as a `$ref` to
 * the channel of that name. Looks in the places of this document that such a name is likely to mean.
 */
export function meantReference(root: Json | undefined, pointer: string, text: string): string | undefined {
  const write = (target: string): string => `Write { $ref: "#${target}" }.`;
  const bare = text.replace(/^#/, "");
  for (const holder of likelyHolders(root, pointer)) {
    const names = Object.keys(objectAt(root, holder));
    const last = pointerTokens(bare.startsWith("/") ? bare : "").at(-1) ?? bare;
    const found = names.includes(last) ? last : nearest(last, names);
    if (found !== undefined) return write(childPointer(holder, found));
  }
  return undefined;
}

function likelyHolders(root: Json | undefined, pointer: string): readonly string[] {
  const tokens = pointerTokens(pointer);
  const field = tokens.findLast((token) => !/^\d+$/.test(token)) ?? "";
  const holder = tokens.slice(0, tokens.lastIndexOf(field)).reduce(childPointer, "");
  if (field === "channel") return ["/channels", "/components/channels"];
  if (field === "messages") {
    const channel = ownString(own(objectAt(root, holder), "channel"), "$ref")?.split("#")[1];
    return [...(channel === undefined ? [] : [`${channel}/messages`]), "/components/messages"];
  }
  if (field === "servers" || field === "security") return [`/${field}`, componentOf(field)];
  const isEntry = Object.hasOwn(singular, tokens.at(-2) ?? "");
  return [componentOf(isEntry ? (tokens.at(-2) ?? "") : field)];
}

/** What a field refers to under `components`; by default a schema. */
function componentOf(field: string): string {
  return `/components/${Object.hasOwn(singular, field) ? singular[field] : "schemas"}`;
}

const singular: Readonly<Record<string, string>> = {
  servers: "servers",
  security: "securitySchemes",
  channels: "channels",
  messages: "messages",
  operations: "operations",
  parameters: "parameters",
  correlationId: "correlationIds",
  reply: "replies",
  address: "replyAddresses",
  externalDocs: "externalDocs",
  tags: "tags",
};

function objectAt(root: Json | undefined, pointer: string): JsonObject {
  let here: Json | undefined = root;
  for (const token of pointerTokens(pointer)) here = own(here, token);
  return isObject(here) ? here : {};
}

/** The way out for an object that OpenAPI writes where AsyncAPI has text. */
export function meantByOpenApi(pointer: string, value: Json): string | undefined {
  const name = pointer.endsWith("/discriminator") ? ownString(value, "propertyName") : undefined;
  return name === undefined
    ? undefined
    : `OpenAPI writes a map here; AsyncAPI has the property's name alone: discriminator: ${name}`;
}
