import { element, shape } from "/shared/page.js";
import { picture, rounded } from "./draw.js";
import { BUSY } from "./verdict.js";

const ROW = 46;
/** Three columns; on a narrow screen they stand closer. */
const wide = { width: 940, left: { x: 8, width: 150 }, middle: { x: 350, width: 210 }, right: { x: 740, width: 190 } };
const narrow = { width: 540, left: { x: 4, width: 90 }, middle: { x: 146, width: 140 }, right: { x: 346, width: 190 } };

/** A service or a topic: its name, and below what is to be said of it now. */
function box(name, { x, width }, y, kind) {
  const group = shape("g", { "data-name": name });
  const rect = shape("rect", { x, y: y - 19, width, height: 38, rx: 8, class: kind });
  const small = shape("text", { x: x + 12, y: y + 13, class: "small" });
  group.append(rect, shape("text", { x: x + 12, y: y - 2 }, name), small);
  return {
    group,
    tell(text, state) {
      if (small.textContent !== text) small.textContent = text;
      rect.setAttribute("class", `${kind} ${state}`);
    },
  };
}

function arrow(from, fromY, to, toY, names) {
  const [x1, x2] = [from.x + from.width, to.x];
  const half = (x2 - x1) / 2;
  const d = `M${x1} ${fromY} C${x1 + half} ${fromY} ${x2 - half} ${toY} ${x2} ${toY}`;
  return shape("path", { d, class: "arrow", "data-from": names[0], "data-to": names[1] });
}

function flow(path, perSecond) {
  path.setAttribute("class", perSecond > 0 ? "arrow busy" : "arrow");
  path.style.strokeWidth = String(1.5 + Math.min(3.5, Math.log2(1 + perSecond) / 2));
}

/** Where the pointer stands on a box, only its own arrows are bright. */
function highlight(svg) {
  svg.addEventListener("pointerover", ({ target }) => {
    const group = target.closest("g[data-name]");
    svg.classList.toggle("picking", group !== null);
    if (group === null) return;
    const { name, side } = group.dataset;
    for (const path of svg.querySelectorAll(".arrow")) {
      const mine = side === "left" ? path.dataset.from === name : path.dataset.to === name;
      path.classList.toggle("picked", mine || (side === "middle" && path.dataset.from === name));
    }
  });
  svg.addEventListener("pointerleave", () => svg.classList.remove("picking"));
}

function stateOf({ lag, parked, deadLetters }, handled) {
  const says = [`${rounded(handled)}/s`];
  if (lag > 0) says.push(`lag ${lag.toLocaleString("en")}`);
  if (parked > 0) says.push(`${parked} waiting`);
  if (deadLetters > 0) says.push(`${deadLetters.toLocaleString("en")} dead`);
  return [says.join(" · "), deadLetters > 0 ? "bad" : lag >= BUSY || parked > 0 ? "warn" : ""];
}

/**
 * Writers on the left, topics in the middle, readers on the right. Drawn once; `update` says what is now: arrows move
 * where events do, the more the wider.
 */
export function topology({ topics: unsorted, services }) {
  const placeOf = (writer) => services.findIndex(({ name }) => name === writer);
  const topics = unsorted.toSorted((a, b) => placeOf(a.writer) - placeOf(b.writer));
  const rows = Math.max(topics.length, services.length);
  const { width, left, middle, right } = innerWidth < 720 ? narrow : wide;
  const svg = picture(width, rows * ROW + 16, "Which service writes which topic, and which services read it");
  const height = (index, count) => 8 + ((index + 0.5) * rows * ROW) / count;
  const writers = services.filter(({ name }) => topics.some(({ writer }) => writer === name));
  const arrows = shape("g");
  const boxes = shape("g");
  const put = (side, geometry, list, kind) =>
    new Map(
      list.map(({ name }, index) => {
        const made = box(name, geometry, height(index, list.length), kind);
        made.group.dataset.side = side;
        boxes.append(made.group);
        return [name, { ...made, y: height(index, list.length) }];
      }),
    );
  const from = put("left", left, writers, "box");
  const through = put("middle", middle, topics, "topic");
  const to = put("right", right, services, "box");
  const flows = new Map(
    topics.map(({ name, writer, readers }) => {
      const { y } = through.get(name);
      const paths = readers
        .filter((reader) => to.has(reader))
        .map((reader) => arrow(middle, y, right, to.get(reader).y, [name, reader]));
      if (from.has(writer)) paths.push(arrow(left, from.get(writer).y, middle, y, [writer, name]));
      arrows.append(...paths);
      return [name, paths];
    }),
  );
  svg.append(arrows, boxes);
  highlight(svg);
  const update = (state, { topics: perTopic, handled, sent }) => {
    for (const { name } of state.topics) {
      through.get(name)?.tell(`${rounded(perTopic[name] ?? 0)}/s`, "");
      for (const path of flows.get(name) ?? []) flow(path, perTopic[name] ?? 0);
    }
    for (const service of state.services) {
      from.get(service.name)?.tell(`${rounded(sent[service.name] ?? 0)}/s`, "");
      to.get(service.name)?.tell(...stateOf(service, handled[service.name] ?? 0));
    }
  };
  return { svg, update };
}

/** The same in words: one row per topic. */
export function topicRows({ topics, services }, perTopic) {
  return topics.map(({ name, writer, readers }) => {
    const row = element("tr");
    const readBy = readers.map((reader) => {
      const lag = services.find((service) => service.name === reader)?.lagByTopic[name] ?? 0;
      return lag > 0 ? `${reader} (lag ${lag})` : reader;
    });
    row.append(
      element("th", name, { scope: "row" }),
      element("td", writer),
      element("td", rounded(perTopic[name] ?? 0), { class: "number" }),
      element("td", readBy.join(", "), { class: "reason" }),
    );
    return row;
  });
}
