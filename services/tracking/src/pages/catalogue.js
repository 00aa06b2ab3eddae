/** What can be ordered: the price list, what is on the shelf, what the customers have, and the total. */
import { ask, byId, element, money, number } from "/shared/page.js";

const FEW = 10;
let products = [];
let words;
let stock = new Map();

const inputs = () => [...document.querySelectorAll("#products input")];

/** What is chosen, as an order's items. */
export const chosen = () =>
  inputs()
    .map((input) => ({ productId: input.dataset.product, quantity: input.valueAsNumber || 0 }))
    .filter(({ quantity }) => quantity > 0);

/** A product's name in the reader's language. */
export const nameOf = (productId) =>
  words.productNames[productId] ?? products.find((one) => one.productId === productId)?.name ?? productId;

export function showTotal() {
  const priced = chosen().flatMap(({ productId, quantity }) => {
    const product = products.find((one) => one.productId === productId);
    return product ? [{ quantity, unitPrice: product.unitPrice }] : [];
  });
  const amount = priced.reduce((sum, line) => sum + line.quantity * line.unitPrice.amount, 0);
  byId("total").textContent = priced.length === 0 ? "–" : money({ amount, currency: priced[0].unitPrice.currency });
}

function stepper(productId, quantity) {
  const name = nameOf(productId);
  const input = element("input", undefined, {
    type: "number",
    inputmode: "numeric",
    min: "0",
    max: "999",
    value: String(quantity),
    "aria-label": words.pieces(name),
    "aria-describedby": `stock-${productId}`,
    "data-product": productId,
  });
  // The field itself takes the arrow keys; the buttons are for fingers and mice.
  const button = (sign, label, step) => {
    const made = element("button", sign, { type: "button", tabindex: "-1", "aria-label": label });
    made.addEventListener("click", () => {
      input.value = String(Math.min(999, Math.max(0, (input.valueAsNumber || 0) + step)));
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    return made;
  };
  const group = element("div", undefined, { class: "stepper" });
  group.append(button("−", words.less(name), -1), input, button("+", words.more(name), 1));
  return group;
}

/** Shows the price list in the given words; what was chosen stays chosen. */
export function showProducts(newWords, list = products) {
  words = newWords;
  products = list;
  const before = new Map(chosen().map((line) => [line.productId, line.quantity]));
  byId("products").replaceChildren(
    ...products.map(({ productId, unitPrice }) => {
      const row = element("li");
      row.append(
        element("span", nameOf(productId), { class: "name" }),
        element("span", "", { class: "stock", id: `stock-${productId}` }),
        element("span", money(unitPrice), { class: "price" }),
        stepper(productId, before.get(productId) ?? 0),
      );
      return row;
    }),
  );
  if (products.length === 0) byId("products").append(element("li", words.loading, { class: "soft" }));
  showStock();
  showTotal();
}

function showStock() {
  for (const { productId } of products) {
    const place = byId(`stock-${productId}`);
    const available = stock.get(productId);
    if (available === undefined) continue;
    place.dataset.state = available === 0 ? "none" : available <= FEW ? "few" : "enough";
    const says = words.stock(available, number(available), FEW);
    if (place.textContent !== says) place.textContent = says;
  }
}

async function showBalance(customer) {
  const account = await ask(`/accounts/${customer}`).catch(() => undefined);
  if (account) byId(`balance-${customer}`).textContent = words.has(money(account.balance));
}

/**
 * Asks anew what is on the shelves and in the accounts. Where this server does not know, nothing is said of it.
 * @returns whether anybody answered
 */
export async function lookAtShelves() {
  let answered = true;
  const shelves = await ask("/stock").catch(({ status }) => {
    answered = status > 0;
    return [];
  });
  if (!answered) return false;
  stock = new Map(shelves.map(({ productId, available }) => [productId, available]));
  showStock();
  await Promise.all([showBalance("alice"), showBalance("bob")]);
  return true;
}
