import type { EventFacts, Facts } from "../facts/facts.ts";
import { pathOfPointer } from "../facts/facts.ts";
import { en } from "../language/en.ts";
import { schemaPath } from "./catalogue.ts";

/** `llms.txt` (llmstxt.org): what a language model needs to find its way, as Markdown with links from the site's root. */
export function llmsText(facts: Facts): string {
  const { title, model, addresses, flows, source } = facts;
  const events = [...facts.events.values()];
  const parts = [
    `# ${line(title)}`,
    `> ${en.overview.lead(model.services.length, model.topics.length, events.length)} ${en.footer(line(source))}`,
    list("Start here", [
      "[catalogue.json](catalogue.json): everything below and more as JSON",
      "[Contracts](contracts.html): who relies on which field, and what is deployed where",
      "[Changelog](changelog.html): what changed when, and whether it breaks readers",
    ]),
    list(
      "Events",
      events.map((event) => eventLine(facts, event)),
    ),
    list(
      "Services",
      model.services.map(
        ({ name, title: what, sends, receives }) =>
          `${link(name, addresses.service(name))}: ${line(what)}. Sends ${sends.length}, receives ${receives.length} event versions`,
      ),
    ),
    list(
      "Topics",
      model.topics.map(
        ({ name, writers, readers }) =>
          `${link(name, addresses.topic(name))}: written by ${names(writers)}, read by ${names(readers)}`,
      ),
    ),
    list(
      "Flows",
      flows.map(({ id, name, summary }) => `${link(name, addresses.flow(id))}: ${line(summary)}`),
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function eventLine(facts: Facts, { event, payload, isNewest }: EventFacts): string {
  const { key, summary, title, lifecycle, senders, receivers, topics } = event;
  const { keyLocation } = event;
  return [
    `${link(key, facts.addresses.event(key))}: ${line(summary ?? title)}`,
    `${lifecycle}${isNewest ? "" : ", not the newest"}`,
    `topic ${names(topics)}${keyLocation ? `, key ${line(pathOfPointer(keyLocation.pointer))}` : ""}`,
    `sent by ${names(senders)}, received by ${names(receivers)}`,
    ...(payload ? [`[JSON Schema](${schemaPath(facts, key)})`] : []),
  ].join("; ");
}

function list(name: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `## ${name}\n\n${items.map((item) => `- ${item}`).join("\n")}`;
}

function link(name: string, target: string): string {
  return `[${line(name)}](${target})`;
}

function names(all: readonly string[]): string {
  return all.length === 0 ? "nobody" : all.map(line).join(", ");
}

/** On one line, and no Markdown of its own that could begin a link. */
function line(text: string | undefined): string {
  return (text ?? "")
    .toWellFormed()
    .replace(/\s+/g, " ")
    .replace(/[[\]<>]/g, "\\$&")
    .trim();
}
