import type { EventFacts, EventType } from "../facts/facts.ts";
import { isHeld } from "../facts/facts.ts";
import { html, type Html } from "../markup/html.ts";
import { changeTable, judgements, migrationList } from "./judgement.ts";
import type { View } from "./view.ts";
import { eventLink, row, section, serviceLink, table, to } from "./view.ts";

export function overTime(view: View, type: EventType, shown: EventFacts): Html {
  const { words } = view;
  const { event } = shown;
  const flows = view.facts.flows.filter(({ steps }) => steps.some((step) => step.event === event.key));
  return html`${shown.step && section(view, "sec-changes", words.event.changesSince(shown.step.older.key), html`${judgements(view, shown.step)}${changeTable(view, shown.step.changes, shown.step.older.key, event.key)}`)}
  ${type.versions.length > 1 && section(view, "sec-versions", words.event.versions, versions(view, type))}
  ${
    flows.length > 0 &&
    section(
      view,
      "sec-flows",
      words.event.flows,
      html`<ul class="plain">
        ${flows.map(
          (flow) =>
            html`<li>
              <a class="ref flow" href="${to(view, view.facts.addresses.flow(flow.id))}">${flow.name}</a>
              <span class="quiet">${flow.summary}</span>
            </li>`,
        )}
      </ul>`,
    )
  }`;
}

function versions(view: View, type: EventType): Html {
  const { words } = view;
  return html`${table(
    words.event.versions,
    [words.event.version, words.event.status, words.event.sentBy, words.event.receivedBy],
    type.versions.toReversed().map(({ event }) => [
      eventLink(view, event.key),
      html`<span class="life ${event.lifecycle}">${words.event.lifecycle[event.lifecycle]}</span>`,
      row(
        event.senders.map((name) => serviceLink(view, name)),
        words.event.nobody,
      ),
      row(
        event.receivers.map(
          (name) =>
            html`<span class="tight"
              >${serviceLink(view, name)}${isHeld(view.facts, name, event.key) && html` <span class="held" title="${words.service.covered}">✓</span>`}</span
            >`,
        ),
        words.event.nobody,
      ),
    ]),
  )}
  ${type.migrations.map(
    (migration) =>
      html`<h3>${words.migration.title(migration.older.key, migration.newer.key)}</h3>
        ${migrationList(view, migration)}`,
  )}`;
}
