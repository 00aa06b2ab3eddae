import { ask, byId, every, kept, say, speak } from "/shared/page.js";
import { chosen, lookAtShelves, showProducts, showTotal } from "./catalogue.js";
import { follow, following, remember, showEarlier, showOrder } from "./follow.js";
import { texts } from "./texts.js";

const people = {
  alice: {
    name: "Alice Martin",
    email: "alice@example.com",
    line1: "12 Rue des Lilas",
    city: "Lyon",
    postalCode: "69003",
    country: "FR",
  },
  bob: {
    name: "Bob Jansen",
    email: "bob@example.com",
    line1: "Prinsengracht 263",
    city: "Amsterdam",
    postalCode: "1016 GV",
    country: "NL",
  },
};
const form = byId("order");
const field = (name) => form.elements[name];
const customer = () => new FormData(form).get("customer");
let words;
let unreachable = false;

function showAddress() {
  const { name, line1, postalCode, city, country } = form.elements;
  byId("address-line").textContent =
    `${name.value}, ${line1.value}, ${postalCode.value} ${city.value}, ${country.value}`;
}

/** Each customer has an address of their own; changed, it stays changed for the orders to come. */
function fillAddress() {
  for (const [name, value] of Object.entries(people[customer()])) field(name).value = value;
  showAddress();
}

/** Says what is wrong, beside the button and at the field, and takes the reader there. */
function complain(message, input) {
  for (const marked of form.querySelectorAll("[aria-invalid]")) {
    marked.removeAttribute("aria-invalid");
    if (marked.getAttribute("aria-describedby") === "trouble") marked.removeAttribute("aria-describedby");
  }
  say("trouble", message);
  if (!input) return;
  input.setAttribute("aria-invalid", "true");
  if (!input.hasAttribute("aria-describedby")) input.setAttribute("aria-describedby", "trouble");
  const closed = input.closest("details");
  if (closed) closed.open = true;
  input.focus();
}

function fault() {
  const wrong = form.querySelector("input:invalid");
  if (wrong?.type === "number") return [words.wholePieces, wrong];
  if (wrong) return [words.fieldWrong(words[wrong.name]), wrong];
  if (chosen().length === 0) return [words.chooseSomething, form.querySelector("#products input")];
  return undefined;
}

/** The field that the server's first complaint is about, where this page has it. */
function fieldOf(error) {
  const pointer = error.problem?.errors?.[0]?.pointer ?? "";
  return field(pointer.split("/").at(-1)) ?? undefined;
}

/** The same wish keeps its key until the server has answered it: sent twice, it is ordered once. */
function keyFor(order) {
  const print = JSON.stringify(order);
  const pending = kept.get("pending");
  if (pending?.print === print) return pending.key;
  const key = crypto.randomUUID?.() ?? String(crypto.getRandomValues(new Uint32Array(4)));
  kept.set("pending", { print, key });
  return key;
}

async function placeOrder(event) {
  event.preventDefault();
  const button = form.querySelector("button.primary");
  if (button.getAttribute("aria-disabled") === "true") return;
  const wrong = fault();
  complain(...(wrong ?? []));
  if (wrong) return;
  button.setAttribute("aria-disabled", "true");
  button.textContent = words.placing;
  const { email, ...shippingAddress } = Object.fromEntries(
    Object.keys(people.alice).map((name) => [name, field(name).value.trim()]),
  );
  const order = { customerId: customer(), email, items: chosen(), shippingAddress };
  try {
    const placed = await ask("/orders", order, { headers: { "idempotency-key": keyFor(order) } });
    kept.set("pending", null);
    remember({ orderId: placed.orderId, at: Date.now(), total: placed.total, status: placed.status });
    follow(placed.orderId, true);
    void lookAtShelves();
  } catch (error) {
    if (error.status > 0 && error.status < 500) kept.set("pending", null);
    complain(words.refusals(error), fieldOf(error));
    unreachable = error.status === 0;
  }
  button.removeAttribute("aria-disabled");
  button.textContent = words.place;
}

async function priceList() {
  for (;;) {
    try {
      return await ask("/products");
    } catch {
      say("trouble", words.closed);
      await new Promise((proceed) => setTimeout(proceed, 2_000));
    }
  }
}

form.addEventListener("submit", placeOrder);
form.addEventListener("input", ({ target }) => {
  if (target.name === "customer") fillAddress();
  else if (target.type === "number") showTotal();
  else showAddress();
});
following();
fillAddress();
speak(texts, (chosenWords) => {
  words = chosenWords;
  showProducts(words);
  showOrder(words);
  showEarlier();
});

const products = await priceList();
say("trouble");
showProducts(words, products);
const [first] = document.querySelectorAll("#products input");
if (first) first.value = "1";
showTotal();
every(5_000, async () => {
  const answered = await lookAtShelves();
  // The shop is back: what was said of its silence is no longer true.
  if (answered && unreachable) complain();
  if (answered) unreachable = false;
});

const before = new URLSearchParams(location.search).get("order") ?? kept.get("following");
if (before) follow(before);

// Where letters really leave, there are none to look at.
const mail = await fetch("/letters", { method: "HEAD" }).catch(() => ({ ok: false }));
for (const id of ["letters", "mail"]) byId(id).hidden = !mail.ok;
