import type { Facts } from "../facts/facts.ts";
import { isHeld } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import { topologyPicture } from "../pictures/topology.ts";
import { oneLine } from "./schema.ts";
import type { Page, View } from "./view.ts";
import { breakable, eventLink, pageHead, section, to, topicLink } from "./view.ts";

export function overviewPage(facts: Facts): Page {
  return { path: "index.html", section: "overview", title: (words) => words.nav.overview, body };

  function body(view: View): Html {
    const { words } = view;
    const { services, topics, events } = facts.model;
    const lead =
      events.length === 0 ? words.overview.empty : words.overview.lead(services.length, topics.length, events.length);
    return html`${pageHead(words.nav.overview, "overview", facts.title, undefined, lead)}
    ${topics.length > 0 && section(view, "sec-topology", words.overview.topology, topology(view), words.overview.topologyHelp)}
    ${events.length + facts.faults.length > 0 && section(view, "sec-attention", words.overview.attention, attention(view))}
    ${services.length > 0 && section(view, "sec-services", words.nav.services, serviceCards(view))}
    ${facts.flows.length > 0 && section(view, "sec-flows", words.nav.flows, flowCards(view))}`;
  }
}

/** Writing weighs more than reading: topics stand right of their writers, and stories begin on the left. */
function topology(view: View): Html {
  const { model, addresses } = view.facts;
  const nodes = [
    ...model.services
      .filter(({ sends, receives }) => sends.length + receives.length > 0)
      .map(({ name }) => ({
        id: `s ${name}`,
        kind: "service" as const,
        label: name,
        href: to(view, addresses.service(name)),
      })),
    ...model.topics.map(({ name }) => ({
      id: `t ${name}`,
      kind: "topic" as const,
      label: name,
      href: to(view, addresses.topic(name)),
    })),
  ];
  const edges = model.topics.flatMap((topic) => [
    ...topic.writers.map((name) => ({ from: `s ${name}`, to: `t ${topic.name}`, weight: 4 })),
    ...topic.readers.map((name) => ({ from: `t ${topic.name}`, to: `s ${name}` })),
  ]);
  const speakers = view.facts.flows.flatMap(({ steps }) => steps.flatMap(({ sender }) => sender ?? []));
  const begin = [...new Set(speakers)].map((name) => `s ${name}`);
  return topologyPicture(view.words.overview.topology, nodes, edges, begin);
}

const MAX_LINKS = 24;

/** Things of one kind that somebody should look at. */
interface Finding {
  readonly label: string;
  readonly links: readonly Html[];
}

/** What a reader should know before relying on the rest: computed, and gone once it is mended. */
function attention(view: View): Html {
  const found = [...aboutFiles(view), ...aboutTopics(view), ...aboutEvents(view), ...aboutContracts(view)].filter(
    ({ links }) => links.length > 0,
  );
  if (found.length === 0) return html`<p class="good">${view.words.overview.noAttention}</p>`;
  return html`<dl class="attention">
    ${found.map(
      ({ label, links }) =>
        html`<div>
          <dt>${label}</dt>
          <dd>
            <span class="row">${links.slice(0, MAX_LINKS)}</span
            >${links.length > MAX_LINKS && html` <span class="quiet">+ ${links.length - MAX_LINKS}</span>`}
          </dd>
        </div>`,
    )}
  </dl>`;
}

/** What could not be read is missing here; the page says so. */
function aboutFiles({ words, facts }: View): readonly Finding[] {
  const links = facts.faults.map(
    ({ file, line, message }) => html`<span class="whole-line"><code>${file}:${line}</code> ${message}</span>`,
  );
  return [{ label: words.overview.unread, links }];
}

function aboutTopics(view: View): readonly Finding[] {
  const { words, facts } = view;
  const unwritten = facts.model.topics.filter(({ writers }) => writers.length === 0);
  const crowded = facts.model.topics.filter(({ writers }) => writers.length > 1);
  const byWriters = Map.groupBy(crowded, ({ writers }) => writers.join(", "));
  return [
    { label: words.overview.unwritten, links: unwritten.map(({ name }) => topicLink(view, name)) },
    ...[...byWriters].map(([writers, topics]) => ({
      label: words.overview.several(writers),
      links: topics.map(({ name }) => topicLink(view, name)),
    })),
  ];
}

function aboutEvents(view: View): readonly Finding[] {
  const { words, facts } = view;
  const replies = new Set(facts.model.operations.flatMap(({ reply }) => reply?.events ?? []));
  const unheard = facts.model.events.filter(({ key, receivers }) => receivers.length === 0 && !replies.has(key));
  const unsent = facts.model.events.filter(
    ({ receivers, senders, lifecycle }) => receivers.length > 0 && senders.length === 0 && lifecycle === "active",
  );
  return [
    { label: words.overview.unheard, links: unheard.map(({ key }) => eventLink(view, key)) },
    { label: words.overview.unsent, links: unsent.map(({ key }) => eventLink(view, key)) },
  ];
}

/** Only where contracts are used at all: a folder without any is no finding. */
function aboutContracts(view: View): readonly Finding[] {
  const { words, facts } = view;
  if (facts.interactions.length === 0) return [];
  return facts.model.services.map(({ name, receives }) => ({
    label: words.overview.uncovered(name),
    links: receives.filter(({ event }) => !isHeld(facts, name, event)).map(({ event }) => eventLink(view, event)),
  }));
}

function serviceCards(view: View): Html {
  const { words, facts } = view;
  return html`<ul class="cards">
    ${facts.model.services.map(
      (service) =>
        html`<li>
          <a class="card-name" href="${to(view, facts.addresses.service(service.name))}">${service.name}</a>
          <span class="quiet"
            >${words.service.says} ${new Set(service.sends.map(({ event }) => event)).size} · ${words.service.hears}
            ${new Set(service.receives.map(({ event }) => event)).size}</span
          >
          <p>${oneLine(service.description ?? service.title)}</p>
        </li>`,
    )}
  </ul>`;
}

function flowCards(view: View): Html {
  const { facts } = view;
  return html`<ul class="cards">
    ${facts.flows.slice(0, 6).map(
      (flow) =>
        html`<li>
          <a class="card-name" href="${to(view, facts.addresses.flow(flow.id))}">${breakable(flow.name)}</a>
          <p>${oneLine(flow.summary)}</p>
        </li>`,
    )}
  </ul>`;
}
