import { didYouMean } from "../diagnostics/suggest.ts";
import type { EventVersion, Model, Service } from "../model/types.ts";

/** An upcaster by the versions that it leads from and to. */
export interface Link {
  readonly from: string;
  readonly to: string;
}

/** What is wrong with an upcaster's place among the others, before it is tried. */
export interface LinkFault {
  readonly code: string;
  readonly link: Link;
  readonly message: string;
  readonly hint?: string;
}

interface Subject {
  readonly model: Model;
  readonly service: Service;
  readonly links: readonly Link[];
  /** The versions that have a row; undefined where nobody knows. */
  readonly handlers: readonly string[] | undefined;
}

/** Judges the upcasters of a service as a chain: from what it receives to what it handles. */
export function linkFaults(subject: Subject): readonly LinkFault[] {
  const { links } = subject;
  return links.flatMap((link, index) => {
    const unknown = unknownVersions(subject, link);
    if (unknown.length > 0) return unknown;
    if (isBackwards(subject, link)) {
      const message = `${subject.service.name}'s upcaster leads from ${link.from} back to ${link.to}.`;
      return [{ code: "upcaster-backwards", link, message, hint: "An upcaster leads to a newer version." }];
    }
    if (links.findIndex(({ from }) => from === link.from) < index) {
      const message = `${subject.service.name} has two upcasters from ${link.from}: this one, to ${link.to}, is never asked.`;
      return [{ code: "upcaster-doubled", link, message, hint: "Take one of them away." }];
    }
    return [...missing(subject, link), ...unneeded(subject, link)];
  });
}

const eventOf = ({ model }: Subject, key: string): EventVersion | undefined =>
  model.events.find((event) => event.key === key);

function unknownVersions(subject: Subject, link: Link): readonly LinkFault[] {
  const { model, service } = subject;
  return (["from", "to"] as const).flatMap((end): readonly LinkFault[] => {
    const key = link[end];
    if (eventOf(subject, key) !== undefined) return [];
    const [, type, version] = /^(.*)\.v(\d+)$/.exec(key) ?? [];
    const described = model.events.filter(({ eventType }) => eventType === type);
    const oldest = Math.min(...described.map((event) => event.version ?? 0));
    if (end === "from" && described.length > 0 && Number(version) < oldest) {
      const message = `${service.name}'s upcaster from ${key} is never asked: no document describes ${key} any more.`;
      return [{ code: "upcaster-unneeded", link, message, hint: "Take it away." }];
    }
    const hint = didYouMean(
      key,
      model.events.map((event) => event.key),
    );
    const message = `${service.name}'s upcaster from ${link.from} to ${link.to} names ${key}, which no document describes.`;
    return [{ code: "upcaster-version-unknown", link, message, ...(hint === undefined ? {} : { hint }) }];
  });
}

/** To an older version of the same type, or round to where it began. */
function isBackwards(subject: Subject, { from, to }: Link): boolean {
  const [older, newer] = [eventOf(subject, from), eventOf(subject, to)];
  const isOlder = older?.eventType === newer?.eventType && (newer?.version ?? 0) <= (older?.version ?? 0);
  return isOlder || wayFrom(subject, to, []).includes(from);
}

/** The versions through which upcasters lead from here, this one first; handlers do not stop it. */
function wayFrom({ links }: Subject, start: string, stops: readonly string[]): readonly string[] {
  const way = [start];
  for (let here = start; !stops.includes(here);) {
    const next = links.find(({ from }) => from === here)?.to;
    if (next === undefined || way.includes(next)) break;
    way.push(next);
    here = next;
  }
  return way;
}

/** The last upcaster of a chain that ends before a row. */
function missing(subject: Subject, link: Link): readonly LinkFault[] {
  const { links, service, handlers } = subject;
  const { to } = link;
  if (links.some(({ from }) => from === to) || handlers?.includes(to)) return [];
  const started = receivedBefore(subject, link);
  if (started.length === 0) return [];
  const begin = `From ${started.join(" and ")} the upcasters of ${service.name} lead to ${to}`;
  if (handlers !== undefined) {
    const message = `${begin}, which has neither a row nor an upcaster.`;
    const hint = `Handle ${to}, or add the upcaster that leads on from it.`;
    return [{ code: "upcaster-link-missing", link, message, hint }];
  }
  // Nobody knows the rows: a chain of the same type that begins later and leads further shows what is missing.
  const here = eventOf(subject, to);
  const further = links.find(({ from }) => {
    const event = eventOf(subject, from);
    return event?.eventType === here?.eventType && (event?.version ?? 0) > (here?.version ?? 0);
  });
  if (further === undefined) return [];
  const message = `${begin}, and no further: ${further.from}, from which another leads on to ${further.to}, is not reached.`;
  const hint = `Add an upcaster from ${to} to ${further.from}. Where ${to} has a row of its own, let the module export the service, whose rows tell.`;
  return [{ code: "upcaster-link-missing", link, message, hint }];
}

/** The received versions, without a row of their own, that come through this upcaster. */
function receivedBefore(subject: Subject, link: Link): readonly string[] {
  const { service, handlers = [] } = subject;
  const received = [...new Set(service.receives.map(({ event }) => event))];
  return received.filter((event) => !handlers.includes(event) && wayFrom(subject, event, handlers).includes(link.from));
}

function unneeded(subject: Subject, link: Link): readonly LinkFault[] {
  const { service, handlers } = subject;
  const event = eventOf(subject, link.from);
  const why = handlers?.includes(link.from)
    ? `${link.from} has a row of its own`
    : event?.topics.length === 0
      ? `no topic carries ${link.from} any more`
      : receivedBefore(subject, link).length === 0
        ? `${service.name} does not receive ${link.from}`
        : undefined;
  if (why === undefined) return [];
  const message = `${service.name}'s upcaster from ${link.from} to ${link.to} is never asked: ${why}.`;
  return [{ code: "upcaster-unneeded", link, message, hint: "Take it away." }];
}
