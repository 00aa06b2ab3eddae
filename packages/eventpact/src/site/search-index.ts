import type { EventVersion } from "../model/types.ts";
import type { Facts } from "./facts/facts.ts";
import type { Field } from "./facts/fields.ts";
import { allFields } from "./facts/fields.ts";
import { anchorFor } from "./addresses.ts";
import type { Words } from "./language/en.ts";

/**
 * What the search looks through: `[kind, name, page, summary, fields?, more?]` per entry. Fields are `[path, anchor,
 * values?]`, or just the path where the anchor is the same (an empty anchor says so beside values). `more` and the values
 * are found and not shown. Of equal hits the first in this order is shown first: newer versions before older ones. Envelope fields are left out: every event has them.
 */
type FieldEntry = string | readonly [path: string, anchor: string, values?: string];

type Entry = [kind: string, name: string, page: string, summary: string, fields?: readonly FieldEntry[], more?: string];

const MAX_SUMMARY = 140;
const MAX_DESCRIPTION = 300;

/** A script that hands the index to the page: unlike a fetched file, it works from a disk as well as from a server. */
export function searchIndex(facts: Facts, words: Words): string {
  const { model, addresses, flows, rules } = facts;
  const entries: Entry[] = [
    ...facts.types
      .flatMap(({ versions }) => versions.toReversed())
      .map(({ event, payload }): Entry => {
        const fields = payload
          ? [...allFields(payload)].filter(
              ({ name, path }) => name !== "[]" && (!event.enveloped || path.startsWith("data.")),
            )
          : [];
        const found = [...new Map(fields.map((field) => [field.path, field])).values()];
        return [
          words.kinds.event,
          event.key,
          addresses.event(event.key),
          shortened(event.summary ?? event.title),
          found.map((field) => fieldEntry(field, words)),
          wordsOf(event, words),
        ];
      }),
    ...model.services.map(({ name, title }): Entry => [
      words.kinds.service,
      name,
      addresses.service(name),
      shortened(title),
    ]),
    ...model.topics.map(({ name, events }): Entry => [
      words.kinds.topic,
      name,
      addresses.topic(name),
      shortened(events.join(", ")),
    ]),
    ...flows.map(({ id, name, summary }): Entry => [words.kinds.flow, name, addresses.flow(id), shortened(summary)]),
    ...rules.map(({ code, title }): Entry => [words.kinds.rule, code, addresses.rule(code), shortened(title)]),
    ...(["contracts", "changelog"] as const).map((page): Entry => [
      words.kinds.page,
      words.nav[page],
      `${page}.html`,
      "",
    ]),
  ];
  const json = JSON.stringify(entries).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
  return `window.eventpactSearch = ${json};\n`;
}

const MAX_VALUES = 200;

/** A field is also found by the values it may have, and by being personal. */
function fieldEntry({ path, values = [], personal, item }: Field, words: Words): FieldEntry {
  const anchor = anchorFor(path) === path ? "" : anchorFor(path);
  const texts = [...values, ...(item?.values ?? [])].filter((value) => typeof value === "string");
  const found = [...texts, ...(personal ? [words.field.personal] : [])].join(" ").slice(0, MAX_VALUES);
  if (found !== "") return [path, anchor, found];
  return anchor === "" ? path : [path, anchor];
}

/** How its authors describe it, and its lifecycle where that is news. */
function wordsOf({ title, description, lifecycle }: EventVersion, words: Words): string {
  const state = lifecycle === "active" ? [] : [lifecycle, words.event.lifecycle[lifecycle]];
  return [...state, title ?? "", shortened(description, MAX_DESCRIPTION)].join(" ").trim();
}

function shortened(text: string | undefined, max = MAX_SUMMARY): string {
  const line = (text ?? "").replace(/\s+/g, " ").trim();
  return line.length > max ? `${line.slice(0, max - 1)}…` : line;
}
