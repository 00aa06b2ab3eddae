const space = "http://www.w3.org/2000/svg";

export function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function shape(name, attributes = {}, content) {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (content !== undefined) made.textContent = content;
  return made;
}

function picture(width, height, title) {
  const svg = shape("svg", { viewBox: `0 0 ${width} ${height}`, width, height, role: "img", "aria-label": title });
  const defs = shape("defs");
  for (const [id, kind] of [
    ["head", "good"],
    ["head-bad", "bad"],
  ]) {
    const marker = shape("marker", {
      id,
      viewBox: "0 0 8 8",
      refX: 7,
      refY: 4,
      markerWidth: 7,
      markerHeight: 7,
      orient: "auto",
    });
    marker.append(shape("path", { d: "M0 0 L8 4 L0 8 z", class: kind }));
    defs.append(marker);
  }
  svg.append(defs);
  return svg;
}

const rate = (perSecond) => (perSecond >= 10 ? Math.round(perSecond) : Math.round(perSecond * 10) / 10);

/** Writers on the left, topics in the middle, readers on the right; busy arrows are coloured. */
export function topology({ topics: unsorted, services }, sentPerSecond) {
  const placeOf = (writer) => services.findIndex(({ name }) => name === writer);
  const topics = unsorted.toSorted((a, b) => placeOf(a.writer) - placeOf(b.writer));
  const rowHeight = 46;
  const rows = Math.max(topics.length, services.length);
  const width = 900;
  const svg = picture(width, rows * rowHeight + 16, "Which service writes which topic, and which services read it");
  const place = (index, count) => 8 + ((index + 0.5) * rows * rowHeight) / count;
  const writers = services.filter(({ name }) => topics.some(({ writer }) => writer === name));
  const boxes = shape("g");
  const arrows = shape("g");
  const box = (x, y, boxWidth, text, small, kind) => {
    boxes.append(shape("rect", { x, y: y - 17, width: boxWidth, height: 34, rx: 8, class: kind }));
    boxes.append(shape("text", { x: x + 12, y: y + (small ? -1 : 5) }, text));
    if (small) boxes.append(shape("text", { x: x + 12, y: y + 12, class: "small" }, small));
  };
  const arrow = (x1, y1, x2, y2, busy) => {
    const half = (x2 - x1) / 2;
    arrows.append(
      shape("path", {
        d: `M${x1} ${y1} C${x1 + half} ${y1} ${x2 - half} ${y2} ${x2} ${y2}`,
        class: busy ? "arrow busy" : "arrow",
      }),
    );
  };
  writers.forEach(({ name }, index) => box(8, place(index, writers.length), 130, name, undefined, "box"));
  services.forEach(({ name, lag }, index) =>
    box(740, place(index, services.length), 150, name, lag > 0 ? `lag ${lag}` : undefined, "box"),
  );
  topics.forEach(({ name, writer, readers }, index) => {
    const y = place(index, topics.length);
    const busy = (sentPerSecond[name] ?? 0) > 0;
    box(340, y, 200, name, `${rate(sentPerSecond[name] ?? 0)}/s`, "topic");
    const from = writers.findIndex((service) => service.name === writer);
    if (from >= 0) arrow(138, place(from, writers.length), 340, y, busy);
    for (const reader of readers) {
      const to = services.findIndex((service) => service.name === reader);
      if (to >= 0) arrow(540, y, 740, place(to, services.length), busy);
    }
  });
  svg.append(arrows, boxes);
  return svg;
}

/** Two minutes of counts as bars. */
export function sparkline(seen, title) {
  const width = 160;
  const counts = [...Array.from({ length: Math.max(0, 120 - seen.length) }, () => 0), ...seen];
  const svg = picture(width, 26, title);
  const most = Math.max(1, ...counts);
  const step = width / Math.max(1, counts.length);
  counts.forEach((count, index) => {
    const height = (count / most) * 24;
    svg.append(
      shape("rect", {
        x: index * step,
        y: 25 - height,
        width: Math.max(1, step - 0.5),
        height,
        class: "good",
      }),
    );
  });
  return svg;
}

/** The steps of a story as a sequence diagram: one lifeline per service, one arrow per service that hears an event. */
export function sequence(steps) {
  // Those who speak come first, in the order in which they do; then those who only listen.
  const names = [...new Set([...steps.map(({ sender }) => sender), ...steps.flatMap(({ receivers }) => receivers)])];
  const column = 118;
  const left = 90;
  const top = 40;
  const rowHeight = 44;
  const width = left + names.length * column;
  const height = top + steps.length * rowHeight + 20;
  const svg = picture(width, height, "The events of this order, in order, from sender to receivers");
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
        afterMs < 10_000 ? `+${afterMs} ms` : `+${(afterMs / 1000).toFixed(1)} s`,
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
