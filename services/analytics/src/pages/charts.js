import { element, shape } from "/shared/page.js";

const HEIGHT = 220;
const margin = { top: 10, right: 4, bottom: 26 };

/** At most four steps of 1, 2 or 5 times a power of ten that reach over `most`; counts have no half steps. */
export function ticks(most, whole = true) {
  const rough = Math.max(most, whole ? 1 : 0.01) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const wide = whole ? Math.max(1, Math.round(step)) : step;
  const count = Math.max(1, Math.ceil(most / wide - 1e-9));
  return Array.from({ length: count + 1 }, (_, index) => index * wide);
}

/** Lines across at the values of the axis, each with its words. */
function grid(svg, values, { width, left, y, words }) {
  for (const value of values) {
    svg.append(
      shape("line", { x1: left, x2: width - margin.right, y1: y(value), y2: y(value), class: "grid" }),
      shape("text", { x: left - 8, y: y(value) + 4, "text-anchor": "end" }, words(value)),
    );
  }
}

/** Words under the chart, as many as have room, none cut off. */
function under(svg, labels, { left, step, width }) {
  const wide = labels.reduce((most, label) => Math.max(most, label.length), 0) * 7.5;
  const every = Math.max(1, Math.ceil((wide + 12) / step));
  labels.forEach((label, index) => {
    const x = left + index * step + step / 2;
    if (index % every !== 0 || x < wide / 2 || x > width - wide / 2) return;
    svg.append(shape("text", { x, y: HEIGHT - 8, "text-anchor": "middle" }, label));
  });
}

/**
 * Columns side by side, with an axis that begins at nought.
 * @param title what a reader who does not see it is told
 * @param groups each with a `label` under it and `columns` of `value`, `kind` and the `says` that a pointer is shown
 * @param words the axis's values in words
 */
export function columns({ title, groups, words, width, whole = true }) {
  const most = Math.max(0, ...groups.flatMap((group) => group.columns.map(({ value }) => value)));
  const values = ticks(most, whole);
  const top = values.at(-1);
  const left = 14 + Math.max(...values.map((value) => words(value).length)) * 7.5;
  const y = (value) => margin.top + (1 - value / top) * (HEIGHT - margin.top - margin.bottom);
  const svg = shape("svg", {
    viewBox: `0 0 ${width} ${HEIGHT}`,
    width,
    height: HEIGHT,
    role: "img",
    "aria-label": title,
  });
  grid(svg, values, { width, left, y, words });
  const step = (width - left - margin.right) / groups.length;
  const wide = Math.min(48, step * 0.84);
  groups.forEach((group, index) => {
    const x = left + index * step + (step - wide) / 2;
    group.columns.forEach(({ value, kind, says }, column) => {
      if (value <= 0) return;
      const each = wide / group.columns.length;
      const rect = shape("rect", {
        x: x + column * each,
        y: y(value),
        width: Math.max(1, each - (each > 4 ? 1 : 0)),
        height: Math.max(1, y(0) - y(value)),
        rx: Math.min(2, each / 4),
        class: kind,
      });
      rect.append(shape("title", {}, says));
      svg.append(rect);
    });
  });
  under(
    svg,
    groups.map(({ label }) => label),
    { left, step, width },
  );
  return svg;
}

/** A plain table: the first cell of each row is its heading. */
export function table(heads, rows) {
  const made = element("table", undefined, { class: "plain" });
  const head = element("tr");
  head.append(...heads.map((words, index) => element("th", words, { scope: "col", class: index > 0 ? "number" : "" })));
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  body.append(
    ...rows.map(([first, ...others]) => {
      const row = element("tr");
      row.append(
        element("th", first, { scope: "row" }),
        ...others.map((words) => element("td", words, { class: "number" })),
      );
      return row;
    }),
  );
  made.append(top, body);
  return made;
}

/** A table whose middle column is a bar: the figure stands beside it, so the bar is for the eye only. */
export function bars(into, rows) {
  const most = Math.max(1, ...rows.map(({ value }) => value));
  into.replaceChildren(
    ...rows.map(({ label, value, says, hint }) => {
      const row = element("tr");
      const svg = shape("svg", { class: "bar", width: "100%", height: 12, "aria-hidden": "true" });
      svg.append(
        shape("rect", { width: "100%", height: 12, rx: 6, class: "track" }),
        shape("rect", { width: `${(value / most) * 100}%`, height: 12, rx: 6 }),
      );
      const bar = element("td");
      bar.append(svg);
      row.append(element("th", label, { scope: "row" }), bar, element("td", says, hint ? { title: hint } : {}));
      return row;
    }),
  );
}
