import { ask, byId, element, moment, say } from "/shared/page.js";
import { showLetters } from "./letters.js";
import { sure } from "./sure.js";
import { address } from "./views.js";

let open;

const pretty = (value) => {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value ?? "";
  }
};

const path = (rest = "") =>
  `/ops/api/dead-letters/${encodeURIComponent(open.group)}/${encodeURIComponent(open.id)}${rest}`;

/** Whether the text in the editor is JSON at all; the schema is asked when it is sent. */
function check() {
  if (!open.editing) return true;
  const field = byId("letter-value");
  try {
    JSON.parse(field.value);
    field.removeAttribute("aria-invalid");
    byId("letter-check").textContent = "Valid JSON. Its schema is asked when it is redriven; who it is must stay.";
    return true;
  } catch (error) {
    field.setAttribute("aria-invalid", "true");
    byId("letter-check").textContent = `Not JSON yet: ${error.message}.`;
    return false;
  }
}

function showEditing(editing) {
  open.editing = editing;
  byId("letter-value").value = pretty(editing ? open.whole : open.value);
  byId("letter-value").readOnly = !editing;
  byId("letter-value").removeAttribute("aria-invalid");
  byId("letter-check").textContent = "";
  byId("edit").hidden = editing || open.status !== "open";
  byId("unedit").hidden = !editing;
  byId("redrive").textContent = editing ? "Redrive as edited" : "Redrive";
  say("letter-trouble");
  check();
}

function showWay(letter) {
  const way = [
    [letter.recordedAt, `written to ${letter.topic}, partition ${letter.partition}, offset ${letter.offset}`],
    [letter.firstTriedAt, `first tried by ${letter.group}`],
    ...letter.audit.map(({ at, by, action, note }) => [
      at,
      `${action === "died" ? "given up" : action} by ${by}${note ? `: ${note}` : ""}`,
    ]),
  ];
  byId("letter-way").replaceChildren(
    ...way.map(([at, what]) => {
      const item = element("li");
      item.append(element("time", moment(at), { datetime: at }), element("span", what));
      return item;
    }),
  );
}

function show(letter) {
  open = { ...letter, editing: false };
  const settled = letter.status === "open" ? "" : ` (${letter.status})`;
  byId("letter-title").textContent = `${letter.event ?? "An unreadable record"}, given up by ${letter.group}${settled}`;
  byId("letter-error").textContent = `${letter.code}: ${letter.message}`;
  showWay(letter);
  byId("letter-more").textContent = `${JSON.stringify(letter.headers, null, 2)}\n\n${letter.stack ?? ""}`;
  byId("redrive").hidden = letter.status !== "open";
  byId("discard").hidden = letter.status !== "open";
  byId("letter-trace").hidden = !letter.key;
  byId("letter-trace").href = address("order", [letter.key ?? ""]);
  showEditing(false);
  if (!byId("letter").open) byId("letter").showModal();
}

/** Opens the letter that the address names. */
export async function showLetter(group, id) {
  if (open?.id === id && byId("letter").open) return;
  open = { group, id };
  try {
    show(await ask(path()));
  } catch (error) {
    say("letters-trouble", error.message);
  }
}

async function settle(action, extra) {
  try {
    await ask(path(`/${action}`), extra);
    byId("letters-done").textContent =
      `${open.event ?? "The record"} of ${open.group} was ${action === "redrive" ? "redriven" : "discarded"}.`;
    byId("letter").close();
    await showLetters(true);
  } catch (error) {
    say("letter-trouble", error.message);
    byId("letter-trouble").scrollIntoView({ block: "nearest" });
  }
}

async function redrive() {
  if (!check()) return byId("letter-value").focus();
  const edited = open.editing ? { edited: byId("letter-value").value } : {};
  const signature = await sure({
    title: open.editing ? "Redrive as edited?" : "Redrive?",
    text: `${open.event ?? "The record"} goes back to ${open.group}, in the order of its key. What others did with it stays.`,
    go: "Redrive it",
  });
  return signature && settle("redrive", { ...signature, ...edited });
}

async function discard() {
  const signature = await sure({
    title: "Discard it?",
    text: `${open.group} will never handle ${open.event ?? "this record"}. It stays readable under “discarded”.`,
    go: "Discard it",
    danger: true,
    reasonNeeded: true,
  });
  if (signature) await settle("discard", signature);
}

async function beginEdit() {
  try {
    open.whole = (await ask(path("?edit=true"))).value;
    showEditing(true);
    byId("letter-value").focus();
  } catch (error) {
    say("letter-trouble", error.message);
  }
}

/** Makes the dialog work. */
export function letterDialog() {
  byId("redrive").addEventListener("click", redrive);
  byId("discard").addEventListener("click", discard);
  byId("edit").addEventListener("click", beginEdit);
  byId("unedit").addEventListener("click", () => {
    showEditing(false);
    byId("edit").focus();
  });
  byId("letter-value").addEventListener("input", check);
  byId("letter-close").addEventListener("click", () => byId("letter").close());
}
