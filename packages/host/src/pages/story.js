import { ask, byId, say, time } from "./ask.js";
import { element, sequence } from "./draw.js";

/** Shows what happened to an order, and why, as a sequence diagram. */
export async function showTrace(orderId) {
  byId("trace-order").value = orderId;
  say("trace-trouble");
  byId("trace").replaceChildren();
  try {
    const { steps } = await ask(`/audit/orders/${encodeURIComponent(orderId)}/trace`);
    byId("trace").append(sequence(steps));
    history.replaceState(null, "", `?order=${encodeURIComponent(orderId)}`);
  } catch (error) {
    say("trace-trouble", error.message);
  }
}

/** Offers the newest orders, so that nobody has to copy an id. */
export async function offerOrders() {
  const newest = await ask("/audit/events?event=OrderCreated.v2&limit=8").catch(() => []);
  byId("recent").replaceChildren(
    ...newest.map(({ event, key }) => {
      const button = element("button", `${time(event.timestamp)} · …${key.slice(-6)}`, { type: "button" });
      button.addEventListener("click", () => showTrace(key));
      const item = element("li");
      item.append(button);
      return item;
    }),
  );
}

async function replay(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const dryRun = event.submitter?.value !== "no";
  const moment = (name) => (form.get(name) ? { [name]: new Date(form.get(name)).toISOString() } : {});
  const key = form.get("key");
  try {
    const report = await ask(`/ops/api/replay/${form.get("service")}`, {
      topic: form.get("topic"),
      dryRun,
      ...moment("from"),
      ...moment("to"),
      ...(key ? { keys: [key] } : {}),
    });
    const { read, handled, ignored, unreadable } = report;
    byId("replay-result").textContent =
      `${read} records read: ${handled} ${dryRun ? "would be handled" : "handled again"}, ${ignored} not for this service, ${unreadable} unreadable.`;
  } catch (error) {
    byId("replay-result").textContent = error.message;
  }
}

/** Fills the choices of the replay form, once. */
export function fillChoices(state) {
  if (byId("replay-service").options.length > 0) return;
  byId("replay-service").append(...state.services.map(({ name }) => element("option", name, { value: name })));
  const offer = () => {
    const service = byId("replay-service").value;
    const topics = state.topics.filter(({ readers }) => readers.includes(service));
    byId("replay-topic").replaceChildren(...topics.map(({ name }) => element("option", name, { value: name })));
  };
  byId("replay-service").addEventListener("change", offer);
  offer();
}

/** Makes the forms work, and shows the order the address names. */
export function stories() {
  byId("trace-form").addEventListener("submit", (event) => {
    event.preventDefault();
    void showTrace(byId("trace-order").value.trim());
  });
  byId("replay-form").addEventListener("submit", replay);
  const wanted = new URLSearchParams(location.search).get("order");
  if (wanted) void showTrace(wanted).then(() => byId("trace-title").scrollIntoView());
}
