import { texts } from "./texts.js";

const goodWay = ["CREATED", "PAID", "SHIPPED", "DELIVERED"];
const ends = ["DELIVERED", "CANCELLED"];
const addresses = {
  alice: { name: "Alice Martin", line1: "12 Rue des Lilas", city: "Lyon", postalCode: "69003", country: "FR" },
  bob: { name: "Bob Jansen", line1: "Prinsengracht 263", city: "Amsterdam", postalCode: "1016 GV", country: "NL" },
};
const byId = (id) => document.getElementById(id);

const kept = {
  get: (name, otherwise) => JSON.parse(localStorage.getItem(name) ?? "null") ?? otherwise,
  set: (name, value) => localStorage.setItem(name, JSON.stringify(value)),
};

let language = kept.get("language", navigator.language.startsWith("ko") ? "ko" : "en");
let products = [];
let steps = [];
let orderId;
let source;
let connection = "waiting";
const text = () => texts[language];

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function money({ amount, currency }) {
  const format = new Intl.NumberFormat(language, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function speak() {
  document.documentElement.lang = language;
  document.title = text().title;
  for (const node of document.querySelectorAll("[data-text]")) node.textContent = text()[node.dataset.text];
  for (const node of document.querySelectorAll("[data-label]"))
    node.setAttribute("aria-label", text()[node.dataset.label]);
  for (const node of document.querySelectorAll("[data-language]")) {
    node.setAttribute("aria-pressed", String(node.dataset.language === language));
  }
  showProducts();
  showOrder();
  showEarlier();
}

function chosen() {
  return [...document.querySelectorAll("#products input")]
    .map((input) => ({ productId: input.dataset.product, quantity: input.valueAsNumber || 0 }))
    .filter(({ quantity }) => quantity > 0);
}

function showTotal() {
  const lines = chosen();
  const priced = lines.map(({ productId, quantity }) => ({
    quantity,
    ...products.find((p) => p.productId === productId),
  }));
  const amount = priced.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0);
  byId("total").textContent = priced.length === 0 ? "–" : money({ amount, currency: priced[0].unitPrice.currency });
}

function showProducts() {
  const before = new Map(chosen().map((line) => [line.productId, line.quantity]));
  byId("products").replaceChildren(
    ...products.map(({ productId, name, unitPrice }) => {
      const input = element("input", undefined, {
        type: "number",
        min: "0",
        max: "999",
        value: String(before.get(productId) ?? 0),
        "aria-label": text().pieces(name),
        "data-product": productId,
      });
      const row = element("li");
      row.append(element("span", name), element("span", money(unitPrice), { class: "price" }), input);
      return row;
    }),
  );
  showTotal();
}

function timelineItem(status, step) {
  const item = element("li", text().steps[status], {
    "data-state": step ? (status === "CANCELLED" ? "cancelled" : "done") : "open",
  });
  if (!step) return item;
  const at = new Date(step.at);
  item.append(element("time", at.toLocaleTimeString(language), { datetime: step.at }));
  if (step.trackingNumber)
    item.append(element("span", text().parcel(step.carrier, step.trackingNumber), { class: "detail" }));
  if (step.estimatedDelivery)
    item.append(element("span", text().expected(step.estimatedDelivery), { class: "detail" }));
  return item;
}

function showOrder() {
  byId("nothing").hidden = orderId !== undefined;
  byId("tracked").hidden = orderId === undefined;
  if (orderId === undefined) return;
  const newest = steps.at(-1);
  const reached = new Map(steps.map((step) => [step.status, step]));
  const shown =
    newest?.status === "CANCELLED" ? [...goodWay.filter((status) => reached.has(status)), "CANCELLED"] : goodWay;
  byId("headline").textContent = newest ? text().headlines[newest.status] : "";
  byId("timeline").replaceChildren(...shown.map((status) => timelineItem(status, reached.get(status))));
  byId("explanation").hidden = newest?.reason === undefined;
  byId("explanation").textContent = newest?.reason ? text().reasons[newest.reason] : "";
  const over = newest !== undefined && [...ends, "SHIPPED"].includes(newest.status);
  byId("cancel").hidden = over;
  byId("connection").textContent = text()[newest && ends.includes(newest.status) ? "ended" : connection];
  byId("connection").dataset.state = connection;
  byId("order-id").textContent = orderId;
  byId("letters").href = `/letters?orderId=${encodeURIComponent(orderId)}`;
  byId("story").href = `/ops?order=${encodeURIComponent(orderId)}`;
}

function showEarlier() {
  const orders = kept.get("orders", []).filter((order) => order.orderId !== orderId);
  byId("earlier").hidden = orders.length === 0;
  byId("earlier-list").replaceChildren(
    ...orders.slice(0, 8).map((order) => {
      const button = element("button", undefined, { type: "button" });
      button.append(element("span", new Date(order.at).toLocaleString(language)), element("span", money(order.total)));
      button.addEventListener("click", () => follow(order.orderId));
      const item = element("li");
      item.append(button);
      return item;
    }),
  );
}

function follow(wanted) {
  source?.close();
  orderId = wanted;
  steps = [];
  connection = "waiting";
  kept.set("following", orderId);
  byId("cancel").textContent = text().cancel;
  byId("cancel").disabled = false;
  listen();
  showOrder();
  showEarlier();
}

/** The browser resumes by itself with the number of the last step it has; only after an answer that is none it gives up. */
function listen() {
  const stream = new EventSource(`/orders/${encodeURIComponent(orderId)}/stream?after=${steps.at(-1)?.sequence ?? 0}`);
  source = stream;
  stream.addEventListener("open", () => {
    connection = "live";
    showOrder();
  });
  stream.addEventListener("error", () => {
    connection = "waiting";
    showOrder();
    if (stream.readyState === EventSource.CLOSED) setTimeout(() => stream === source && listen(), 2_000);
  });
  stream.addEventListener("step", ({ data }) => {
    const step = JSON.parse(data);
    steps = [...steps.filter((known) => known.sequence < step.sequence), step];
    byId("announcement").textContent = text().headlines[step.status];
    if (ends.includes(step.status)) stream.close();
    showOrder();
  });
}

function complain(words) {
  byId("trouble").hidden = words === undefined;
  byId("trouble").textContent = words ?? "";
}

async function send(path, body, headers = {}) {
  const response = await fetch(path, {
    method: "POST",
    headers: { ...(body && { "content-type": "application/json" }), ...headers },
    ...(body && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (!response) throw new Error(text().unreachable);
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.detail ?? text().unreachable);
  return answer;
}

async function placeOrder(event) {
  event.preventDefault();
  const items = chosen();
  if (!event.target.checkValidity()) return complain(text().wholePieces);
  if (items.length === 0) return complain(text().chooseSomething);
  complain();
  const button = event.target.querySelector("button.primary");
  if (button.getAttribute("aria-disabled") === "true") return undefined;
  button.setAttribute("aria-disabled", "true");
  button.textContent = text().placing;
  const customerId = new FormData(event.target).get("customer");
  const order = { customerId, email: `${customerId}@example.com`, items, shippingAddress: addresses[customerId] };
  try {
    const placed = await send("/orders", order, { "idempotency-key": crypto.randomUUID() });
    kept.set(
      "orders",
      [{ orderId: placed.orderId, at: Date.now(), total: placed.total }, ...kept.get("orders", [])].slice(0, 20),
    );
    follow(placed.orderId);
    const place = byId("follow-title").getBoundingClientRect();
    if (place.top < 0 || place.top > innerHeight * 0.6) byId("follow-title").scrollIntoView();
  } catch (error) {
    complain(error.message);
  }
  button.removeAttribute("aria-disabled");
  button.textContent = text().place;
  return undefined;
}

async function cancelOrder() {
  const button = byId("cancel");
  button.disabled = true;
  try {
    await send(`/orders/${encodeURIComponent(orderId)}/cancel`);
    button.textContent = text().cancelling;
  } catch (error) {
    button.disabled = false;
    byId("explanation").hidden = false;
    byId("explanation").textContent = error.message;
  }
}

byId("order").addEventListener("submit", placeOrder);
byId("products").addEventListener("input", showTotal);
byId("cancel").addEventListener("click", cancelOrder);
for (const button of document.querySelectorAll("[data-language]")) {
  button.addEventListener("click", () => {
    language = button.dataset.language;
    kept.set("language", language);
    speak();
  });
}

async function open() {
  for (;;) {
    const response = await fetch("/products").catch(() => undefined);
    if (response?.ok) return response.json();
    complain(text().closed);
    await new Promise((proceed) => setTimeout(proceed, 2_000));
  }
}

speak();
products = await open();
complain();
speak();
// Where letters really leave, there are none to look at.
byId("letters").hidden = !(await fetch("/letters", { method: "HEAD" })).ok;
const [first] = document.querySelectorAll("#products input");
if (first) first.value = "1";
showTotal();
const before = kept.get("following");
if (before) follow(before);
