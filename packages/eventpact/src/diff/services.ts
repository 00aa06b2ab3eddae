import { keysAt } from "../model/channels.ts";
import type { AsyncApiDocument, Model } from "../model/types.ts";
import { canonicalJson, ownString } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { draft } from "./draft.ts";
import type { Draft, Level } from "./types.ts";

/** Documents that came and went, and the servers that they name. */
export function serviceDrafts(older: Model, newer: Model): readonly Draft[] {
  const before = new Map(older.documents.map((document) => [document.service, document]));
  const after = new Map(newer.documents.map((document) => [document.service, document]));
  const drafts: Draft[] = [];
  for (const [service, document] of after) {
    const was = before.get(service);
    const subject = { kind: "service", name: service } as const;
    if (was) drafts.push(...serverDrafts(was, document, older, newer));
    else
      drafts.push(
        draft({
          code: "service-added",
          level: "info",
          subject,
          message: `The service ${service} is new.`,
          newer: document.place,
        }),
      );
  }
  for (const [service, document] of before) {
    if (after.has(service)) continue;
    const message = `The document of ${service} is gone.`;
    const hint =
      "If its id or file name changed, the service has another name now, and contracts and deployments know the old one.";
    drafts.push(
      draft({
        code: "service-removed",
        level: "info",
        subject: { kind: "service", name: service },
        message,
        hint,
        older: document.place,
      }),
    );
  }
  return drafts;
}

function serverDrafts(was: AsyncApiDocument, is: AsyncApiDocument, older: Model, newer: Model): readonly Draft[] {
  const [before, after] = [serversOf(was, older), serversOf(is, newer)];
  const renamed = renames(before, after, older, newer);
  const kept = [...before].flatMap(([name, old]) => {
    const now = after.get(name);
    return now ? movedDrafts(name, old, now, older, newer) : [serverGone(name, old, renamed.get(name), after)];
  });
  const known = new Set(renamed.values());
  const come = [...after].filter(([name]) => !before.has(name) && !known.has(name));
  return [
    ...kept,
    ...come.map(([name, place]) =>
      serverDraft("server-added", "info", name, `The server ${name} is new.`, { newer: place }),
    ),
  ];
}

/** Where its clients find a server. */
function addressOf(place: Place, { sources }: Model): string {
  return canonicalJson(
    ["protocol", "host", "pathname"].map((field) => ownString(valueOf(sources, place), field) ?? null),
  );
}

/** Servers under another name at the same address. */
function renames(
  before: ReadonlyMap<string, Place>,
  after: ReadonlyMap<string, Place>,
  older: Model,
  newer: Model,
): ReadonlyMap<string, string> {
  const come = [...after].filter(([name]) => !before.has(name));
  return new Map(
    [...before].flatMap(([name, place]) => {
      const now = come.find(([, other]) => addressOf(other, newer) === addressOf(place, older));
      return after.has(name) || !now ? [] : [[name, now[0]] as const];
    }),
  );
}

function serverGone(name: string, place: Place, now: string | undefined, after: ReadonlyMap<string, Place>): Draft {
  const is = now === undefined ? undefined : after.get(now);
  const places = { older: place, ...(is ? { newer: is } : {}) };
  if (now !== undefined)
    return serverDraft("server-renamed", "info", name, `The server ${name} is called ${now} now.`, places);
  const hint = "Its clients still connect to it: keep it until they have moved, or accept it where nobody does.";
  return { ...serverDraft("server-removed", "breaking", name, `The server ${name} is gone.`, places), hint };
}

function serverDraft(
  code: string,
  level: Level,
  name: string,
  message: string,
  places: Pick<Draft, "older" | "newer">,
): Draft {
  return draft({ code, level, subject: { kind: "server", name }, message, ...places });
}

/** Brokers have several addresses, and names that move with them; the address of any other server is the server. */
function movedDrafts(name: string, old: Place, now: Place, older: Model, newer: Model): readonly Draft[] {
  const isBroker = !/^(https?|wss?)$/.test(ownString(valueOf(newer.sources, now), "protocol") ?? "");
  return (["protocol", "host", "pathname"] as const).flatMap((field) => {
    const [from, to] = [ownString(valueOf(older.sources, old), field), ownString(valueOf(newer.sources, now), field)];
    if (from === to) return [];
    const level = field === "host" && isBroker ? "warning" : "breaking";
    return [
      draft(
        {
          code: "server-changed",
          level,
          subject: { kind: "server", name },
          message: `The ${field} of the server ${name} was ${from ?? "not said"} and is ${to ?? "not said"} now.`,
          directions: level === "breaking" ? ["backward", "forward"] : [],
          older: { file: old.file, pointer: `${old.pointer}/${field}` },
          newer: { file: now.file, pointer: `${now.pointer}/${field}` },
        },
        [field, from ?? "", to ?? ""],
      ),
    ];
  });
}

export function serversOf(document: AsyncApiDocument, { sources }: Model): ReadonlyMap<string, Place> {
  const servers = resolveChild(sources, document.place, "servers");
  const places = keysAt(sources, servers).map(
    (name) => [name, servers && resolveChild(sources, servers, name)] as const,
  );
  return new Map(places.flatMap(([name, place]) => (place ? [[name, place] as const] : [])));
}
