import type { Topic } from "../../model/types.ts";
import type { Facts } from "../facts/facts.ts";
import { parametersOf, type Parameter } from "../facts/parameters.ts";
import { html, joined, type Html } from "../markup/html.ts";
import { markdown } from "../markup/markdown.ts";
import { topologyPicture } from "../pictures/topology.ts";
import { duration } from "./judgement.ts";
import { oneLine } from "./schema.ts";
import { sourcePlace } from "./source.ts";
import type { Page, View } from "./view.ts";
import { breakable, eventLink, facts, pageHead, row, section, serviceLink, table, to } from "./view.ts";

export function topicPage(all: Facts, topic: Topic): Page {
  return { path: all.addresses.topic(topic.name), section: "topics", title: () => topic.name, body };

  function body(view: View): Html {
    const { words } = view;
    const channel = all.model.channels.find((one) => one.topic === topic.name && one.description !== undefined);
    const parameters = parametersOf(all.model, topic);
    const keeping = all.keeping.get(topic.name);
    const kept = keeping?.isStated === true ? keeping : undefined;
    const title = all.model.channels.find((one) => one.topic === topic.name && one.title !== undefined)?.title;
    return html`${pageHead(words.kinds.topic, "topic", breakable(topic.name), undefined, title)}
    ${channel?.description !== undefined && html`<div class="prose">${markdown(channel.description)}</div>`}
    ${facts([
      [
        words.topic.writers,
        row(
          topic.writers.map((name) => serviceLink(view, name)),
          words.event.nobody,
        ),
      ],
      [
        words.topic.readers,
        row(
          topic.readers.map((name) => serviceLink(view, name)),
          words.event.nobody,
        ),
      ],
      topic.partitions === undefined ? undefined : [words.topic.partitions, topic.partitions],
      kept === undefined
        ? undefined
        : [words.topic.retention, kept.retention === null ? words.topic.forever : duration(view, kept.retention)],
      topic.cleanupPolicy === undefined ? undefined : [words.topic.cleanup, html`<code>${topic.cleanupPolicy}</code>`],
      [words.event.source, sourcePlace(view, topic.place)],
    ])}
    ${topic.writers.length + topic.readers.length > 0 && section(view, "sec-around", words.topic.around, around(view, topic))}
    ${parameters.length > 0 && section(view, "sec-parameters", words.topic.parameters, parameterTable(view, parameters))}
    ${section(view, "sec-events", words.topic.events, events(view, topic))}`;
  }
}

function parameterTable(view: View, parameters: readonly Parameter[]): Html {
  const { words } = view;
  const codes = (values: readonly string[]): Html =>
    joined(
      values.map((value) => html`<code>${value}</code>`),
      ", ",
    );
  return table(
    words.topic.parameters,
    [words.topic.parameter, words.service.what, words.topic.location],
    parameters.map((one) => [
      html`<code>${one.name}</code>`,
      html`${one.description !== undefined && html`<div class="words">${markdown(one.description)}</div>`}
      ${one.values.length > 0 && html`<p class="quiet">${words.field.oneOfValues} ${codes(one.values)}</p>`}
      ${one.default !== undefined && html`<p class="quiet">${words.field.default} ${codes([one.default])}</p>`}
      ${one.examples.length > 0 && html`<p class="quiet">${words.event.examples}: ${codes(one.examples)}</p>`}`,
      one.location !== undefined && html`<code>${one.location}</code>`,
    ]),
    "roomy",
  );
}

function events(view: View, topic: Topic): Html {
  const { words, facts: all } = view;
  const found = topic.events.flatMap((key) => all.events.get(key) ?? []);
  return table(
    words.topic.events,
    [words.kinds.event, words.event.status, words.service.what, words.event.sentBy, words.event.receivedBy],
    found.map(({ event }) => [
      eventLink(view, event.key),
      html`<span class="life ${event.lifecycle}">${words.event.lifecycle[event.lifecycle]}</span>`,
      oneLine(event.summary ?? event.title ?? event.description),
      row(
        event.senders.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
      row(
        event.receivers.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
    ]),
    "roomy",
  );
}

function around(view: View, topic: Topic): Html {
  const { addresses } = view.facts;
  const service = (side: string, name: string): Parameters<typeof topologyPicture>[1][number] => {
    return { id: `${side} ${name}`, kind: "service", label: name, href: to(view, addresses.service(name)) };
  };
  return topologyPicture(
    view.words.topic.around,
    [
      ...topic.writers.map((name) => service("in", name)),
      { id: "me", kind: "topic", label: topic.name, href: to(view, addresses.topic(topic.name)), isSubject: true },
      ...topic.readers.map((name) => service("out", name)),
    ],
    [
      ...topic.writers.map((name) => ({ from: `in ${name}`, to: "me" })),
      ...topic.readers.map((name) => ({ from: "me", to: `out ${name}` })),
    ],
  );
}
