import type { EventFacts, EventType, Facts } from "../facts/facts.ts";
import { keyHint, pathOfPointer } from "../facts/facts.ts";
import type { Json } from "../../read/json.ts";
import { html, type Html, type Part } from "../markup/html.ts";
import { schemaPath } from "../machine/catalogue.ts";
import { inlineMarkdown, markdown } from "../markup/markdown.ts";
import { topologyPicture } from "../pictures/topology.ts";
import { codeFold, prettyJson } from "./code.ts";
import { answers, exampleId, exampleName } from "./event-answers.ts";
import { overTime } from "./event-history.ts";
import { schemas } from "./event-schemas.ts";
import { sourcePlace } from "./source.ts";
import type { Page, View } from "./view.ts";
import {
  breakable,
  eventLink,
  facts,
  fieldLink,
  pageHead,
  row,
  section,
  serviceLink,
  to,
  topicLink,
  toShared,
} from "./view.ts";

/** The page of one event version. */
export function eventPage(all: Facts, type: EventType, shown: EventFacts): Page {
  const { event } = shown;
  return {
    path: all.addresses.event(event.key),
    section: "events",
    title: () => event.key,
    ...(event.summary === undefined ? {} : { summary: event.summary }),
    body: (view) =>
      html`<div class="${hasCode(event) ? "split" : "split bare"}">
          <div class="split-head">${head(view, type, shown)}</div>
          <div class="split-text">${schemas(view, shown)}${whereItGoes(view, shown)}</div>
          ${hasCode(event) && html`<div class="split-code">${codes(view, shown)}</div>`}
        </div>
        ${overTime(view, type, shown)}`,
  };
}

function head(view: View, type: EventType, shown: EventFacts): Html {
  const { words } = view;
  const { event, isNewest } = shown;
  const name = event.version === undefined ? event.key : type.name;
  const title = html`${breakable(name)}${event.version !== undefined && html` <span class="version">v${event.version}</span>`}`;
  const others = type.versions.filter((other) => other.event.key !== event.key);
  const beside = html`<p class="chips">
    <span class="life ${event.lifecycle}">${words.event.lifecycle[event.lifecycle]}</span>
    ${event.lifecycle !== "active" && html`<span class="quiet">${words.event.lifecycleHelp[event.lifecycle]}</span>`}
    ${type.versions.length > 1 && isNewest && html`<span class="life newest">${words.event.newest}</span>`}
    ${others.map((other) => eventLink(view, other.event.key))}
  </p>`;
  const lead = event.summary ?? event.title;
  return html`${pageHead(words.kinds.event, "event", title, beside, lead !== undefined && inlineMarkdown(lead))}
  ${event.description !== undefined && html`<div class="prose">${markdown(event.description)}</div>`}
  ${facts([
    [
      words.event.topic,
      row(
        event.topics.map((name) => topicLink(view, name)),
        words.event.nobody,
      ),
    ],
    keyFact(view, event),
    [
      words.event.sentBy,
      row(
        event.senders.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
    ],
    [
      words.event.receivedBy,
      row(
        event.receivers.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
    ],
    replyFact(view, event.key),
    namesakeFact(view, event),
    event.contentType === undefined ? undefined : [words.event.contentType, html`<code>${event.contentType}</code>`],
    sinceFact(view, event.key),
    [words.event.source, sourcePlace(view, { file: event.file, pointer: event.pointer })],
  ])}${answers(view, type, shown)}`;
}

/** The operations whose reply it is. */
function replyFact(view: View, key: string): readonly [string, Part] | undefined {
  const asked = view.facts.model.operations.filter(({ reply }) => reply?.events.includes(key));
  if (asked.length === 0) return undefined;
  const links = asked.map(({ service, id }) => html`<span>${serviceLink(view, service)} <code>${id}</code></span>`);
  return [view.words.event.replyOf, row(links, view.words.event.nobody)];
}

