import type { ChangelogEntry, EventChange } from "../facts/changelog.ts";
import type { Facts } from "../facts/facts.ts";
import { FEED } from "../machine/files.ts";
import { html, type Html, type Part } from "../markup/html.ts";
import { changeTable, verdictChip } from "./judgement.ts";
import type { Page, View } from "./view.ts";
import { eventLink, pageHead, toShared } from "./view.ts";

export function changelogPage(all: Facts): Page {
  return { path: "changelog.html", section: "changelog", title: (words) => words.nav.changelog, body };

  function body(view: View): Html {
    const { words } = view;
    const shown = all.changelog.filter(({ changes }) => changes.length > 0);
    return html`${pageHead(undefined, "changelog", words.nav.changelog, undefined, words.changelog.lead)}
    ${shown.some(({ commit }) => commit) && html`<p><a href="${toShared(view, FEED)}">${words.changelog.feed}</a></p>`}
    ${shown.length === 0 && html`<p class="quiet">${words.changelog.none}</p>`}
    ${shown.map((entry) => entryPart(view, entry))}`;
  }
}

function entryPart(view: View, { commit, changes }: ChangelogEntry): Html {
  const { words } = view;
  const id = commit ? commit.id.slice(0, 10) : "uncommitted";
  const label = commit ? commit.date.slice(0, 10) : words.changelog.uncommitted;
  view.outline.push({ id, label });
  return html`<section class="part entry">
    <h2 id="${id}">
      <a class="self" href="#${id}" aria-label="${words.linkTo(label)}">#</a
      >${commit ? html`<time datetime="${commit.date}">${label}</time>` : label}
    </h2>
    ${commit && html`<p class="hint"><code>${commit.id.slice(0, 10)}</code> ${commit.subject}</p>`}
    <ul class="plain">
      ${grouped(view, changes)}
    </ul>
  </section>`;
}

/** Events that only came or went share a line; one that changed has its own. */
function grouped(view: View, changes: readonly EventChange[]): Html[] {
  const lines = (["added", "removed"] as const).flatMap((kind) => {
    const keys = changes.filter((change) => change.kind === kind).map(({ event }) => event);
    if (keys.length === 0) return [];
    const links = keys.map((event) => eventLink(view, event));
    return [
      html`<li><span class="sign ${kind}">${view.words.change[kind]}</span> <span class="row">${links}</span></li>`,
    ];
  });
  return [...lines, ...changes.filter((change) => change.kind === "changed").map((change) => changed(view, change))];
}

function changed(view: View, change: EventChange & { kind: "changed" }): Html {
  const { words } = view;
  const remarks: Part[] = [
    change.lifecycle &&
      html`<p>
        ${words.changelog.lifecycle(words.event.lifecycle[change.lifecycle.before], words.event.lifecycle[change.lifecycle.after])}
      </p>`,
    change.parts.length > 0 && html`<p>${change.parts.map((part) => words.changelog.parts[part]).join(", ")}</p>`,
    change.backward && html`<p>${verdictChip(view, change.backward)} ${words.verdict.oldRead}</p>`,
    change.forward && html`<p>${verdictChip(view, change.forward)} ${words.verdict.newRead}</p>`,
    change.notes && html`<p class="quiet">${change.notes.join(" ")}</p>`,
  ];
  return html`<li>
    <span class="sign changed">${words.change.changed}</span> ${eventLink(view, change.event)}${remarks}
    ${change.fields.length > 0 && changeTable(view, change.fields, change.event, change.event)}
  </li>`;
}
