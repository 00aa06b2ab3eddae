import { ask, byId, element, every, moment, say, speak } from "/shared/page.js";
import { texts } from "./texts.js";

const orderId = new URLSearchParams(location.search).get("orderId");
let letters = [];
let words;
let form = "html";
let open;
let denied = false;

const wanted = () => decodeURIComponent(location.hash.slice(1));

function row(letter) {
  const link = element("a", undefined, { href: `#${encodeURIComponent(letter.messageId)}` });
  if (letter.messageId === open?.messageId) link.setAttribute("aria-current", "true");
  link.append(
    element("strong", letter.subject),
    element("time", moment(letter.sentAt), { datetime: letter.sentAt }),
    element("span", letter.to),
  );
  const item = element("li");
  item.append(link);
  return item;
}

/** Marks the open one without making the list anew: who stands in it stays there. */
function mark() {
  const href = open && `#${encodeURIComponent(open.messageId)}`;
  for (const link of document.querySelectorAll("#letters a")) {
    if (link.getAttribute("href") === href) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

function showForm() {
  for (const button of document.querySelectorAll("[data-form]"))
    button.setAttribute("aria-pressed", String(button.dataset.form === form));
  byId("html").hidden = form !== "html";
  byId("text").hidden = form !== "text";
}

function showLetter() {
  const letter = letters.find(({ messageId }) => messageId === wanted()) ?? letters[0];
  byId("letter").hidden = letter === undefined;
  if (letter === undefined) return;
  const address = `/emails/${encodeURIComponent(letter.messageId)}`;
  // A frame that is loaded again flickers, and loses where its reader was.
  if (open?.messageId !== letter.messageId) byId("html").src = address;
  open = letter;
  byId("subject").textContent = letter.subject;
  byId("html").title = letter.subject;
  byId("to").textContent = letter.to;
  byId("sent").textContent = moment(letter.sentAt);
  byId("sent").dateTime = letter.sentAt;
  byId("text").textContent = letter.text;
  byId("order").textContent = letter.orderId;
  byId("order").href = `/?order=${encodeURIComponent(letter.orderId)}`;
  mark();
  showForm();
}

function show() {
  byId("title").textContent = orderId ? words.ofOrder : words.heading;
  byId("all").hidden = orderId === null;
  byId("letters").replaceChildren(...letters.map(row));
  showLetter();
}

async function look() {
  // Who has no token is not asked again every other second.
  if (denied) return;
  try {
    const read = await ask(orderId ? `/emails?orderId=${encodeURIComponent(orderId)}` : "/emails");
    say("away");
    byId("nothing").hidden = read.length > 0;
    byId("desk").hidden = read.length === 0;
    const ids = (list) => list.map(({ messageId }) => messageId).join();
    if (ids(read) === ids(letters)) return;
    // What is being read stays open when a newer one comes.
    if (open && !location.hash) history.replaceState(null, "", `#${encodeURIComponent(open.messageId)}`);
    letters = read;
    show();
  } catch ({ status }) {
    denied = status === 401 || status === 403;
    say("away", denied ? words.denied : words.away);
  }
}

speak(texts, (chosen) => {
  words = chosen;
  show();
});
addEventListener("hashchange", () => {
  showLetter();
  byId("subject").focus({ preventScroll: true });
  if (innerWidth < 780) byId("letter").scrollIntoView();
});
for (const button of document.querySelectorAll("[data-form]")) {
  button.addEventListener("click", () => {
    form = button.dataset.form;
    showForm();
  });
}
every(2_000, look);
