import { ask, byId, element, moment, say } from "/shared/page.js";
import { sequence } from "./draw.js";
import { address, changed, place } from "./views.js";

const took = (ms) => (ms < 1_000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`);

function showSteps(orderId, steps) {
  const last = steps.findLast(({ topic }) => topic === "order-events") ?? steps.at(-1);
  const summary = byId("story-summary");
  const senders = new Set(steps.map(({ sender }) => sender)).size;
  summary.textContent = `${steps.length} events of ${senders} services; ${last.event} came ${took(last.afterMs)} after the first. `;
  summary.append(element("a", "As the customer sees it", { href: `/?order=${encodeURIComponent(orderId)}` }));
  byId("trace").replaceChildren(sequence(steps));
  byId("story-steps").replaceChildren(
    ...steps.map(({ event, sender, receivers, at }) => {
      const row = element("tr");
      row.append(
        element("td", moment(at)),
        element("th", event, { scope: "row" }),
        element("td", sender),
        element("td", receivers.join(", "), { class: "reason" }),
      );
      return row;
    }),
  );
}

function showLettersOf(letters) {
  if (!changed("story-letters", letters)) return;
  byId("story-letters").replaceChildren(
    ...letters.map(({ group, id, event, topic, message }) => {
      const item = element("li");
      item.append(
        element("a", `${group} gave up ${event ?? `a record of ${topic}`}`, { href: address("letters", [group, id]) }),
        element("span", message, { class: "message" }),
      );
      return item;
    }),
  );
}

/** Shows what happened to an order, and why, as a sequence diagram. */
export async function showTrace(orderId) {
  byId("trace-order").value = orderId;
  try {
    const key = encodeURIComponent(orderId);
    const [{ steps }, letters] = await Promise.all([
      ask(`/audit/orders/${key}/trace`),
      ask(`/ops/api/dead-letters?status=open&key=${key}`),
    ]);
    say("trace-trouble");
    byId("story").hidden = false;
    if (changed("story", [orderId, steps])) showSteps(orderId, steps);
    showLettersOf(letters);
  } catch (error) {
    byId("story").hidden = true;
    changed("story", []);
    say("trace-trouble", error.message);
  }
}

/** Told when something was sent: a story that is being looked at may have gone on. */
export async function retell() {
  const { view, about } = place();
  if (view === "order" && about.length === 1) await showTrace(about[0]);
}

/** Offers the newest orders, so that nobody has to copy an id. */
export async function offerOrders() {
  const newest = await ask("/audit/events?event=OrderCreated.v2&limit=8").catch(() => []);
  if (!changed("recent", newest)) return;
  byId("recent").replaceChildren(
    ...newest.map(({ event, key }) => {
      const item = element("li");
      item.append(
        element("a", `${moment(event.timestamp)} · …${key.slice(-6)}`, { href: address("order", [key]), title: key }),
      );
      return item;
    }),
  );
}

/** Makes the form work. */
export function stories() {
  byId("trace-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const wanted = address("order", [byId("trace-order").value.trim()]);
    if (location.hash === wanted) void retell();
    else location.hash = wanted;
  });
}
