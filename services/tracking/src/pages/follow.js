/** One order, followed live: its timeline, what is in it, and as it was at any moment before. */
import { ask, byId, element, kept, locale, moment, money, number, say } from "/shared/page.js";
import { lookAtShelves, nameOf } from "./catalogue.js";

const goodWay = ["CREATED", "PAID", "SHIPPED", "DELIVERED"];
const ends = ["DELIVERED", "CANCELLED"];

let words;
let orderId;
let order;
let steps = [];
let source;
let connection = "waiting";
let asked = false;

let saying;
/** Says to screen readers what is newest, once things have been still for a moment: not every step of a burst. */
function announce(text) {
  clearTimeout(saying);
  saying = setTimeout(() => {
    if (byId("announcement").textContent !== text) byId("announcement").textContent = text;
  }, 600);
}

function timelineItem(status, step) {
  const item = element("li", words.steps[status], {
    "data-state": step ? (status === "CANCELLED" ? "cancelled" : "done") : "open",
  });
  if (!step) return item;
  item.append(element("time", moment(step.at), { datetime: step.at }));
  if (step.trackingNumber)
    item.append(element("span", words.parcel(step.carrier, step.trackingNumber), { class: "detail" }));
  if (step.estimatedDelivery) {
    const day = new Date(`${step.estimatedDelivery}T00:00`);
    const readable = Number.isNaN(day.getTime())
      ? step.estimatedDelivery
      : day.toLocaleDateString(locale(), { weekday: "long", day: "numeric", month: "long" });
    item.append(element("span", words.expected(readable), { class: "detail" }));
  }
  return item;
}

function showActions(newest) {
  const over = newest !== undefined && ends.includes(newest.status);
  const shipped = newest?.status === "SHIPPED";
  const button = byId("cancel");
  // Focus would fall out of the page with the button that has it.
  if ((over || shipped) && document.activeElement === button) byId("follow-title").focus({ preventScroll: true });
  button.hidden = over || shipped;
  button.disabled = asked;
  button.textContent = asked ? words.cancelling : words.cancel;
  byId("too-late").hidden = !shipped;
  const state = over ? "ended" : connection;
  byId("connection").textContent = words[state];
  byId("connection").dataset.state = state;
}

function showContents() {
  byId("contents").hidden = order === undefined;
  if (order === undefined) return;
  const lines = order.items.map(({ productId, quantity, unitPrice }) => {
    const line = element("li");
    line.append(element("span", `${number(quantity)} × ${nameOf(productId)}`));
    if (unitPrice)
      line.append(element("span", money({ ...unitPrice, amount: unitPrice.amount * quantity }), { class: "soft" }));
    return line;
  });
  const total = element("li");
  total.append(element("span", words.total), element("span", money(order.total)));
  byId("items").replaceChildren(...lines, total);
}

export function showOrder(newWords = words) {
  words = newWords;
  byId("nothing").hidden = orderId !== undefined;
  byId("tracked").hidden = orderId === undefined;
  if (orderId === undefined) return;
  const newest = steps.at(-1);
  const reached = new Map(steps.map((step) => [step.status, step]));
  const shown =
    newest?.status === "CANCELLED" ? [...goodWay.filter((status) => reached.has(status)), "CANCELLED"] : goodWay;
  byId("headline").textContent = newest ? words.headlines[newest.status] : "";
  byId("timeline").replaceChildren(...shown.map((status) => timelineItem(status, reached.get(status))));
  say("explanation", newest?.reason && (words.reasons[newest.reason] ?? newest.reason));
  showActions(newest);
  showContents();
  byId("then").hidden = steps.length === 0;
  byId("order-id").textContent = orderId;
  byId("order-link").href = `/?order=${encodeURIComponent(orderId)}`;
  byId("letters").href = `/letters?orderId=${encodeURIComponent(orderId)}`;
  byId("story").href = `/ops#/order/${encodeURIComponent(orderId)}`;
}

function button(earlier) {
  const made = element("button", undefined, { type: "button" });
  made.append(
    element("span", moment(earlier.at)),
    element("span", earlier.status ? words.steps[earlier.status === "CONFIRMED" ? "PAID" : earlier.status] : "", {
      class: "status",
      "data-status": earlier.status ?? "",
    }),
    element("span", money(earlier.total), { class: "money" }),
  );
  made.addEventListener("click", () => follow(earlier.orderId, true));
  const item = element("li");
  item.append(made);
  return item;
}

export function showEarlier() {
  const orders = kept.get("orders", []).filter((one) => one.orderId !== orderId);
  byId("earlier").hidden = orders.length === 0;
  byId("earlier-list").replaceChildren(...orders.slice(0, 8).map(button));
}

