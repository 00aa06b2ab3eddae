import type { Json, JsonObject } from "../../read/json.ts";
import { canonicalJson, isObject, own } from "../../read/json.ts";
import { draft } from "../draft.ts";
import type { Draft, Level } from "../types.ts";
import type { Node } from "./layers.ts";
import { placeIn, valueIn } from "./layers.ts";
import type { Walk } from "./walk.ts";

/**
 * What a server or an operation asks of who connects: one of the listed schemes is enough. Whoever satisfied the older list must
 * satisfy the newer one: of each older alternative there must be one that asks the same, or less.
 */
export function securityDrafts(walk: Walk, was: Node | undefined, is: Node | undefined): readonly Draft[] {
  const [before, after] = [schemesOf(was), schemesOf(is)];
  const refused = before.filter((scheme) => !after.some((other) => asksNoMore(other, scheme)));
  const isNew = before.length === 0;
  const isOpen = after.length === 0;
  const come = after.filter((scheme) => !before.some((other) => canonicalJson(other) === canonicalJson(scheme)));
  const gone = before.filter((scheme) => !after.some((other) => canonicalJson(other) === canonicalJson(scheme)));
  if (come.length + gone.length === 0) return [];
  const level: Level = isOpen ? "warning" : isNew || refused.length > 0 ? "breaking" : "info";
  const message = isNew
    ? `${capital(walk.owner)} asked for no credentials and asks for ${names(after)} now.`
    : isOpen
      ? `${capital(walk.owner)} asked for ${names(before)} and asks for nothing any more.`
      : refused.length > 0
        ? `${capital(walk.owner)} no longer accepts ${names(refused)} as before; it asks for ${names(after)} now.`
        : `${capital(walk.owner)} accepts ${names(after)} now, and all that it accepted before.`;
  const [older, newer] = [was && placeIn(was), is && placeIn(is)];
  return [
    draft(
      {
        code: "security-changed",
        level,
        subject: walk.subject,
        message,
        ...(level === "breaking"
          ? { hint: "Accept the old credentials beside the new ones until everybody has moved." }
          : {}),
        events: walk.events,
        directions: level === "breaking" ? ["backward", "forward"] : [],
        ...(older ? { older } : {}),
        ...(newer ? { newer } : {}),
      },
      [canonicalJson(before), canonicalJson(after)],
    ),
  ];
}

function schemesOf(node: Node | undefined): readonly JsonObject[] {
  const value = node && valueIn(node);
  const list = Array.isArray(value) ? (value as readonly Json[]) : [];
  return list.filter(isObject).map(withoutWords);
}

function withoutWords(scheme: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(scheme).filter(([key]) => key !== "description" && !key.startsWith("x-")));
}

/** The same scheme with the same scopes, or fewer. */
function asksNoMore(now: JsonObject, before: JsonObject): boolean {
  const rest = ({ scopes: _scopes, flows, ...others }: JsonObject): Json => [others, withoutScopes(flows)];
  const asked = scopesOf(before);
  return (
    canonicalJson(rest(now)) === canonicalJson(rest(before)) && scopesOf(now).every((scope) => asked.includes(scope))
  );
}

function scopesOf(scheme: JsonObject): readonly Json[] {
  const scopes = own(scheme, "scopes");
  return Array.isArray(scopes) ? (scopes as readonly Json[]) : [];
}

/** What could be asked for is a list for people; where tokens come from counts. */
function withoutScopes(flows: Json | undefined): Json {
  if (!isObject(flows)) return flows ?? null;
  return Object.fromEntries(
    Object.entries(flows).map(([name, flow]) => {
      if (!isObject(flow)) return [name, flow];
      const { availableScopes: _available, ...rest } = flow;
      return [name, rest];
    }),
  );
}

function names(schemes: readonly JsonObject[]): string {
  return schemes.map((scheme) => String(own(scheme, "type") ?? "an unknown scheme")).join(" or ");
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
