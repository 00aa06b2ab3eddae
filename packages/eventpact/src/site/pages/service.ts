import type { Operation, OperationMessage, Service } from "../../model/types.ts";
import { anchorFor } from "../addresses.ts";
import type { Facts } from "../facts/facts.ts";
import { isHeld } from "../facts/facts.ts";
import type { HttpCall } from "../inputs/http-apis.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import { markdown } from "../markup/markdown.ts";
import { topologyPicture } from "../pictures/topology.ts";
import { oneLine } from "./schema.ts";
import { sourcePlace } from "./source.ts";
import type { Page, View } from "./view.ts";
import { breakable, eventLink, facts, pageHead, section, table, to, topicLink } from "./view.ts";

export function servicePage(all: Facts, service: Service): Page {
  return { path: all.addresses.service(service.name), section: "services", title: () => service.name, body };

  function body(view: View): Html {
    const { words } = view;
    const api = all.apis.get(service.name) ?? [];
    return html`${pageHead(words.kinds.service, "service", breakable(service.name), undefined, service.title)}
    ${service.description !== undefined && html`<div class="prose">${markdown(service.description)}</div>`}
    ${facts([[words.service.document, sourcePlace(view, { file: service.file, pointer: "" })], referenceFact(view, service.name), deployedFact(view, service.name)])}
    ${service.sends.length + service.receives.length > 0 && section(view, "sec-around", words.service.around, around(view, service))}
    ${section(view, "sec-hears", words.service.hears, operations(view, service, "receive"))}
    ${section(view, "sec-says", words.service.says, operations(view, service, "send"))}
    ${api.length > 0 && section(view, "sec-api", words.service.api, apiTable(view, api))}`;
  }
}

function apiTable({ words }: View, api: readonly HttpCall[]): Html {
  const hasWords = api.some(({ summary }) => summary !== undefined);
  return table(
    words.service.api,
    [words.service.call, ...(hasWords ? [words.service.what] : []), words.service.answers],
    api.map(({ method, path, summary, answers }) => [
      html`<code><b>${method}</b> ${path}</code>`,
      ...(hasWords ? [oneLine(summary)] : []),
      answers.join(", "),
    ]),
  );
}

function referenceFact(view: View, name: string): readonly [string, Part] | undefined {
  const { references, addresses } = view.facts;
  if (!references.has(name)) return undefined;
  return [view.words.service.reference, html`<a href="${to(view, addresses.reference(name))}">${name}</a>`];
}

function deployedFact(view: View, name: string): readonly [string, Part] | undefined {
  const found = view.facts.environments.flatMap((environment) =>
    environment.deployments
      .filter(({ service }) => service === name)
      .map(({ version }) => `${environment.name}: ${version}`),
  );
  return found.length === 0 ? undefined : [view.words.service.deployed, found.join(" · ")];
}

function operations(view: View, service: Service, action: Operation["action"]): Html {
  const { words, facts: all } = view;
  const found = all.model.operations.filter(
    (operation) => operation.service === service.name && operation.action === action,
  );
  if (found.length === 0)
    return html`<p class="quiet">${action === "send" ? words.service.nothingSaid : words.service.nothingHeard}</p>`;
  const hasPacts = action === "receive" && all.interactions.length > 0;
  const head = [
    words.kinds.event,
    words.kinds.topic,
    words.service.what,
    ...(hasPacts ? [words.service.contract] : []),
  ];
  return table(
    action === "send" ? words.service.says : words.service.hears,
    head,
    found.map((operation) => {
      const cells = [
        html`<span class="stack" id="${anchorFor(operation.id)}"
          >${operation.events.map((key) => eventLink(view, key))}</span
        >`,
        operation.topic !== undefined && topicLink(view, operation.topic),
        html`${oneLine(operation.summary ?? operation.description ?? operation.title)}
          <code class="quiet">${operation.id}</code>${replyLine(view, operation)}`,
      ];
      return hasPacts ? [...cells, contractState(view, service, operation.events)] : cells;
    }),
    "roomy stacked",
  );
}

/** What comes back for it, and where. */
function replyLine(view: View, { action, reply }: Operation): Part {
  if (reply === undefined || (reply.events.length === 0 && reply.topic === undefined)) return undefined;
  const { words } = view;
  const label = action === "send" ? words.service.expects : words.service.answersWith;
  const what = joined(
    reply.events.map((key) => eventLink(view, key)),
    ", ",
  );
  const where = reply.topic !== undefined && html` (${topicLink(view, reply.topic)})`;
  return html`<p class="quiet">${label} ${what}${where}</p>`;
}

function contractState(view: View, service: Service, events: readonly OperationMessage["event"][]): Html {
  const { words, facts: all } = view;
  return html`<span class="stack"
    >${events.map((key) =>
      isHeld(all, service.name, key)
        ? html`<span class="good">✓ ${words.service.covered}</span>`
        : html`<span class="warn">${words.service.uncovered}</span>`,
    )}</span
  >`;
}

/** What it hears on the left, what it says on the right. */
function around(view: View, service: Service): Html {
  const { model, addresses } = view.facts;
  const topics = (action: Operation["action"]): readonly string[] => [
    ...new Set(
      model.operations.flatMap((op) =>
        op.service === service.name && op.action === action && op.topic !== undefined ? [op.topic] : [],
      ),
    ),
  ];
  const [heard, said] = [topics("receive"), topics("send")];
  const topicNode = (side: string, name: string): Parameters<typeof topologyPicture>[1][number] => {
    return { id: `${side} ${name}`, kind: "topic", label: name, href: to(view, addresses.topic(name)) };
  };
  return topologyPicture(
    view.words.service.around,
    [
      ...heard.map((name) => topicNode("in", name)),
      {
        id: "me",
        kind: "service",
        label: service.name,
        href: to(view, addresses.service(service.name)),
        isSubject: true,
      },
      ...said.map((name) => topicNode("out", name)),
    ],
    [
      ...heard.map((name) => ({ from: `in ${name}`, to: "me" })),
      ...said.map((name) => ({ from: "me", to: `out ${name}` })),
    ],
  );
}
