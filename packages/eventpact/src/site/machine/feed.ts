import type { ChangelogEntry, EventChange } from "../facts/changelog.ts";
import type { Facts } from "../facts/facts.ts";
import { en } from "../language/en.ts";
import { html, render } from "../markup/html.ts";

/**
 * `changes.xml`: the changelog as an Atom feed (RFC 4287), an entry per commit that changed events; undefined where there
 * is none. Addresses are relative to the feed's own, ids are the commits'.
 */
export function atomFeed(facts: Facts): string | undefined {
  const entries = facts.changelog.flatMap(({ commit, changes }) =>
    commit && changes.length > 0 ? [{ commit, changes }] : [],
  );
  const [newest] = entries;
  if (!newest) return undefined;
  const oldest = entries.at(-1) ?? newest;
  const feed = html`<feed xmlns="http://www.w3.org/2005/Atom">
    <id>urn:git:${oldest.commit.id}:events</id>
    <title>${facts.title}: ${en.nav.changelog}</title>
    <updated>${newest.commit.date}</updated>
    <author><name>${facts.title}</name></author>
    <link rel="self" href="changes.xml" />
    <link href="changelog.html" />
    ${entries.map(
      ({ commit, changes }) =>
        html`<entry>
          <id>urn:git:${commit.id}</id>
          <title>${summaryOf(changes)}</title>
          <updated>${commit.date}</updated>
          <link href="changelog.html#${commit.id.slice(0, 10)}" />
          <content type="text">${[commit.subject, ...changes.map(changeText)].join("\n")}</content>
        </entry>`,
    )}
  </feed>`;
  return `<?xml version="1.0" encoding="utf-8"?>\n${render(feed)}\n`;
}

const MAX_NAMES = 3;

function summaryOf(changes: ChangelogEntry["changes"]): string {
  const groups = (["changed", "removed", "added"] as const).flatMap((kind) => {
    const keys = changes.filter((change) => change.kind === kind).map(({ event }) => event);
    if (keys.length === 0) return [];
    const more = keys.length > MAX_NAMES ? ` and ${keys.length - MAX_NAMES} more` : "";
    return [`${keys.slice(0, MAX_NAMES).join(", ")}${more} ${en.change[kind]}`];
  });
  return groups.join("; ");
}

function changeText(change: EventChange): string {
  if (change.kind !== "changed") return `${change.event} ${en.change[change.kind]}.`;
  const { lifecycle, fields, parts, backward, forward } = change;
  const told = [
    ...fields.map(({ path, kind }) => `${path} ${en.change[kind]}`),
    ...parts.map((part) => `${en.changelog.parts[part]} ${en.change.changed}`),
    ...(lifecycle ? [en.changelog.lifecycle(lifecycle.before, lifecycle.after)] : []),
    ...(backward ? [`${en.verdict.oldRead}: ${en.verdict[backward]}`] : []),
    ...(forward ? [`${en.verdict.newRead}: ${en.verdict[forward]}`] : []),
  ];
  return `${change.event} ${en.change.changed}: ${told.join("; ")}.`;
}
