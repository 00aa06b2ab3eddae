import type { EventFacts, Facts } from "../facts/facts.ts";
import { isHeld } from "../facts/facts.ts";
import { allFields } from "../facts/fields.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import type { Page, View } from "./view.ts";
import { eventLink, fieldLink, pageHead, section, serviceLink, table, to } from "./view.ts";

export function contractsPage(all: Facts): Page {
  return { path: "contracts.html", section: "contracts", title: (words) => words.nav.contracts, body };

  function body(view: View): Html {
    const { words } = view;
    const hasPacts = all.interactions.length > 0;
    return html`${pageHead(undefined, "contracts", words.nav.contracts, undefined, words.contracts.lead)}
    ${section(view, "sec-matrix", words.contracts.matrix, matrix(view), hasPacts ? coverage(view) : words.contracts.noPacts)}
    ${section(view, "sec-environments", words.contracts.environments, environments(view))}
    ${hasPacts && section(view, "sec-pacts", words.contracts.pacts, pacts(view))}
    ${hasPacts && section(view, "sec-unused", words.contracts.unused, unused(view), words.contracts.unusedHelp)}`;
  }
}

function coverage(view: View): string {
  const { words, facts } = view;
  const all = facts.model.services.flatMap(({ name, receives }) =>
    receives.map(({ event }) => isHeld(facts, name, event)),
  );
  return words.contracts.coverage(all.filter((held) => held).length, all.length);
}

function matrix(view: View): Html {
  const { words, facts } = view;
  const services = facts.model.services.filter(({ sends, receives }) => sends.length + receives.length > 0);
  const events = facts.types.flatMap(({ versions }) => versions);
  return html`<ul class="legend" aria-label="${words.contracts.legend}">
      <li><b class="cell says" aria-hidden="true">▲</b> ${words.contracts.sends}</li>
      <li><b class="cell hears" aria-hidden="true">●</b> ${words.contracts.receives}</li>
      <li><b class="cell held" aria-hidden="true">✓</b> ${words.contracts.held}</li>
    </ul>
    <div class="wide" tabindex="0" role="region" aria-label="${words.contracts.matrix}">
      <table class="matrix">
        <thead>
          <tr>
            <td></td>
            ${services.map(({ name }) => html`<th scope="col"><a href="${to(view, facts.addresses.service(name))}">${name}</a></th>`)}
          </tr>
        </thead>
        <tbody>
          ${events.map(
            ({ event }) =>
              html`<tr>
                <th scope="row">${eventLink(view, event.key)}</th>
                ${services.map(({ name }) => cell(view, event, name))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}

function cell(view: View, event: EventFacts["event"], service: string): Html {
  const { contracts } = view.words;
  const says =
    event.senders.includes(service) &&
    html`<b class="cell says" title="${contracts.sends}">▲<span class="unseen">${contracts.sends}</span></b>`;
  const isReader = event.receivers.includes(service);
  const held = isReader && isHeld(view.facts, service, event.key);
  const hears =
    isReader &&
    (held
      ? html`<b class="cell held" title="${contracts.held}">✓<span class="unseen">${contracts.held}</span></b>`
      : html`<b class="cell hears" title="${contracts.receives}"
          >●<span class="unseen">${contracts.receives}</span></b
        >`);
  return html`<td>${says}${hears}</td>`;
}

function environments(view: View): Html {
  const { words, facts } = view;
  if (facts.environments.length === 0) return html`<p class="quiet">${words.contracts.noEnvironments}</p>`;
  const services = [
    ...new Set(facts.environments.flatMap(({ deployments }) => deployments.map(({ service }) => service))),
  ].toSorted();
  return table(
    words.contracts.environments,
    [words.kinds.service, ...facts.environments.map(({ name }) => name)],
    services.map((service) => [
      serviceLink(view, service),
      ...facts.environments.map(({ deployments }) =>
        joined(
          deployments
            .filter((deployment) => deployment.service === service)
            .map(
              ({ version, since }) =>
                html`<code>${version}</code
                  >${since !== undefined && html` <span class="quiet">${since.slice(0, 10)}</span>`}`,
            ),
          ", ",
        ),
      ),
    ]),
  );
}

function pacts(view: View): Html {
  const { words, facts } = view;
  return table(
    words.contracts.pacts,
    [words.contracts.consumer, words.contracts.provider, words.contracts.event, words.contracts.fields],
    facts.interactions.map(({ consumer, provider, interaction: { description }, event: key, reliance }) => {
      const event = key === undefined ? undefined : facts.events.get(key);
      const link = event
        ? eventLink(view, event.event.key)
        : html`<span class="warn">${words.contracts.unknownEvent}</span>`;
      const more = description !== key && html`<p class="quiet">${description}</p>`;
      return [
        serviceLink(view, consumer),
        serviceLink(view, provider),
        html`${link}${more}`,
        relied(view, event, [...reliance.keys()]),
      ];
    }),
    "roomy",
  );
}

/** The innermost fields of each path, as links where the schema declares them; those of the envelope as one. */
function relied(view: View, event: EventFacts | undefined, paths: readonly string[]): Part {
  const leaves = paths.filter(
    (path) => !paths.some((other) => other.startsWith(`${path}.`) || other.startsWith(`${path}[`)),
  );
  const isEnvelope = (path: string): boolean =>
    event?.event.enveloped === true && event.paths.has(path) && !/^data\b/.test(path);
  const shown = leaves
    .filter((path) => !isEnvelope(path))
    .map((path) =>
      event?.paths.has(path) ? fieldLink(view, event.event.key, path) : html`<code class="warn">${path}</code>`,
    );
  const envelope = leaves.some(isEnvelope) && html`<span class="quiet">${view.words.event.envelope}</span>`;
  return joined(envelope ? [...shown, envelope] : shown, ", ");
}

function unused(view: View): Html {
  const { facts } = view;
  const found = [...facts.events.values()].flatMap((event) => {
    const { key, receivers } = event.event;
    const reliance = facts.reliance.get(key);
    if (!reliance || !event.payload || !receivers.every((name) => isHeld(facts, name, key))) return [];
    const paths = [...allFields(event.payload)]
      .filter(
        (field) =>
          field.name !== "[]" && field.children.length === 0 && !field.item && !reliance.fields.has(field.path),
      )
      .map(({ path }) => path)
      .filter((path) => !event.event.enveloped || path.startsWith("data."));
    return paths.length === 0
      ? []
      : [
          html`<li>
            ${eventLink(view, key)}
            ${joined(
              paths.map((path) => fieldLink(view, key, path)),
              ", ",
            )}
          </li>`,
        ];
  });
  return found.length === 0
    ? html`<p class="quiet">–</p>`
    : html`<ul class="plain">
        ${found}
      </ul>`;
}
