const byId = (id) => document.getElementById(id);
const space = "http://www.w3.org/2000/svg";

function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function money({ amount, currency }) {
  const format = new Intl.NumberFormat(undefined, { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

function duration(seconds) {
  if (seconds === null) return "–";
  if (seconds < 60) return `${Math.round(seconds * 10) / 10} s`;
  if (seconds < 3_600) return `${Math.round(seconds / 6) / 10} min`;
  if (seconds < 86_400) return `${Math.round(seconds / 360) / 10} h`;
  return seconds === 86_400 ? "1 day" : `${Math.round(seconds / 8_640) / 10} days`;
}

const percent = (part, whole) => (whole === 0 ? "–" : `${Math.round((part / whole) * 100)} %`);

function showBars(id, rows) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  byId(id).replaceChildren(
    ...rows.map(({ label, value, note }) => {
      const row = element("tr");
      const bar = element("td");
      bar.append(element("meter", undefined, { max: most, value, "aria-label": `${label}: ${value}` }));
      row.append(element("th", label, { scope: "row" }), bar, element("td", note ?? String(value)));
      return row;
    }),
  );
  if (rows.length === 0) byId(id).append(element("caption", "None."));
}

function showFigures({ funnel, cancelled, revenue, deliveryTime }) {
  const created = funnel[0].orders;
  const figures = [
    ["Orders", String(created)],
    ["Delivered", String(funnel.at(-1).orders)],
    ["Cancelled", `${cancelled} (${percent(cancelled, created)})`],
    ["Revenue", revenue.map(money).join(" + ") || "–"],
    ["Half are delivered within", duration(deliveryTime.median)],
  ];
  byId("figures").replaceChildren(
    ...figures.map(([name, value]) => {
      const box = element("div");
      box.append(element("dt", name), element("dd", value));
      return box;
    }),
  );
}

function showOverTime(slots) {
  const width = 960;
  const height = 180;
  const most = Math.max(1, ...slots.map(({ created }) => created));
  const step = width / slots.length;
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  const total = slots.reduce((sum, { created }) => sum + created, 0);
  svg.setAttribute("aria-label", `${total} orders created; at most ${most} in one of ${slots.length} pieces of time`);
  slots.forEach((slot, index) => {
    ["created", "delivered", "cancelled"].forEach((kind, column) => {
      const tall = (slot[kind] / most) * (height - 1);
      const bar = document.createElementNS(space, "rect");
      const place = { x: index * step + (column * step) / 3.4, y: height - tall, width: step / 3.6, height: tall };
      for (const [name, value] of Object.entries(place)) bar.setAttribute(name, String(value));
      bar.setAttribute("class", kind);
      const title = document.createElementNS(space, "title");
      title.textContent = `${new Date(slot.from).toLocaleString()}: ${slot[kind]} ${kind}`;
      bar.append(title);
      svg.append(bar);
    });
  });
  const last = slots.at(-1);
  const middle = slots[Math.floor(slots.length / 2)];
  const wide = Date.parse(last.from) - Date.parse(slots[0].from) > 86_400_000;
  const moment = ({ from }) =>
    new Date(from).toLocaleString(undefined, wide ? { dateStyle: "medium" } : { timeStyle: "short" });
  const axis = element("p", undefined, { class: "axis", "aria-hidden": "true" });
  axis.append(element("span", moment(slots[0])), element("span", moment(middle)), element("span", "now"));
  byId("over-time").replaceChildren(element("p", String(most), { class: "most", "aria-hidden": "true" }), svg, axis);
}

const reasonNames = {
  OUT_OF_STOCK: "Out of stock",
  PAYMENT_FAILED: "Payment failed",
  CUSTOMER_REQUEST: "Asked for by the customer",
  TIMEOUT: "A step took too long",
};

function show(summary) {
  const created = summary.funnel[0].orders;
  showFigures(summary);
  showOverTime(summary.overTime);
  showBars(
    "funnel",
    summary.funnel.map(({ step, orders }) => ({
      label: step,
      value: orders,
      note: `${orders} · ${percent(orders, created)}`,
    })),
  );
  showBars(
    "reasons",
    summary.failures.map(({ reason, orders }) => ({ label: reasonNames[reason] ?? reason, value: orders })),
  );
  const { classes, median, p90, p99 } = summary.deliveryTime;
  showBars(
    "delivery",
    classes.map(({ upTo, orders }) => ({ label: upTo ? `up to ${duration(upTo)}` : "longer", value: orders })),
  );
  byId("quantiles").textContent =
    `Half within ${duration(median)}, 90 % within ${duration(p90)}, 99 % within ${duration(p99)}.`;
  showBars(
    "events",
    summary.events.map(({ event, count }) => ({ label: event, value: count })),
  );
}

let timer;
async function look() {
  clearTimeout(timer);
  try {
    const response = await fetch(`/summary?hours=${byId("hours").value}`);
    if (response.ok) show(await response.json());
  } finally {
    timer = setTimeout(look, document.hidden ? 10_000 : 2_000);
  }
}
byId("hours").addEventListener("change", look);
await look();
