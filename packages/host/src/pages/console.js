import { ask, byId, say, time } from "./ask.js";
import { element, sparkline, topology } from "./draw.js";
import { letters, showLetters } from "./letters.js";
import { fillChoices, offerOrders, showTrace, stories } from "./story.js";

const seen = new Map();
let last;

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const total = (state, what) => state?.services.reduce((all, service) => all + service[what], 0);
const rounded = (rate) => (rate >= 10 ? String(Math.round(rate)) : String(Math.round(rate * 10) / 10));

function rates(state) {
  const seconds = last ? Math.max(0.2, (Date.parse(state.at) - Date.parse(last.at)) / 1000) : 1;
  const before = (list, name) => list?.find((one) => one.name === name);
  const handled = {};
  const sent = {};
  const failed = {};
  for (const service of state.services) {
    const earlier = before(last?.services, service.name);
    const delta = earlier ? Math.max(0, sum(service.outcomes) - sum(earlier.outcomes)) : 0;
    handled[service.name] = delta / seconds;
    failed[service.name] = earlier ? Math.max(0, service.failures - earlier.failures) / seconds : 0;
    sent[service.name] = earlier ? Math.max(0, service.sent - earlier.sent) / seconds : 0;
    seen.set(service.name, [...(seen.get(service.name) ?? []), delta].slice(-120));
  }
  const topics = {};
  for (const topic of state.topics) {
    const earlier = before(last?.topics, topic.name);
    topics[topic.name] = earlier ? Math.max(0, topic.sent - earlier.sent) / seconds : 0;
  }
  return { handled, sent, failed, topics };
}

function showServices(state, { handled, sent, failed }) {
  const alarm = (count) => (count > 0 ? "number alarm" : "number");
  byId("services").replaceChildren(
    ...state.services.map(({ name, lag, parked, deadLetters }) => {
      const row = element("tr");
      const bars = element("td");
      bars.append(sparkline(seen.get(name) ?? [], `Events ${name} handled per second, over two minutes`));
      row.append(
        element("th", name, { scope: "row" }),
        element("td", rounded(handled[name]), { class: "number" }),
        element("td", rounded(sent[name]), { class: "number" }),
        element("td", rounded(failed[name]), { class: alarm(failed[name]) }),
        element("td", String(lag), { class: "number" }),
        element("td", String(parked), { class: alarm(parked) }),
        element("td", String(deadLetters), { class: alarm(deadLetters) }),
        bars,
      );
      return row;
    }),
  );
}

const whys = {
  retry: "failed, is tried again",
  behind: "behind an earlier one of its key",
  wait: "waits for a predecessor",
  gap: "a number of its key is missing",
  version: "of a version not known here",
  redrive: "redriven",
};

/** What waits, with why and until when. */
async function showWaiting(state) {
  const rows = [];
  for (const { name, parked } of state.services) {
    if (parked === 0) continue;
    for (const one of (await ask(`/ops/api/parked/${name}`)).slice(0, 20)) rows.push({ service: name, ...one });
  }
  byId("waiting-section").hidden = rows.length === 0;
  byId("waiting").replaceChildren(
    ...rows.map(({ service, event, key, why, reason, attempts, dueAt }) => {
      const row = element("tr");
      row.append(
        element("th", service, { scope: "row" }),
        element("td", event ?? "–"),
        element("td", `…${key.slice(-6)}`),
        element("td", whys[why] ?? why),
        element("td", String(attempts), { class: "number" }),
        element("td", time(dueAt)),
        element("td", reason, { class: "reason" }),
      );
      return row;
    }),
  );
}

async function show(state) {
  const speed = rates(state);
  showServices(state, speed);
  fillChoices(state);
  byId("topology").replaceChildren(topology(state, speed.topics));
  say("problems", state.problems.join(" "));
  const moved = total(state, "sent") !== total(last, "sent");
  const changed = total(state, "deadLetters") !== total(last, "deadLetters");
  last = state;
  await showWaiting(state);
  if (changed) await showLetters();
  if (moved) await offerOrders();
}

async function look() {
  try {
    await show(await ask("/ops/api/state"));
    byId("pulse").textContent = `live · ${last.transport}`;
    byId("pulse").dataset.state = "live";
  } catch {
    byId("pulse").textContent = "not reachable, trying again …";
    byId("pulse").dataset.state = "away";
  }
  setTimeout(look, document.hidden ? 5_000 : 1_000);
}

letters((orderId) => {
  void showTrace(orderId);
  byId("trace-title").scrollIntoView();
});
stories();
await look();
