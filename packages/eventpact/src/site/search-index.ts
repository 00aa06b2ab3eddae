import type { Facts } from "./facts/facts.ts";
import { allFields } from "./facts/fields.ts";
import { anchorFor } from "./addresses.ts";
import type { Words } from "./language/en.ts";

/**
 * What the search looks through: `[kind, name, page, summary, fields?]` per entry. Fields are `[path, anchor]`, or just
 * the path where the anchor is the same. Envelope fields are left out: every event has them.
 */
type Entry = [
  kind: string,
  name: string,
  page: string,
  summary: string,
  fields?: readonly (string | readonly [string, string])[],
];

const MAX_SUMMARY = 140;

/** A script that hands the index to the page: unlike a fetched file, it works from a disk as well as from a server. */
export function searchIndex(facts: Facts, words: Words): string {
  const { model, addresses, flows, rules } = facts;
  const entries: Entry[] = [
    ...[...facts.events.values()].map(({ event, payload }): Entry => {
      const fields = payload
        ? [...allFields(payload)].filter(
            ({ name, path }) => name !== "[]" && (!event.enveloped || path.startsWith("data.")),
          )
        : [];
      const found = [...new Set(fields.map(({ path }) => path))].map((path) =>
        anchorFor(path) === path ? path : ([path, anchorFor(path)] as const),
      );
      return [words.kinds.event, event.key, addresses.event(event.key), shortened(event.summary ?? event.title), found];
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

function shortened(text: string | undefined): string {
  const line = (text ?? "").replace(/\s+/g, " ").trim();
  return line.length > MAX_SUMMARY ? `${line.slice(0, MAX_SUMMARY - 1)}…` : line;
}
