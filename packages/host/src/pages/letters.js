import { ask, byId, element, moment, number, say } from "/shared/page.js";
import { sure } from "./sure.js";
import { address, changed, place } from "./views.js";

const fields = ["group", "status", "key", "code", "event", "topic"];
const MOST_CAUSES = 4;
let pages = 1;
let allCauses = false;
let count = 0;

const causeQuery = ({ group, code, event, topic }) => ({ group, code, event, topic });

/** One cause: whose letters, what they died of, how many, and since when. */
export function causeRow(cause, most, buttons = []) {
  const row = element("li", undefined, { class: "cause" });
  const { group, code, event, topic, message, newestAt } = cause;
  const name = element("div", undefined, { class: "what" });
  const link = element("a", `${group} · ${event ?? `a record of ${topic}`}`, {
    href: address("letters", [], causeQuery(cause)),
  });
  name.append(
    link,
    element("span", `${code}: ${message}`, { class: "message", title: message }),
    element("span", `newest ${moment(newestAt)}`, { class: "message" }),
  );
  const bar = element("span", undefined, { class: "bar", "aria-hidden": "true" });
  bar.style.width = `${(cause.count / most) * 100}%`;
  const track = element("span", undefined, { class: "track" });
  track.append(bar);
  row.append(name, track, element("span", number(cause.count), { class: "number" }), ...buttons);
  return row;
}

const named = ({ group, code, event, topic }) => `${group} · ${event ?? topic} · ${code}`;

async function settleAll(cause, action) {
  const redrive = action === "redrive";
  const letters = `${number(cause.count)} dead ${cause.count === 1 ? "letter" : "letters"}`;
  const signature = await sure({
    title: redrive ? "Redrive all of this cause?" : "Discard all of this cause?",
    text: redrive
      ? `${letters} of ${named(cause)} go back to ${cause.group}, in the order of their keys. What fails again comes back here.`
      : `${letters} of ${named(cause)} will not be handled by ${cause.group}. They stay readable under “discarded”.`,
    go: redrive ? `Redrive ${letters}` : `Discard ${letters}`,
    danger: !redrive,
    reasonNeeded: !redrive,
  });
  if (signature === undefined) return;
  try {
    const { code, event, topic } = cause;
    const path = `/ops/api/dead-letters/${encodeURIComponent(cause.group)}/${action}`;
    const done = await ask(path, { ...signature, code, topic, ...(event && { event }) });
    byId("letters-done").textContent = redrive
      ? `${number(done.redriven)} redriven.`
      : `${number(done.discarded)} discarded.`;
    say("letters-trouble");
  } catch (error) {
    say("letters-trouble", error.message);
  }
  await showLetters(true);
}

/** All causes, or of many the most numerous; where the address names one, that one. */
function shownCauses(causes, query) {
  const wanted = causes.filter((cause) =>
    ["group", "code", "event", "topic"].every((name) => !query.get(name) || query.get(name) === cause[name]),
  );
  const some = allCauses ? wanted : wanted.slice(0, MOST_CAUSES);
  byId("more-causes").hidden = some.length === wanted.length;
  byId("more-causes").textContent = `All ${wanted.length} causes`;
  return some;
}

function showCauses(all, query) {
  const causes = (query.get("status") ?? "open") === "open" ? shownCauses(all, query) : [];
  if (!changed("causes", causes)) return;
  const most = Math.max(1, ...causes.map((cause) => cause.count));
  byId("causes").replaceChildren(
    ...causes.map((cause) => {
      const button = (words, action, kind) => {
        const label = `${words} of ${named(cause)}`;
        const made = element("button", words, { type: "button", class: kind, "aria-label": label });
        made.addEventListener("click", () => settleAll(cause, action));
        return made;
      };
      return causeRow(cause, most, [button("Redrive all", "redrive", ""), button("Discard all", "discard", "danger")]);
    }),
  );
}

