import { ask, byId, element, every, locale, moment, money, number, say, speak, zone } from "/shared/page.js";
import { bars, columns, table } from "./charts.js";
import { texts } from "./texts.js";

/** Pieces of time by hours looked back, each a round one: minutes, half hours, three hours, half days. */
const pieces = { 1: 60, 24: 48, 168: 56, 720: 60 };
let words;
let summary;
let drawn;

function duration(seconds) {
  if (seconds === null) return "–";
  const { units } = words;
  const rounded = (value) => number(Math.round(value * 10) / 10);
  if (seconds < 60) return `${rounded(seconds)} ${units.s}`;
  if (seconds < 3_600) return `${rounded(seconds / 60)} ${units.min}`;
  if (seconds < 86_400) return `${rounded(seconds / 3_600)} ${units.h}`;
  return `${rounded(seconds / 86_400)} ${seconds === 86_400 ? units.day : units.days}`;
}

const percent = (part, whole) =>
  whole === 0 ? "–" : (part / whole).toLocaleString(locale(), { style: "percent", maximumFractionDigits: 1 });

function showFigures({ funnel, cancelled, revenue, deliveryTime }) {
  const created = funnel[0].orders;
  const delivered = funnel.at(-1).orders;
  const names = words.figures;
  const figures = [
    [names.orders, number(created), ""],
    [names.delivered, number(delivered), percent(delivered, created)],
    [names.cancelled, number(cancelled), percent(cancelled, created)],
    [names.revenue, revenue.map(money).join(" + ") || "–", ""],
    [names.median, duration(deliveryTime.median), ""],
  ];
  byId("figures").replaceChildren(
    ...figures.map(([name, value, share]) => {
      const box = element("div", undefined, { class: "card" });
      const figure = element("dd", value);
      if (share && share !== "–") figure.append(" ", element("small", share));
      box.append(element("dt", name), figure);
      return box;
    }),
  );
}

const widthOf = (id) => Math.max(240, byId(id).clientWidth);

/** A moment under the chart: its hour, or its day where it goes over days. */
function label(from) {
  const days = Number(byId("hours").value) > 24;
  return new Date(from).toLocaleString(locale(), days ? { month: "short", day: "numeric" } : { timeStyle: "short" });
}

function showOverTime(slots) {
  const kinds = ["created", "delivered", "cancelled"];
  const total = slots.reduce((sum, { created }) => sum + created, 0);
  const most = Math.max(...slots.map(({ created }) => created));
  byId("over-time").replaceChildren(
    columns({
      title: words.ordersChart(number(total), number(most), slots.length),
      width: widthOf("over-time"),
      words: number,
      groups: slots.map((slot) => ({
        label: label(slot.from),
        columns: kinds.map((kind) => ({
          value: slot[kind],
          kind,
          says: `${moment(slot.from)}: ${number(slot[kind])} ${words[kind]}`,
        })),
      })),
    }),
  );
  byId("over-time-table").replaceChildren(
    table(
      [words.from, ...kinds.map((kind) => words[kind]), words.figures.revenue],
      slots
        .filter(({ created }) => created > 0)
        .map((slot) => [
          moment(slot.from),
          ...kinds.map((kind) => number(slot[kind])),
          slot.revenue.map(money).join(" + ") || "–",
        ]),
    ),
  );
}

/** One chart per currency: amounts of different ones are never added, nor laid on one axis. */
function showRevenue(slots, totals) {
  byId("revenue").replaceChildren(
    ...totals.map(({ currency, amount }) => {
      const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
      const minor = 10 ** format.resolvedOptions().maximumFractionDigits;
      const short = new Intl.NumberFormat(locale(), { style: "currency", currency, notation: "compact" });
      const of = (slot) => slot.revenue.find((one) => one.currency === currency)?.amount ?? 0;
      const chart = element("div", undefined, { class: "chart" });
      chart.append(
        columns({
          title: words.revenueChart(money({ amount, currency })),
          width: widthOf("revenue"),
          words: (value) => short.format(value),
          whole: minor === 1,
          groups: slots.map((slot) => ({
            label: label(slot.from),
            columns: [
              {
                value: of(slot) / minor,
                kind: "delivered",
                says: `${moment(slot.from)}: ${money({ amount: of(slot), currency })}`,
              },
            ],
          })),
        }),
      );
      return chart;
    }),
  );
}

function showFunnel(funnel) {
  const created = funnel[0].orders;
  bars(
    byId("funnel"),
    funnel.map(({ step, orders }, index) => {
      const lost = index === 0 ? 0 : funnel[index - 1].orders - orders;
      return {
        label: words[step] ?? step,
        value: orders,
        says: `${number(orders)} · ${percent(orders, created)}${lost > 0 ? ` (−${number(lost)})` : ""}`,
        hint: lost > 0 ? words.lost(number(lost)) : "",
      };
    }),
  );
}

function showDelivery({ classes, median, p90, p99 }) {
  const name = ({ upTo }) => (upTo ? words.upTo(duration(upTo)) : words.longer);
  // Classes nobody reached say nothing; those in between do.
  const last = Math.max(
    3,
    classes.findLastIndex(({ orders }) => orders > 0),
  );
  const shown = classes.slice(0, last + 1);
  byId("delivery").replaceChildren(
    columns({
      title: words.deliveryChart(duration(median)),
      width: widthOf("delivery"),
      words: number,
      groups: shown.map((one) => ({
        label: name(one),
        columns: [{ value: one.orders, kind: "delivered", says: `${name(one)}: ${number(one.orders)}` }],
      })),
    }),
  );
  byId("delivery-table").replaceChildren(
    table(
      [words.time, words.orders],
      classes.map((one) => [name(one), number(one.orders)]),
    ),
  );
  byId("quantiles").textContent =
    median === null ? words.noDelivery : words.quantiles(duration(median), duration(p90), duration(p99));
}

/** Draws what was read last; again only where the figures, the words or the width are other ones. */
function show() {
  if (!summary) return;
  const now = JSON.stringify([summary, document.documentElement.lang, innerWidth]);
  if (now === drawn) return;
  drawn = now;
  byId("nothing").hidden = summary.funnel[0].orders > 0;
  showFigures(summary);
  showOverTime(summary.overTime);
  showRevenue(summary.overTime, summary.revenue);
  showFunnel(summary.funnel);
  bars(
    byId("reasons"),
    summary.failures.map(({ reason, orders }) => ({
      label: words.reasonNames[reason] ?? reason,
      value: orders,
      says: `${number(orders)} · ${percent(orders, summary.cancelled)}`,
    })),
  );
  byId("no-reasons").hidden = summary.failures.length > 0;
  showDelivery(summary.deliveryTime);
  bars(
    byId("events"),
    summary.events.map(({ event, count }) => ({ label: event, value: count, says: number(count) })),
  );
}

async function look() {
  const hours = byId("hours").value;
  try {
    const read = await ask(`/summary?hours=${hours}&slots=${pieces[hours] / (innerWidth < 600 ? 2 : 1)}`);
    if (hours !== byId("hours").value) return;
    summary = read;
    say("away");
    byId("pulse").textContent = words.live(new Date().toLocaleTimeString(locale()));
    show();
  } catch {
    say("away", words.away);
  }
}

const wanted = new URLSearchParams(location.search).get("hours");
byId("hours").value = wanted in pieces ? wanted : "1";
byId("zone").textContent = zone();
speak(texts, (chosen) => {
  words = chosen;
  show();
});
byId("hours").addEventListener("change", () => {
  history.replaceState(null, "", `?hours=${byId("hours").value}`);
  void look();
});
addEventListener("resize", show);
every(2_000, look);
