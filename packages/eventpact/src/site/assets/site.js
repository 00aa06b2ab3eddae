// Everything on these pages can be read without this script. It adds search, copy buttons, the choice of theme, and the
// highlighting of neighbours in pictures.
const script = document.currentScript;
const { root, index, find, field: fieldKind, copy, copied, none, found } = script.dataset;
const page = document.documentElement;

const stored = (value) => {
  try {
    if (value === undefined) return localStorage.getItem("eventpact-theme");
    localStorage.setItem("eventpact-theme", value);
  } catch {
    // A browser that keeps nothing still shows the theme of the system.
  }
  return null;
};
const chosen = stored();
if (chosen === "light" || chosen === "dark") page.dataset.theme = chosen;
page.dataset.script = "on";

function theme() {
  const button = document.querySelector(".theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const isDark = page.dataset.theme
      ? page.dataset.theme === "dark"
      : matchMedia("(prefers-color-scheme: dark)").matches;
    page.dataset.theme = isDark ? "light" : "dark";
    stored(page.dataset.theme);
  });
}

function copying() {
  for (const block of document.querySelectorAll("pre.code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = copy;
    button.setAttribute("aria-label", `${copy}: ${block.getAttribute("aria-label")}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = copied;
      setTimeout(() => (button.textContent = copy), 1500);
    });
    const frame = document.createElement("div");
    frame.className = "copyable";
    block.replaceWith(frame);
    frame.append(block, button);
  }
}

/** A link may point into something folded away. */
function unfold() {
  const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  let closed = false;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
    if (fold.open) continue;
    fold.open = true;
    closed = true;
  }
  if (closed) target.scrollIntoView();
}

function unfoldForPrint() {
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const fold of document.querySelectorAll("main details:not([open], .codes)")) {
      fold.open = true;
      opened.push(fold);
    }
  });
  addEventListener("afterprint", () => {
    for (const fold of opened.splice(0)) fold.open = false;
  });
}

/** On a phone the menu lies over the page: a choice within the page puts it away. */
function menu() {
  const fold = document.querySelector(".menu");
  fold.addEventListener("click", (event) => {
    if (event.target.closest("nav a")) fold.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !fold.open) return;
    fold.open = false;
    fold.querySelector("summary").focus();
  });
}

/** The other language shows the same place. */
function keepPlace() {
  for (const link of document.querySelectorAll(".languages a"))
    link.addEventListener("click", () => (link.hash = location.hash));
}

function pictures() {
  for (const picture of document.querySelectorAll("svg.graph")) {
    const edges = [...picture.querySelectorAll(".edge")];
    const nodes = [...picture.querySelectorAll(".node")];
    const show = (id) => {
      picture.classList.toggle("focused", id !== undefined);
      const near = new Set([id]);
      for (const edge of edges) {
        const { from, to } = edge.dataset;
        const isNear = from === id || to === id;
        edge.classList.toggle("near", isNear);
        if (isNear) near.add(from).add(to);
      }
      for (const node of nodes) node.classList.toggle("near", near.has(node.dataset.id));
    };
    for (const node of nodes) {
      for (const event of ["mouseenter", "focus"]) node.addEventListener(event, () => show(node.dataset.id));
      for (const event of ["mouseleave", "blur"]) node.addEventListener(event, () => show(undefined));
    }
  }
}

function noHit() {
  const item = document.createElement("div");
  item.className = "no-hit";
  item.setAttribute("role", "option");
  item.setAttribute("aria-disabled", "true");
  item.textContent = none;
  return item;
}

const scripted = (source) =>
  new Promise((resolve, reject) => {
    const element = document.createElement("script");
    element.src = source;
    element.addEventListener("load", resolve);
    element.addEventListener("error", reject);
    document.head.append(element);
  });

let loading;
function load() {
  loading ??= Promise.all([scripted(index), scripted(find)]).then(() => window.eventpactSearch);
  return loading;
}

function option(hit, number) {
  const link = document.createElement("a");
  link.id = `hit-${number}`;
  link.setAttribute("role", "option");
  link.setAttribute("aria-selected", "false");
  link.href = root + hit.href;
  link.tabIndex = -1;
  for (const [className, text] of [
    ["hit-name", hit.name],
    ["hit-kind", hit.kind],
    ["hit-summary", hit.summary],
  ]) {
    const part = document.createElement("span");
    part.className = className;
    part.textContent = text;
    link.append(part);
  }
  return link;
}

function hitList(box, input) {
  const list = document.createElement("div");
  const status = document.createElement("div");
  const state = { at: -1 };
  list.id = "hits";
  list.hidden = true;
  status.className = "unseen";
  for (const [element, name, value] of [
    [list, "role", "listbox"],
    [list, "aria-label", input.getAttribute("aria-label")],
    [status, "role", "status"],
    [input, "role", "combobox"],
    [input, "aria-autocomplete", "list"],
    [input, "aria-controls", "hits"],
    [input, "aria-expanded", "false"],
  ])
    element.setAttribute(name, value);
  box.append(list, status);

  const close = () => {
    list.hidden = true;
    state.at = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const move = (by) => {
    const items = [...list.querySelectorAll("a")];
    if (items.length === 0) return;
    items[state.at]?.setAttribute("aria-selected", "false");
    state.at = (state.at + by + items.length) % items.length;
    items[state.at].setAttribute("aria-selected", "true");
    items[state.at].scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", items[state.at].id);
  };
  const show = (hits) => {
    list.replaceChildren(...(hits.length > 0 ? hits.map(option) : [noHit()]));
    status.textContent = hits.length === 0 ? none : `${hits.length} ${found}`;
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    state.at = -1;
    move(1);
  };
  const go = () => list.querySelector("[aria-selected=true]")?.click();
  return { close, move, show, go, isOpen: () => !list.hidden, list };
}

function searching() {
  const box = document.querySelector("[data-search]");
  const input = box.querySelector("input");
  const hits = hitList(box, input);
  input.addEventListener("focus", () => load().catch(() => undefined));
  input.addEventListener("input", async () => {
    const query = input.value;
    if (query.trim() === "") {
      hits.close();
      return;
    }
    const entries = await load();
    if (input.value === query) hits.show(window.eventpactFind(entries, query, fieldKind));
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      hits.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") hits.go();
    else if (event.key === "Escape") {
      if (!hits.isOpen()) input.blur();
      input.value = "";
      hits.close();
    }
  });
  hits.list.addEventListener("click", hits.close);
  document.addEventListener("click", (event) => box.contains(event.target) || hits.close());
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select, [contenteditable]");
    const isSlash = event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isSlash && !(event.key === "k" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    input.focus();
    input.select();
  });
}

addEventListener("hashchange", unfold);
document.addEventListener("DOMContentLoaded", () => {
  for (const start of [theme, menu, copying, unfold, unfoldForPrint, keepPlace, pictures, searching]) start();
});
