const byId = (id) => document.getElementById(id);

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function letter({ messageId, sentAt, to, subject, text }) {
  const item = element("li");
  const head = element("p", undefined, { class: "head" });
  head.append(
    element("span", `to ${to}`),
    element("time", new Date(sentAt).toLocaleString(), { datetime: sentAt }),
    element("a", "as HTML", { href: `/emails/${encodeURIComponent(messageId)}`, "aria-label": `${subject}, as HTML` }),
  );
  item.append(element("h2", subject), head, element("pre", text));
  return item;
}

const orderId = new URLSearchParams(location.search).get("orderId");
if (orderId) byId("title").textContent = "Letters about one order";

let shown = "";
async function look() {
  try {
    const response = await fetch(orderId ? `/emails?orderId=${encodeURIComponent(orderId)}` : "/emails");
    const letters = response.ok ? await response.json() : [];
    const now = letters.map(({ messageId }) => messageId).join();
    byId("nothing").hidden = letters.length > 0;
    if (now !== shown) byId("letters").replaceChildren(...letters.map(letter));
    shown = now;
  } finally {
    setTimeout(look, document.hidden ? 10_000 : 2_000);
  }
}
await look();