function row(letter, query) {
  const link = element("a", undefined, {
    href: address("letters", [letter.group, letter.id], Object.fromEntries(query)),
  });
  link.append(
    element("span", moment(letter.diedAt)),
    element("strong", letter.event ?? letter.topic),
    element("span", letter.message, { class: "message" }),
    element("span", letter.group),
  );
  const item = element("li");
  item.append(link);
  return item;
}

/** What fits the address: of one service page by page, of all the newest. */
async function read(query) {
  const wanted = Object.fromEntries([...query].filter(([name]) => fields.includes(name) && name !== "group"));
  const search = { status: "open", ...wanted };
  const group = query.get("group");
  if (!group) {
    const newest = await ask(`/ops/api/dead-letters?${new URLSearchParams(search)}`);
    return { letters: newest.slice(0, 50), more: false, rest: newest.length > 50 };
  }
  const letters = [];
  let more = true;
  for (let page = 0; page < pages && more; page += 1) {
    const after = letters.at(-1)?.id;
    const parameters = new URLSearchParams({ ...search, ...(after && { after }) });
    const answer = await ask(`/ops/api/dead-letters/${encodeURIComponent(group)}?${parameters}`);
    letters.push(...answer.letters);
    more = answer.more && answer.letters.length > 0;
  }
  return { letters, more, rest: false };
}

function showFilter(query) {
  const form = byId("letters-filter");
  if (form.contains(document.activeElement)) return;
  for (const name of ["group", "key"]) form.elements[name].value = query.get(name) ?? "";
  form.elements.status.value = query.get("status") ?? "open";
}

function aboutOf(query, { letters, more, rest }) {
  const cause = ["event", "code", "topic"].flatMap((name) => query.get(name) ?? []);
  const only = cause.length > 0 ? ` that died of ${cause.join(" · ")}` : "";
  if (rest) return `The newest ${letters.length}. Choose a service or a cause to see all of it.`;
  if (more) return `The first ${number(letters.length)}${only}, in the order in which a redrive would take them.`;
  return only && `Those${only}.`;
}

/** Reads the dead letters anew, as the address wants them. `again`: also when the address is the same. */
export async function showLetters(again = false) {
  const { query } = place();
  const same = !changed("letters-address", query.toString());
  if (!same) pages = 1;
  else if (!again && byId("letters").childElementCount > 0) return;
  try {
    showFilter(query);
    showCauses(
      (await ask("/ops/api/causes")).toSorted((a, b) => b.count - a.count),
      query,
    );
    const found = await read(query);
    byId("letters-all").hidden = query.size === 0;
    byId("no-letters").hidden = found.letters.length > 0;
    byId("no-letters").textContent =
      query.size === 0
        ? "None. What a service gives up on appears here, with its bytes and its error."
        : "None that fit. Another state, or another service?";
    say("letters-about", aboutOf(query, found));
    byId("more-letters").hidden = !found.more;
    if (changed("letters", [query.toString(), found.letters]))
      byId("letters").replaceChildren(...found.letters.map((letter) => row(letter, query)));
    say("letters-trouble");
  } catch (error) {
    say("letters-trouble", error.message);
  }
}

/** Told every reading: reads anew when the number of letters has changed. */
export async function letterCount(state) {
  const now = state.services.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  const moved = now !== count;
  count = now;
  const choices = byId("letters-group");
  if (choices.options.length === 1) {
    choices.append(...state.services.map(({ name }) => element("option", name, { value: name })));
    showFilter(place().query);
  }
  if (moved && place().view === "letters") await showLetters(true);
}

/** Makes the filter and the list work. */
export function letters() {
  byId("letters-filter").addEventListener("submit", (event) => {
    event.preventDefault();
    const query = Object.fromEntries(new FormData(event.target));
    if (query.status === "open") delete query.status;
    location.hash = address("letters", [], query);
  });
  byId("more-causes").addEventListener("click", () => {
    allCauses = true;
    void showLetters(true);
  });
  byId("more-letters").addEventListener("click", () => {
    pages += 1;
    void showLetters(true);
  });
}
