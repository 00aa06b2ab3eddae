import { ask, byId, say, time } from "./ask.js";
import { element } from "./draw.js";

const MOST_SHOWN = 100;
let open;
let trace = () => undefined;

const pretty = (value) => {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value ?? "";
  }
};

/** Letters of one service that died of the same thing, the most numerous first. */
function causesOf(letters) {
  const causes = new Map();
  for (const { group, code, event } of letters) {
    const name = `${group} · ${code} · ${event ?? "no event"}`;
    const cause = causes.get(name) ?? { name, group, code, event, count: 0 };
    cause.count += 1;
    causes.set(name, cause);
  }
  return [...causes.values()].toSorted((a, b) => b.count - a.count);
}

async function redriveAll({ group, code, event, name, count }) {
  if (!confirm(`Redrive all ${count} dead letters of ${name}?`)) return;
  try {
    await ask(`/ops/api/dead-letters/${group}/redrive`, { by: "console", code, ...(event && { event }) });
    say("letters-trouble");
  } catch (error) {
    say("letters-trouble", error.message);
  }
  await showLetters();
}

function showCauses(letters) {
  const causes = causesOf(letters);
  const most = Math.max(1, ...causes.map(({ count }) => count));
  byId("causes").replaceChildren(
    ...causes.map((cause) => {
      const row = element("li", undefined, { class: "cause" });
      const bar = element("span", undefined, { class: "bar" });
      bar.style.width = `${(cause.count / most) * 100}%`;
      const button = element("button", "Redrive all", { type: "button", "aria-label": `Redrive all of ${cause.name}` });
      button.addEventListener("click", () => redriveAll(cause));
      row.append(element("span", cause.name), bar, element("span", String(cause.count), { class: "number" }), button);
      return row;
    }),
  );
}

/** Reads the open dead letters anew. */
export async function showLetters() {
  const letters = await ask("/ops/api/dead-letters?status=open");
  byId("no-letters").hidden = letters.length > 0;
  showCauses(letters);
  say("more-letters", letters.length > MOST_SHOWN ? `The newest ${MOST_SHOWN} of ${letters.length}.` : "");
  byId("letters").replaceChildren(
    ...letters.slice(0, MOST_SHOWN).map((letter) => {
      const button = element("button", undefined, { type: "button" });
      button.append(
        element("span", time(letter.diedAt)),
        element("strong", letter.event ?? letter.topic),
        element("span", letter.message, { class: "message" }),
        element("span", letter.group),
      );
      button.addEventListener("click", () => showLetter(letter));
      const item = element("li");
      item.append(button);
      return item;
    }),
  );
}

function showLetter(letter) {
  open = { ...letter, editing: false };
  byId("letter-title").textContent = `${letter.event ?? "An unreadable record"}, given up by ${letter.group}`;
  byId("letter-error").textContent = `${letter.code}: ${letter.message}`;
  const way = [
    [letter.recordedAt, `written to ${letter.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    [letter.firstTriedAt, `first tried by ${letter.group}`],
    ...letter.audit.map(({ at, by, action, note }) => [at, `${action} by ${by}${note ? `: ${note}` : ""}`]),
  ];
  byId("letter-way").replaceChildren(
    ...way.map(([at, what]) => {
      const item = element("li");
      item.append(element("time", time(at), { datetime: at }), element("span", what));
      return item;
    }),
  );
  byId("letter-value").value = pretty(letter.value);
  byId("letter-value").readOnly = true;
  byId("letter-more").textContent = `${JSON.stringify(letter.headers, null, 2)}\n\n${letter.stack ?? ""}`;
  byId("edit").hidden = false;
  byId("redrive").textContent = "Redrive";
  byId("letter-trace").hidden = !letter.key;
  say("letter-trouble");
  byId("letter").showModal();
}

async function settle(action, extra = {}) {
  try {
    await ask(`/ops/api/dead-letters/${open.group}/${open.id}/${action}`, { by: "console", ...extra });
    byId("letter").close();
    await showLetters();
  } catch (error) {
    say("letter-trouble", error.message);
  }
}

async function beginEdit() {
  try {
    const whole = await ask(`/ops/api/dead-letters/${open.group}/${open.id}?edit=true`);
    open.editing = true;
    byId("letter-value").value = pretty(whole.value);
    byId("letter-value").readOnly = false;
    byId("letter-value").focus();
    byId("edit").hidden = true;
    byId("redrive").textContent = "Redrive as edited";
  } catch (error) {
    say("letter-trouble", error.message);
  }
}

/** Makes the dialog work. `showTrace` is given an order's id. */
export function letters(showTrace) {
  trace = showTrace;
  byId("redrive").addEventListener("click", () =>
    settle("redrive", open.editing ? { edited: byId("letter-value").value } : {}),
  );
  byId("discard").addEventListener("click", () => settle("discard"));
  byId("edit").addEventListener("click", beginEdit);
  byId("letter-trace").addEventListener("click", () => {
    byId("letter").close();
    trace(open.key);
  });
}
