import type { Model, EventVersion } from "../model/types.ts";
import { ownString } from "../read/json.ts";
import { valueOf } from "../read/resolve.ts";
import { below, draft, listed } from "./draft.ts";
import type { EventPair } from "./events.ts";
import type { Draft } from "./types.ts";

/** Another encoding of the bytes is another event, however the type is written. */
export function contentTypeDrafts(pair: EventPair, models: { older: Model; newer: Model }): readonly Draft[] {
  const { older, newer } = pair;
  const [was, is] = [contentTypesOf(models.older, older), contentTypesOf(models.newer, newer)];
  const [before, after] = [was, is].map((types) => types.map(meaningOf).toSorted().join("\n"));
  const places = { older: below(older.place, "/contentType"), newer: below(newer.place, "/contentType") };
  const subject = { kind: "event", name: newer.key } as const;
  const said = (types: readonly string[]): string => listed(types.toSorted()) || "of no stated content type";
  const message = `${newer.key} was ${said(was)} and is ${said(is)} now.`;
  if (before === after) {
    if (canonical(was) === canonical(is)) return [];
    const same = `${message} It means the same.`;
    return [draft({ code: "content-type-changed", level: "info", subject, message: same, ...places }, [...was, ...is])];
  }
  return [
    draft(
      {
        code: "content-type-changed",
        level: was.length === 0 ? "warning" : "breaking",
        subject,
        message,
        hint: "Readers decode the bytes by it: make a new version for another encoding.",
        directions: ["backward", "forward"],
        ...places,
      },
      [before ?? "", after ?? ""],
    ),
  ];
}

const canonical = (types: readonly string[]): string => types.toSorted().join("\n");

/** Its own, else the defaults of the documents that hold it. */
function contentTypesOf(model: Model, event: EventVersion): readonly string[] {
  if (event.contentType !== undefined) return [event.contentType];
  const holders = new Set([
    event.file,
    ...model.channels
      .filter(({ messages }) => [...messages.values()].includes(event.key))
      .map(({ document }) => document),
    ...model.operations.filter(({ events }) => events.includes(event.key)).map(({ document }) => document),
  ]);
  const defaults = model.documents
    .filter(({ file }) => holders.has(file))
    .map(({ place }) => ownString(valueOf(model.sources, place), "defaultContentType"));
  return [...new Set(defaults.filter((one) => one !== undefined))];
}

/**
 * A media type by what it means (RFC 2045, 9110): type and names of parameters in whatever case, parameters in whatever order,
 * quoted or not. JSON is UTF-8 and has no parameter `charset` (RFC 8259, 11), so that saying `charset=utf-8` says nothing.
 */
export function meaningOf(type: string): string {
  const [essence = "", ...rest] = splitOutsideQuotes(type);
  const name = essence.trim().toLowerCase();
  const isJson = /^[^/]+\/(?:[^/]+\+)?json$/.test(name);
  const parameters = rest.flatMap((parameter) => {
    const at = parameter.indexOf("=");
    if (at < 0) return parameter.trim() === "" ? [] : [parameter.trim().toLowerCase()];
    const key = parameter.slice(0, at).trim().toLowerCase();
    const quoted = /^"(.*)"$/s.exec(parameter.slice(at + 1).trim())?.[1]?.replaceAll(/\\(.)/gs, "$1");
    const value = quoted ?? parameter.slice(at + 1).trim();
    const plain = key === "charset" ? value.toLowerCase() : value;
    return isJson && key === "charset" && /^(utf-?8|us-ascii)$/.test(plain) ? [] : [`${key}=${plain}`];
  });
  return [name, ...parameters.toSorted()].join(";");
}

function splitOutsideQuotes(text: string): readonly string[] {
  return text.match(/(?:"(?:[^"\\]|\\.)*"|[^;])+|(?<=;)(?=;|$)/gs) ?? [text];
}
