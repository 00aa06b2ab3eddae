import { shownWitness } from "@eventpact/compat";
import type { Judgement, Verdict } from "@eventpact/compat";
import type { EventVersion } from "../../model/types.ts";
import { isObject, type Json } from "../../read/json.ts";
import type { FacetChange, FieldChange } from "../facts/differences.ts";
import type { Migration, VersionStep } from "../facts/versions.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import { codeBlock, fold, prettyJson } from "./code.ts";
import { fieldLink, serviceLink, table, type View } from "./view.ts";

export function verdictChip(view: View, verdict: Verdict): Html {
  const sign = { compatible: "✓", incompatible: "✕", undecided: "?" }[verdict];
  return html`<span class="verdict ${verdict}"
    ><span aria-hidden="true">${sign}</span> ${view.words.verdict[verdict]}</span
  >`;
}

/** Whether readers of either version understand the other, each with its witness. */
export function judgements(view: View, { older, newer, comparison }: VersionStep): Part {
  if (!comparison) return undefined;
  const { words } = view;
  const all = [...comparison.backward.changes, ...comparison.forward.changes];
  const told = [...new Map(all.map((change) => [change.fingerprint, change])).values()];
  return html`<ul class="judgements">
      ${judgement(view, comparison.backward, words.verdict.backward(newer.key, older.key), older)}
      ${judgement(view, comparison.forward, words.verdict.forward(newer.key, older.key), newer)}
    </ul>
    <p class="hint">${words.verdict.policy(comparison.policy)}</p>
    ${
      told.length > 0 &&
      fold(
        words.verdict.details,
        html`<ul class="told">
          ${told.map(
            ({ code, message, hint }) =>
              html`<li><code>${code}</code> ${message}${hint && html` <em>${hint}</em>`}</li>`,
          )}
        </ul>`,
      )
    }`;
}

function judgement(view: View, judged: Judgement, sentence: string, writer: EventVersion): Html {
  return html`<li class="judgement">
    <p>${verdictChip(view, judged.verdict)} <strong>${sentence}</strong></p>
    ${explanation(view, judged, writer)}
  </li>`;
}

function explanation(view: View, judged: Judgement, writer: EventVersion): Part {
  const { verdict, rejection, reason, note } = judged;
  const witness = shownWitness(judged);
  const { words } = view;
  if (verdict === "compatible")
    return html`<p class="quiet">${words.verdict.proved}${note !== undefined && html` ${note}`}</p>`;
  if (verdict === "undecided") return html`<p class="quiet">${note ?? words.verdict.reasons[reason ?? ""]}</p>`;
  return html`${
    rejection &&
    html`<p class="quiet">
      ${words.verdict.refused(rejection.keyword, placeName(view, rejection.instance))} ${rejection.message}
    </p>`
  }${note !== undefined && html`<p class="quiet">${note}</p>`}${witness !== undefined && codeBlock(words.verdict.witness, "json", prettyJson(numbered(witness as Json, writer)))}`;
}

/** The version number was left aside when judging; the event shown is one of its version all the same. */
function numbered(witness: Json, { version, enveloped }: EventVersion): Json {
  return enveloped && version !== undefined && isObject(witness) ? { ...witness, version } : witness;
}

function placeName(view: View, pointer: string): string {
  return pointer === "" ? view.words.verdict.thisRoot : pointer.slice(1).replaceAll("/", ".");
}

/** The fields that differ. Additions link into the newer version, removals into the older. */
export function changeTable(view: View, changes: readonly FieldChange[], older: string, newer: string): Html {
  const { words } = view;
  if (changes.length === 0) return html`<p class="quiet">${words.event.noChanges}</p>`;
  return table(
    words.event.changesSince(older),
    [words.change.kind, words.change.field, words.change.before, words.change.after],
    changes.map((change) => {
      const where = fieldLink(view, change.kind === "removed" ? older : newer, change.path);
      const sign = html`<span class="sign ${change.kind}">${words.change[change.kind]}</span>`;
      if (change.kind === "changed")
        return [sign, where, facetList(view, change.facets, "before"), facetList(view, change.facets, "after")];
      const what = html`${change.field.type.map((type) => words.field.types[type] ?? type).join(` ${words.field.or} `)},
      ${
        change.field.required ? words.field.required : words.field.optional
      }${change.below > 0 && html` <span class="quiet">${words.change.andBelow(change.below)}</span>`}`;
      const none = html`<span class="none">${words.change.absent}</span>`;
      return change.kind === "added" ? [sign, where, none, what] : [sign, where, what, none];
    }),
    "changes",
  );
}

function facetList(view: View, facets: readonly FacetChange[], side: "before" | "after"): Html {
  const none = html`<span class="none">${view.words.change.absent}</span>`;
  return joined(
    facets.map(
      (facet) => html`${facet.keyword}: ${facet[side] === undefined ? none : html`<code>${facet[side]}</code>`}`,
    ),
    html`<br />`,
  );
}

/** The phases of a migration as a checklist, in the order that is safe. */
export function migrationList(view: View, { older, newer, phases, retentionMs }: Migration): Html {
  const { words } = view;
  return html`<ol class="phases">
      ${phases.map(
        ({ name, isDone, waitingFor }) =>
          html`<li class="${isDone ? "done" : "open"}">
            <span class="mark">${isDone ? words.migration.done : words.migration.open}</span>
            ${words.migration.phases[name](older.key, newer.key)}
            ${
              waitingFor.length > 0 &&
              html`<span class="quiet"
                >– ${words.migration.waiting}
                ${joined(
                  waitingFor.map((service) => serviceLink(view, service)),
                  ", ",
                )}</span
              >`
            }
          </li>`,
      )}
    </ol>
    ${retentionMs !== undefined && html`<p class="hint">${retentionText(view, older.key, retentionMs)}</p>`}`;
}

function retentionText(view: View, older: string, retentionMs: number): string {
  const { migration } = view.words;
  return retentionMs < 0 ? migration.forever(older) : migration.retention(older, duration(view, retentionMs));
}

/** A time in the largest unit that divides it well: 7,776,000,000 ms are 90 days. */
export function duration(view: View, milliseconds: number): string {
  const { time } = view.words;
  const seconds = milliseconds / 1000;
  if (seconds >= 86_400) return time.day(Math.round(seconds / 8640) / 10);
  if (seconds >= 3600) return time.hour(Math.round(seconds / 360) / 10);
  if (seconds >= 60) return time.minute(Math.round(seconds / 6) / 10);
  return time.second(String(Number(seconds.toPrecision(3))));
}