/** Messages without a version that claim the same name elsewhere: nothing says which came first. */
function namesakeFact(view: View, event: EventFacts["event"]): readonly [string, Part] | undefined {
  if (event.version !== undefined) return undefined;
  const others = view.facts.model.events.filter(
    ({ key, name, version }) => name === event.name && key !== event.key && version === undefined,
  );
  if (others.length === 0) return undefined;
  const links = others.map(({ key }) => eventLink(view, key));
  return [view.words.event.namesake, row(links, view.words.event.nobody)];
}

function keyFact(view: View, event: EventFacts["event"]): readonly [string, Part] | undefined {
  const { words } = view;
  const hint = keyHint(event);
  const { keyLocation } = event;
  if (!keyLocation) return hint === undefined ? undefined : [words.event.key, hint];
  const path = pathOfPointer(keyLocation.pointer);
  const where = keyLocation.source === "payload" ? fieldLink(view, event.key, path) : html`<code>${path}</code>`;
  return [words.event.key, html`${where}${keyLocation.source === "header" && ` (${words.event.headers})`}`];
}

function sinceFact(view: View, key: string): readonly [string, Part] | undefined {
  const { changelog } = view.facts;
  const entry = changelog.find(({ changes }) =>
    changes.some((change) => change.kind === "added" && change.event === key),
  );
  if (!entry?.commit) return undefined;
  const { date } = entry.commit;
  return [
    view.words.event.since,
    html`<a href="${to(view, `changelog.html#${entry.commit.id.slice(0, 10)}`)}">${date.slice(0, 10)}</a>`,
  ];
}

function whereItGoes(view: View, shown: EventFacts): Part {
  const { senders, receivers } = shown.event;
  return (
    senders.length + receivers.length > 0 && section(view, "sec-around", view.words.topic.around, around(view, shown))
  );
}

function around(view: View, { event }: EventFacts): Html {
  const { addresses } = view.facts;
  const nodes = [
    ...event.senders.map((name) => ({
      id: `from ${name}`,
      kind: "service" as const,
      label: name,
      href: to(view, addresses.service(name)),
    })),
    ...event.topics.map((name) => ({
      id: `topic ${name}`,
      kind: "topic" as const,
      label: name,
      href: to(view, addresses.topic(name)),
    })),
    ...event.receivers.map((name) => ({
      id: `to ${name}`,
      kind: "service" as const,
      label: name,
      href: to(view, addresses.service(name)),
    })),
  ];
  const edges = event.topics.flatMap((topic) => [
    ...event.senders.map((name) => ({ from: `from ${name}`, to: `topic ${topic}` })),
    ...event.receivers.map((name) => ({ from: `topic ${topic}`, to: `to ${name}` })),
  ]);
  return topologyPicture(view.words.topic.around, nodes, edges);
}

function hasCode({ payload, examples }: EventFacts["event"]): boolean {
  return payload.kind === "json-schema" || examples.length > 0;
}

function codes(view: View, { event }: EventFacts): Html {
  const { words, facts: all } = view;
  const typescript = event.payload.kind === "json-schema" ? all.typescript.get(event.key) : undefined;
  const examples = event.examples.map((example, index) => {
    const name = exampleName(view, example, index);
    const id = exampleId(index);
    return html`${example.payload !== undefined && codeFold(id, name, "json", prettyJson(example.payload), index === 0, example.summary !== undefined && inlineMarkdown(example.summary))}${
      example.headers &&
      codeFold(`${id}-headers`, `${name} · ${words.event.headers}`, "json", prettyJson(example.headers), false)
    }`;
  });
  return html`${examples.length > 0 && section(view, "sec-examples", words.event.examples, examples)}${
    event.payload.kind === "json-schema" &&
    codeFold(
      "sec-json-schema",
      words.event.jsonSchema,
      "json",
      prettyJson(event.payload.schema as Json),
      examples.length === 0,
      html`<a href="${toShared(view, schemaPath(all, event.key))}">${words.event.asFile}</a>`,
    )
  }
  ${typescript !== undefined && codeFold("sec-typescript", words.event.typescript, "typescript", typescript, false)}`;
}