/** Remembers an order among those of this browser, the newest first. */
export function remember(placed) {
  const others = kept.get("orders", []).filter((one) => one.orderId !== placed.orderId);
  kept.set("orders", [placed, ...others].toSorted((a, b) => b.at - a.at).slice(0, 20));
}

function forget() {
  kept.set(
    "orders",
    kept.get("orders", []).filter((one) => one.orderId !== orderId),
  );
  source?.close();
  orderId = undefined;
  kept.set("following", null);
  history.replaceState(null, "", "/");
  showOrder();
  showEarlier();
  say("nothing", words.unknownOrder);
}

/** What is in the order; an order this shop never had (another folder of data, say) is let go of. */
async function readOrder() {
  const wanted = orderId;
  try {
    const read = await ask(`/orders/${encodeURIComponent(wanted)}`);
    if (wanted !== orderId) return;
    order = read;
    const [first] = read.timeline;
    remember({ orderId: wanted, at: Date.parse(first.at), total: read.total, status: read.status });
    showOrder();
  } catch (error) {
    if (wanted === orderId && error.status === 404) forget();
  }
}

/** Follows an order from its beginning, and puts it into the address. */
export function follow(wanted, focus = false) {
  source?.close();
  orderId = wanted;
  order = undefined;
  steps = [];
  connection = "waiting";
  asked = false;
  kept.set("following", orderId);
  history.replaceState(null, "", `/?order=${encodeURIComponent(orderId)}`);
  byId("nothing").textContent = words.nothing;
  byId("then").open = false;
  say("cancel-trouble");
  listen();
  showOrder();
  showEarlier();
  if (!focus) return;
  const title = byId("follow-title");
  title.focus({ preventScroll: true });
  const { top } = title.getBoundingClientRect();
  if (top < 0 || top > innerHeight * 0.6) title.scrollIntoView();
}

function take(step) {
  if (step.sequence <= (steps.at(-1)?.sequence ?? 0)) return;
  steps = [...steps, step];
  const reason = step.reason && words.reasons[step.reason];
  announce([words.headlines[step.status], reason].filter(Boolean).join(". "));
  if (byId("then").open) void travel();
  if (order) remember({ orderId, at: Date.parse(steps[0].at), total: order.total, status: step.status });
  if (["PAID", "CANCELLED"].includes(step.status)) void lookAtShelves();
}

/** The browser resumes by itself with the number of the last step it has; only after an answer that is none it gives up. */
function listen() {
  const stream = new EventSource(`/orders/${encodeURIComponent(orderId)}/stream?after=${steps.at(-1)?.sequence ?? 0}`);
  source = stream;
  stream.addEventListener("open", () => {
    connection = "live";
    showOrder();
    if (order === undefined) void readOrder();
  });
  stream.addEventListener("error", () => {
    connection = "waiting";
    showOrder();
    if (!ends.includes(steps.at(-1)?.status)) announce(words.lost);
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => stream === source && listen(), 2_000);
  });
  stream.addEventListener("step", ({ data }) => {
    const step = JSON.parse(data);
    take(step);
    if (ends.includes(step.status)) stream.close();
    showOrder();
  });
}

async function cancelOrder() {
  const wanted = orderId;
  asked = true;
  say("cancel-trouble");
  showOrder();
  try {
    await ask(`/orders/${encodeURIComponent(wanted)}/cancel`, undefined, { method: "POST" });
  } catch (error) {
    if (wanted !== orderId) return;
    asked = false;
    showOrder();
    say("cancel-trouble", words.refusals(error));
  }
}

let travelling = 0;
/** The order as it was at the moment the slider stands on. */
async function travel() {
  const [first] = steps;
  if (first === undefined) return;
  const slider = byId("moment");
  const from = Date.parse(first.at) - 1;
  const until = ends.includes(steps.at(-1).status) ? Date.parse(steps.at(-1).at) : Date.now();
  const at = new Date(from + ((until - from) * slider.valueAsNumber) / 1000);
  slider.setAttribute("aria-valuetext", moment(at));
  travelling += 1;
  const turn = travelling;
  const asOf = encodeURIComponent(at.toISOString());
  const status = await ask(`/orders/${encodeURIComponent(orderId)}?asOf=${asOf}`).then(
    (then) => words.headlines[then.status],
    (error) => (error.status === 404 ? words.notYet : words.refusals(error)),
  );
  if (turn === travelling) byId("then-status").textContent = words.was(moment(at), status);
}

/** Makes the buttons of the followed order work. */
export function following() {
  byId("cancel").addEventListener("click", cancelOrder);
  byId("moment").addEventListener("input", travel);
  byId("then").addEventListener("toggle", () => byId("then").open && travel());
}
