import type { Facts } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import { oneLine } from "./schema.ts";
import type { Page, View } from "./view.ts";
import { breakable, eventLink, pageHead, row, section, serviceLink, table, to, topicLink } from "./view.ts";

/** Lists of all events, services, topics and flows. */
export function listPages(facts: Facts): readonly Page[] {
  const { model, flows } = facts;
  return [
    { path: "events.html", section: "events", title: (words) => words.nav.events, body: events },
    ...(model.services.length > 0
      ? [
          {
            path: "services.html",
            section: "services",
            title: (words) => words.nav.services,
            body: services,
          } satisfies Page,
        ]
      : []),
    ...(model.topics.length > 0
      ? [{ path: "topics.html", section: "topics", title: (words) => words.nav.topics, body: topics } satisfies Page]
      : []),
    ...(flows.length > 0
      ? [{ path: "flows.html", section: "flows", title: (words) => words.nav.flows, body: flowList } satisfies Page]
      : []),
  ];
}

function events(view: View): Html {
  const { words, facts } = view;
  const byTopic = Map.groupBy(facts.types, ({ versions }) => versions.at(-1)?.event.topics[0] ?? "");
  const groups = [...byTopic].toSorted(([a], [b]) => a.localeCompare(b, "en"));
  return html`${pageHead(words.all(facts.model.events.length), "event", words.nav.events)}
  ${groups.map(([topic, types], index) =>
    section(
      view,
      `sec-${index + 1}`,
      topic === "" ? words.kinds.event : topic,
      html`<ul class="cards">
        ${types.map(({ name, versions }) => {
          const newest = versions.at(-1)?.event;
          return (
            newest &&
            html`<li>
              <a class="card-name" href="${to(view, facts.addresses.event(newest.key))}"
                >${breakable(newest.version === undefined ? newest.key : name)}</a
              >
              <span class="row"
                >${versions
                  .toReversed()
                  .map(
                    ({ event }) =>
                      event.version !== undefined &&
                      html`<a
                        class="version"
                        href="${to(view, facts.addresses.event(event.key))}"
                        aria-label="${name} v${event.version}"
                        >v${event.version}</a
                      >`,
                  )}</span
              >
              <p>${oneLine(newest.summary ?? newest.title ?? newest.description)}</p>
            </li>`
          );
        })}
      </ul>`,
    ),
  )}`;
}

function services(view: View): Html {
  const { words, facts } = view;
  return html`${pageHead(words.all(facts.model.services.length), "service", words.nav.services)}
  ${table(
    words.nav.services,
    [words.kinds.service, words.service.says, words.service.hears],
    facts.model.services.map((service) => [
      html`${serviceLink(view, service.name)}
        <p class="quiet">${oneLine(service.description ?? service.title)}</p>`,
      row(
        service.sends.map(({ event }) => eventLink(view, event)),
        words.event.nobody,
      ),
      row(
        service.receives.map(({ event }) => eventLink(view, event)),
        words.event.nobody,
      ),
    ]),
    "roomy",
  )}`;
}

function topics(view: View): Html {
  const { words, facts } = view;
  return html`${pageHead(words.all(facts.model.topics.length), "topic", words.nav.topics)}
  ${table(
    words.nav.topics,
    [words.kinds.topic, words.topic.writers, words.topic.readers, words.topic.carries],
    facts.model.topics.map((topic) => [
      topicLink(view, topic.name),
      row(
        topic.writers.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
      row(
        topic.readers.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
      row(
        topic.events.map((key) => eventLink(view, key)),
        words.event.nobody,
      ),
    ]),
    "roomy",
  )}`;
}

function flowList(view: View): Html {
  const { words, facts } = view;
  return html`${pageHead(words.all(facts.flows.length), "flow", words.nav.flows, undefined, words.flows.lead)}
    <ul class="cards wide-cards">
      ${facts.flows.map(
        (flow) =>
          html`<li>
            <a class="card-name" href="${to(view, facts.addresses.flow(flow.id))}">${breakable(flow.name)}</a>
            <span class="quiet">${words.flows.steps(flow.steps.length)} · ${flow.participants.join(", ")}</span>
            ${flow.missing && html`<span class="warn">${words.flows.middle}</span>`}
            <p>${oneLine(flow.summary)}</p>
          </li>`,
      )}
    </ul>`;
}
