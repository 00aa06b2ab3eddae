import { keysAt } from "../model/channels.ts";
import type { AsyncApiDocument, Model } from "../model/types.ts";
import { ownString } from "../read/json.ts";
import { resolveChild, valueOf } from "../read/resolve.ts";
import type { Place } from "../read/sources.ts";
import { draft } from "./draft.ts";
import type { Draft } from "./types.ts";

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
  return [...before].flatMap(([name, old]) => {
    const now = after.get(name);
    if (!now) return [];
    return (["protocol", "host", "pathname"] as const).flatMap((field) => {
      const [from, to] = [ownString(valueOf(older.sources, old), field), ownString(valueOf(newer.sources, now), field)];
      if (from === to) return [];
      return [
        draft(
          {
            code: "server-changed",
            level: field === "protocol" ? "breaking" : "warning",
            subject: { kind: "server", name },
            message: `The ${field} of the server ${name} was ${from ?? "not said"} and is ${to ?? "not said"} now.`,
            older: { file: old.file, pointer: `${old.pointer}/${field}` },
            newer: { file: now.file, pointer: `${now.pointer}/${field}` },
          },
          [field, from ?? "", to ?? ""],
        ),
      ];
    });
  });
}

function serversOf(document: AsyncApiDocument, { sources }: Model): ReadonlyMap<string, Place> {
  const servers = resolveChild(sources, document.place, "servers");
  const places = keysAt(sources, servers).map(
    (name) => [name, servers && resolveChild(sources, servers, name)] as const,
  );
  return new Map(places.flatMap(([name, place]) => (place ? [[name, place] as const] : [])));
}
