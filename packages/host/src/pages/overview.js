import { ask, byId, element, moment, say } from "/shared/page.js";
import { rounded, sparkline } from "./draw.js";
import { causeRow } from "./letters.js";
import { topicRows, topology } from "./topology.js";
import { BUSY } from "./verdict.js";
import { address, changed } from "./views.js";

const seen = new Map();
const rows = new Map();
let pictured;

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);

/** What happened per second between two readings, by service and by topic. */
function rates(state, before) {
  const seconds = before ? Math.max(0.2, (Date.parse(state.at) - Date.parse(before.at)) / 1000) : 1;
  const perSecond = (list, earlierList, count) =>
    Object.fromEntries(
      list.map((one) => {
        const earlier = earlierList?.find(({ name }) => name === one.name);
        return [one.name, earlier ? Math.max(0, count(one) - count(earlier)) / seconds : 0];
      }),
    );
  const { services, topics } = state;
  const handled = perSecond(services, before?.services, ({ outcomes }) => sum(outcomes));
  for (const { name } of services) seen.set(name, [...(seen.get(name) ?? []), handled[name]].slice(-120));
  return {
    handled,
    sent: perSecond(services, before?.services, ({ sent }) => sent),
    failed: perSecond(services, before?.services, ({ failures }) => failures),
    topics: perSecond(topics, before?.topics, ({ sent }) => sent),
  };
}

/** A service's row, made once and then only told anew, so that focus and selection stay where they are. */
function rowOf(name) {
  const row = element("tr");
  const cell = (kind = "number") => {
    const made = element("td", undefined, { class: kind });
    row.append(made);
    return made;
  };
  row.append(element("th", name, { scope: "row" }));
  const cells = { lag: cell(), parked: cell(), dead: cell(), handled: cell(), sent: cell(), failed: cell() };
  const link = element("a", "", { href: address("letters", [], { group: name }) });
  cells.dead.append(link);
  const line = sparkline(`Events ${name} handled per second, over two minutes`);
  cell("line").append(line.svg);
  byId("services").append(row);
  const put = (place, text) => {
    if (place.textContent !== text) place.textContent = text;
  };
  return ({ lag, lagByTopic, parked, deadLetters }, { handled, sent, failed }) => {
    const where = Object.entries(lagByTopic).filter(([, count]) => count > 0);
    put(cells.lag, lag.toLocaleString("en"));
    cells.lag.title = where.map(([topic, count]) => `${topic}: ${count.toLocaleString("en")}`).join(", ");
    put(cells.parked, String(parked));
    put(link, deadLetters.toLocaleString("en"));
    link.setAttribute("aria-label", `${deadLetters} dead letters of ${name}`);
    put(cells.handled, rounded(handled[name]));
    put(cells.sent, rounded(sent[name]));
    put(cells.failed, rounded(failed[name]));
    cells.lag.classList.toggle("notice", lag >= BUSY);
    cells.parked.classList.toggle("notice", parked > 0);
    cells.dead.classList.toggle("alarm", deadLetters > 0);
    cells.failed.classList.toggle("alarm", failed[name] > 0);
    line.update(seen.get(name) ?? []);
  };
}

const whys = {
  retry: "failed, is tried again",
  behind: "behind an earlier one of its key",
  wait: "waits for a predecessor",
  gap: "a number of its key is missing",
  version: "of a version not known here",
  redrive: "redriven",
};

/** What failed and is tried again, by what it failed of. */
function retriesOf(parked) {
  const failing = Map.groupBy(
    parked.filter(({ why }) => why === "retry"),
    ({ service, event, reason }) => [service, event, reason].join(),
  );
  return [...failing.values()].map((list) => ({ ...list[0], count: list.length }));
}

/** What waits, with why and until when. Answers what fails among it. */
async function showWaiting(state) {
  const found = [];
  const parkedAll = [];
  let all = 0;
  for (const { name, parked } of state.services) {
    if (parked === 0) continue;
    const list = await ask(`/ops/api/parked/${encodeURIComponent(name)}`);
    all += parked;
    for (const one of list.slice(0, 20)) found.push({ service: name, ...one });
    for (const one of list) parkedAll.push({ service: name, ...one });
  }
  const retries = retriesOf(parkedAll);
  if (!changed("waiting", found)) return retries;
  byId("waiting-section").hidden = found.length === 0;
  say("more-waiting", all > found.length ? `The first ${found.length} of ${all.toLocaleString("en")}.` : "");
  byId("waiting").replaceChildren(
    ...found.map(({ service, event, key, why, reason, attempts, dueAt }) => {
      const row = element("tr");
      const keyCell = element("td");
      keyCell.append(element("a", `…${key.slice(-6)}`, { href: address("order", [key]), title: key }));
      row.append(
        element("th", service, { scope: "row" }),
        element("td", event ?? "–"),
        keyCell,
        element("td", whys[why] ?? why),
        element("td", String(attempts), { class: "number" }),
        element("td", moment(dueAt)),
        element("td", reason, { class: "reason" }),
      );
      return row;
    }),
  );
  return retries;
}

function retryRow({ service, event, reason, count }, most) {
  const row = element("li", undefined, { class: "cause retry" });
  const what = element("div", undefined, { class: "what" });
  what.append(
    element("a", `${service} · ${event ?? "a record"}`, { href: "#/waiting" }),
    element("span", `tried again: ${reason}`, { class: "message", title: reason }),
  );
  const bar = element("span", undefined, { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${(count / most) * 100}%`;
  const track = element("span", undefined, { class: "track" });
  track.append(bar);
  row.append(what, track, element("span", String(count), { class: "number" }));
  return row;
}

let causes = [];
/** What fails and is tried again, and dead letters by what they died of; those are asked for only when their number has changed. */
async function showFailures(state, retries) {
  const counts = state.services.map(({ deadLetters }) => deadLetters);
  if (changed("dead", counts))
    causes = (await ask("/ops/api/causes")).toSorted((one, other) => other.count - one.count);
  if (!changed("failures", [retries, causes])) return;
  byId("no-failures").hidden = retries.length + causes.length > 0;
  const most = Math.max(1, ...[...retries, ...causes].map(({ count }) => count));
  byId("failures").replaceChildren(
    ...retries.map((retry) => retryRow(retry, most)),
    ...causes.slice(0, 8).map((cause) => causeRow(cause, most)),
  );
}

/** Shows a reading; `before` is the one before it, if there is one. */
export async function showOverview(state, before) {
  const speed = rates(state, before);
  const names = state.services.map(({ name }) => name).join();
  if (pictured?.names !== names) {
    pictured = { names, ...topology(state) };
    byId("topology").replaceChildren(pictured.svg);
    byId("services").replaceChildren();
    rows.clear();
  }
  pictured.update(state, speed);
  byId("topics").replaceChildren(...topicRows(state, speed.topics));
  for (const service of state.services) {
    if (!rows.has(service.name)) rows.set(service.name, rowOf(service.name));
    rows.get(service.name)(service, speed);
  }
  await showFailures(state, await showWaiting(state));
}
