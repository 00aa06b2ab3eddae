import { ask, byId, every, number, zone } from "/shared/page.js";
import { asking } from "./sure.js";
import { letters, letterCount, showLetters } from "./letters.js";
import { letterDialog, showLetter } from "./letter.js";
import { showOverview } from "./overview.js";
import { fillChoices, replays } from "./replay.js";
import { offerOrders, retell, showTrace, stories } from "./story.js";
import { verdict } from "./verdict.js";
import { changed, place, views } from "./views.js";

const history = [];

function showVerdict({ level, title, lines }) {
  if (!changed("verdict", { level, title, lines })) return;
  const section = byId("verdict");
  // Told aloud only when the answer is another one, not whenever a figure moves.
  if (section.dataset.level !== level && section.dataset.level !== "unknown") byId("verdict-said").textContent = title;
  section.dataset.level = level;
  byId("verdict-title").textContent = title;
  document.title = level === "good" ? "Operations" : `(!) ${title} – Operations`;
  byId("verdict-lines").replaceChildren(
    ...lines.map(({ text, href, level: ofLine }) => {
      const item = document.createElement("li");
      item.dataset.level = ofLine;
      const words = href ? Object.assign(document.createElement("a"), { href }) : item;
      words.textContent = text;
      if (href) item.append(words);
      return item;
    }),
  );
}

function away() {
  const newest = history.at(-1);
  const since = newest ? ` The figures below are of ${new Date(newest.at).toLocaleTimeString()}.` : "";
  byId("pulse").textContent = "not reachable, trying again …";
  byId("pulse").dataset.state = "away";
  byId("main").dataset.state = "away";
  const text = `It may be stopped, or the network between.${since}`;
  showVerdict({ level: "bad", title: "The server does not answer", lines: [{ level: "bad", text }] });
}

async function look() {
  let state;
  try {
    state = await ask("/ops/api/state");
  } catch {
    return away();
  }
  const before = history.at(-1);
  history.push(state);
  if (history.length > 40) history.shift();
  byId("pulse").textContent = `live · ${state.transport}`;
  byId("pulse").dataset.state = "live";
  byId("main").dataset.state = "live";
  showVerdict(verdict(history));
  fillChoices(state);
  const dead = state.services.reduce((sum, { deadLetters }) => sum + deadLetters, 0);
  byId("letters-badge").hidden = dead === 0;
  byId("letters-badge").textContent = number(dead);
  const sent = (reading) => reading?.services.reduce((sum, service) => sum + service.sent, 0);
  try {
    await showOverview(state, before);
    await letterCount(state);
    if (sent(state) !== sent(before)) await Promise.all([offerOrders(), retell()]);
  } catch {
    // What could not be read now is read with the next reading.
  }
  return undefined;
}

byId("zone").textContent = zone();
asking();
letters();
letterDialog();
stories();
replays();
views(({ view, about }) => {
  const one = view === "letters" && about.length === 2;
  const still = () => one && place().about.join() === about.join();
  if (view === "letters") void showLetters().then(() => still() && showLetter(...about));
  if (one) return;
  if (byId("letter").open) byId("letter").close();
  if (view === "order" && about.length === 1) void showTrace(about[0]);
});
// A letter that is closed leaves its address behind.
byId("letter").addEventListener("close", () => {
  const { view, about, query } = place();
  if (view === "letters" && about.length === 2) location.hash = `#/letters${query.size > 0 ? `?${query}` : ""}`;
});
every(1_000, look);
