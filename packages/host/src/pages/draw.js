import { shape } from "/shared/page.js";

/** An empty picture, with its meaning in words. */
export function picture(width, height, title) {
  return shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title });
}

/** Arrow heads for a picture that has arrows. */
function heads() {
  const defs = shape("defs");
  for (const [id, kind] of [
    ["head", "good"],
    ["head-bad", "bad"],
  ]) {
    const size = { viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" };
    const marker = shape("marker", { id, ...size });
    marker.append(shape("path", { d: "M0 0 L8 4 L0 8 z", class: kind }));
    defs.append(marker);
  }
  return defs;
}

/** A rate as a person reads it: 0, 0.4, 12. */
export const rounded = (rate) =>
  rate >= 10 ? Math.round(rate).toLocaleString("en") : String(Math.round(rate * 10) / 10);

/** Two minutes of counts, drawn as one line with what is under it. */
export function sparkline(title) {
  const [width, height, points] = [160, 26, 120];
  const svg = picture(width, height, title);
  const path = shape("path", { class: "area" });
  svg.append(path);
  const update = (seen) => {
    const counts = [...Array.from({ length: Math.max(0, points - seen.length) }, () => 0), ...seen];
    const most = Math.max(1, ...counts);
    const corners = counts.map(
      (count, index) =>
        `L${((index * width) / (points - 1)).toFixed(1)} ${(height - 1 - (count / most) * (height - 4)).toFixed(1)}`,
    );
    path.setAttribute("d", `M0 ${height - 1} ${corners.join(" ")} L${width} ${height - 1} z`);
  };
  return { svg, update };
}

/** The steps of a story as a sequence diagram: one lifeline per service, one arrow per service that hears an event. */
export function sequence(steps) {
  // Those who speak come first, in the order in which they do; then those who only listen.
  const names = [...new Set([...steps.map(({ sender }) => sender), ...steps.flatMap(({ receivers }) => receivers)])];
  const narrow = innerWidth < 720;
  const column = narrow ? 90 : 118;
  const left = narrow ? 40 : 90;
  const top = 40;
  const rowHeight = 44;
  const width = left + names.length * column;
  const height = top + steps.length * rowHeight + 20;
  const svg = picture(width, height, "The events of this order, in order, from sender to receivers");
  svg.append(heads());
  const at = (name) => left + names.indexOf(name) * column + column / 2;
  for (const name of names) {
    svg.append(shape("line", { x1: at(name), x2: at(name), y1: top - 8, y2: height - 8, class: "lifeline" }));
    svg.append(shape("text", { x: at(name), y: 20, "text-anchor": "middle" }, name));
  }
  steps.forEach(({ event, sender, receivers, afterMs }, index) => {
    const y = top + (index + 0.65) * rowHeight;
    const bad = /Failed|Cancelled|Refunded|Released/.test(event);
    const others = receivers.filter((name) => name !== sender);
    const reach = others.map(at);
    svg.append(
      shape(
        "text",
        { x: 4, y: y + 4, class: "small" },
        afterMs < 1_000 ? `+${afterMs} ms` : `+${(afterMs / 1000).toFixed(1)} s`,
      ),
    );
    const from = at(sender);
    const ends = [Math.min(from, ...reach), Math.max(from, ...reach)].filter((x) => x !== from);
    for (const end of ends) {
      svg.append(
        shape("line", {
          x1: from,
          x2: end,
          y1: y,
          y2: y,
          class: bad ? "message failure" : "message",
          "marker-end": `url(#${bad ? "head-bad" : "head"})`,
        }),
      );
    }
    for (const x of reach) svg.append(shape("circle", { cx: x, cy: y, r: 3, class: bad ? "bad" : "good" }));
    const toTheLeft = Math.max(...reach, 0) < at(sender);
    const anchor = toTheLeft ? { x: at(sender) - 6, "text-anchor": "end" } : { x: at(sender) + 6 };
    svg.append(shape("text", { ...anchor, y: y - 6 }, event));
  });
  return svg;
}
