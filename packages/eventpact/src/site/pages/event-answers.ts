import type { EventVersion } from "../../model/types.ts";
import type { Retirement } from "../../deploy/retire.ts";
import type { EventFacts, EventType } from "../facts/facts.ts";
import type { FieldChange } from "../facts/differences.ts";
import type { Running, Standing } from "../inputs/standings.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import { duration, verdictChip } from "./judgement.ts";
import type { View } from "./view.ts";
import { eventLink, facts, row, serviceLink, to } from "./view.ts";

type Example = EventVersion["examples"][number];
type Answer = readonly [string, Part];

/** What is asked of an event first: which version to use, what changed, what runs where, until when it must be read. */
export function answers(view: View, type: EventType, shown: EventFacts): Part {
  const standings = view.facts.standings.get(shown.event.key) ?? [];
  const all = [
    ...examples(view, shown),
    ...use(view, type, shown),
    ...changes(view, type, shown),
    ...standings.map((standing): Answer => [view.words.answers.runs(standing.environment), runs(view, standing)]),
    ...until(view, type, shown, standings),
  ];
  return all.length > 0 && facts(all, "answers");
}

export function exampleName({ words }: View, { name }: Example, index: number): string {
  return name ?? `${words.event.example} ${index + 1}`;
}

export function exampleId(index: number): string {
  return `sec-example-${index + 1}`;
}

function examples(view: View, { event }: EventFacts): readonly Answer[] {
  const links = event.examples.flatMap((example, index) =>
    example.payload === undefined
      ? []
      : [html`<a href="#${exampleId(index)}">${exampleName(view, example, index)}</a>`],
  );
  return links.length === 0 ? [] : [[view.words.answers.sample, row(links, "")]];
}

function use(view: View, type: EventType, { event, isNewest }: EventFacts): readonly Answer[] {
  const { answers: words } = view.words;
  const newest = type.versions.at(-1);
  if (type.versions.length < 2 || newest === undefined || event.version === undefined) return [];
  const others = type.versions.filter((other) => !other.isNewest && other.event.receivers.length > 0);
  const alsoRead = others.length > 0 && html`${words.alsoRead} ${joined(linksTo(view, others), ", ")}.`;
  return [
    [
      words.use,
      isNewest ? html`${words.useThis} ${alsoRead}` : html`${eventLink(view, newest.event.key)}. ${words.useOther}`,
    ],
  ];
}

function linksTo(view: View, versions: readonly EventFacts[]): readonly Part[] {
  return versions.map(({ event }) => eventLink(view, event.key));
}

/** To the version after this one, or where there is none, from the one before. */
function changes(view: View, type: EventType, shown: EventFacts): readonly Answer[] {
  const { answers: words, change } = view.words;
  const told = shown.isNewest ? shown : type.versions[type.versions.indexOf(shown) + 1];
  const step = told?.step;
  if (!step || step.older.version === step.newer.version) return [];
  const count = (kind: FieldChange["kind"]): Part => {
    const found = step.changes.filter((one) => one.kind === kind).length;
    return found > 0 && html`<span>${found} ${change[kind]}</span>`;
  };
  const target = `${view.facts.addresses.event(step.newer.key)}#sec-changes`;
  const label = shown.isNewest ? words.changedSince(step.older.key) : words.changesTo(step.newer.key);
  const { comparison } = step;
  return [
    [
      label,
      html`<span class="row"
        ><a href="${to(view, target)}">${words.details}</a>${count("added")}${count("removed")}${count("changed")}
        ${
          comparison &&
          html`<span>${words.newReadOld} ${verdictChip(view, comparison.backward.verdict)}</span>
            <span>${words.oldReadNew} ${verdictChip(view, comparison.forward.verdict)}</span>`
        }</span
      >`,
    ],
  ];
}

function runs(view: View, { senders, receivers }: Standing): Html {
  const { answers: words, event } = view.words;
  const list = (running: readonly Running[]): Part =>
    running.length === 0
      ? event.nobody
      : joined(
          running.map(
            ({ service, version }) => html`${serviceLink(view, service)} <span class="quiet">${version}</span>`,
          ),
          ", ",
        );
  return html`<p>${words.sentThere} ${list(senders)}</p>
    <p>${words.readThere} ${list(receivers)}</p>
    ${senders.length > 0 && html`<p class="quiet">${words.mayGo} <code>eventpact can-i-deploy --service ${senders[0]?.service}</code></p>`}`;
}

/** How long a version that is not the newest has to be read: by the records, else by what its topic keeps. */
function until(
  view: View,
  type: EventType,
  { event, isNewest }: EventFacts,
  standings: readonly Standing[],
): readonly Answer[] {
  const { answers: words, migration } = view.words;
  if (isNewest && event.lifecycle === "active") return [];
  const retirements = standings.flatMap(({ retirements: all }) => all);
  if (retirements.length > 0) return retirements.map((one) => [words.until(one.environment), retirement(view, one)]);
  const kept = type.migrations.find(({ older }) => older.key === event.key)?.retentionMs;
  if (kept === undefined) return [];
  const text = kept < 0 ? migration.forever(event.key) : migration.retention(event.key, duration(view, kept));
  return [[words.until(undefined), text]];
}

function retirement(view: View, { may, from, obstacles }: Retirement): Html {
  const { answers: words } = view.words;
  if (may) return html`${words.mayBeRetired}`;
  const reasons = obstacles.map(
    ({ kind, until: end }) =>
      html`<span
        >${words.obstacle[kind]}${end !== null && Number.isFinite(end) && ` (${words.untilDay(day(end))})`}</span
      >`,
  );
  const head = from !== null && Number.isFinite(from) ? words.readUntil(day(from)) : words.noEnd;
  return html`<strong>${head}</strong> <span class="quiet">${joined(reasons, ", ")}</span>`;
}

const day = (time: number): string => new Date(time).toISOString().slice(0, 10);
