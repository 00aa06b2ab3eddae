import type { Facts } from "../facts/facts.ts";
import type { Flow, FlowStep, FlowTrouble, MissingBeginning } from "../facts/flows.ts";
import type { Words } from "../language/en.ts";
import { html, joined, type Html, type Part } from "../markup/html.ts";
import { inlineMarkdown } from "../markup/markdown.ts";
import { sequencePicture } from "../pictures/sequence.ts";
import { duration } from "./judgement.ts";
import type { Page, View } from "./view.ts";
import { breakable, eventLink, pageHead, section, serviceLink, to } from "./view.ts";

export function flowPage(all: Facts, flow: Flow): Page {
  return {
    path: all.addresses.flow(flow.id),
    section: "flows",
    title: () => flow.name,
    ...(flow.summary === undefined ? {} : { summary: flow.summary }),
    body,
  };

  function body(view: View): Html {
    const { words } = view;
    const picture = sequencePicture(flow, {
      label: words.flows.picture,
      event: (key) => to(view, all.addresses.event(key)),
      service: (name) => to(view, all.addresses.service(name)),
      time: (milliseconds) => duration(view, milliseconds),
    });
    return html`${pageHead(words.kinds.flow, "flow", breakable(flow.name), undefined, flow.summary !== undefined && inlineMarkdown(flow.summary))}
      <p class="hint">${words.flows.lead}</p>
      ${flow.missing && html`<p class="warn">${missingText(words, flow.missing)}</p>`}
      ${section(view, "sec-picture", words.flows.picture, picture)}
      ${section(
        view,
        "sec-steps",
        words.flows.inWords,
        html`<ol class="steps">
          ${flow.steps.map((step, index) => stepItem(view, flow, step, index))}
        </ol>`,
      )}`;
  }
}

function stepItem(view: View, flow: Flow, step: FlowStep, index: number): Html {
  const { words } = view;
  return html`<li id="step-${index + 1}">
    <p class="step-head">
      ${step.sender !== undefined && serviceLink(view, step.sender)} ${eventLink(view, step.event)}
      ${step.afterMs !== undefined && index > 0 && html`<span class="quiet">${words.flows.after(duration(view, step.afterMs))}</span>`}
    </p>
    ${step.summary !== undefined && html`<p>${inlineMarkdown(step.summary)}</p>`}
    <p class="quiet">${joined(remarks(view, flow, step), " · ")}</p>
    ${step.troubles.map((trouble) => html`<p class="warn">${troubleText(words, trouble)}</p>`)}
  </li>`;
}

function remarks(view: View, flow: Flow, step: FlowStep): Part[] {
  const { words } = view;
  const parts: Part[] = [];
  if (step.cause === "absent") parts.push(words.flows.absentCause);
  else if (step.cause !== undefined)
    parts.push(
      html`${words.flows.causedBy}
        <a href="#step-${step.cause + 1}">${step.cause + 1}. ${flow.steps[step.cause]?.event}</a>`,
    );
  else if (flow.steps[0] !== step) parts.push(words.flows.alone);
  else parts.push(flow.missing ? words.flows.middle : words.flows.start);
  if (step.listeners.length > 0)
    parts.push(
      html`${words.flows.alsoHeard}
      ${joined(
        step.listeners.map((name) => serviceLink(view, name)),
        ", ",
      )}`,
    );
  return parts;
}

function missingText({ flows }: Words, missing: MissingBeginning): string {
  return missing.code === "cause" ? flows.missingCause(missing.eventId) : flows.missingEarlier(missing.sequence - 1);
}

function troubleText(words: Words, trouble: FlowTrouble): string {
  if (trouble.code === "cause-not-received")
    return words.flows.trouble["cause-not-received"](trouble.service, trouble.cause);
  return words.flows.trouble[trouble.code];
}
