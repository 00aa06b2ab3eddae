/** What all pages of this server share: building elements, languages, formats, asking the server. */
export const byId = (id) => document.getElementById(id);

/** An element whose every word is text, whatever it holds. */
export function element(name, content, attributes = {}) {
  const made = document.createElement(name);
  if (content !== undefined) made.textContent = content;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** The same for SVG. */
export function shape(name, attributes = {}, content) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (content !== undefined) made.textContent = content;
  return made;
}

/** Shows words where `id` stands, or hides the place. */
export function say(id, words) {
  byId(id).hidden = !words;
  byId(id).textContent = words ?? "";
}

/** What this browser remembers. A browser that keeps nothing only forgets. */
export const kept = {
  get(name, otherwise) {
    try {
      return JSON.parse(localStorage.getItem(name) ?? "null") ?? otherwise;
    } catch {
      return otherwise;
    }
  },
  set(name, value) {
    try {
      localStorage.setItem(name, JSON.stringify(value));
    } catch {
      // Private windows may refuse; the page works without.
    }
  },
};

const root = document.documentElement;
/** The reader's own way of writing numbers and dates, where it goes with the page's language. */
export const locale = () => navigator.languages.find((one) => one.startsWith(root.lang)) ?? root.lang;

/**
 * Says every `data-text` and `data-label` in the reader's language, now and when another is chosen.
 * @param texts words by language
 * @param changed called after each change, with the words
 */
export function speak(texts, changed) {
  const say = (language) => {
    root.lang = language;
    const words = texts[language];
    document.title = words.title;
    for (const node of document.querySelectorAll("[data-text]")) node.textContent = words[node.dataset.text];
    for (const node of document.querySelectorAll("[data-label]"))
      node.setAttribute("aria-label", words[node.dataset.label]);
    for (const node of document.querySelectorAll("[data-language]"))
      node.setAttribute("aria-pressed", String(node.dataset.language === language));
    changed(words);
  };
  for (const button of document.querySelectorAll("[data-language]")) {
    button.addEventListener("click", () => {
      kept.set("language", button.dataset.language);
      say(button.dataset.language);
    });
  }
  const known = kept.get("language");
  say(known in texts ? known : navigator.language.startsWith("ko") ? "ko" : "en");
}

/** An amount in minor units of its currency, as the reader writes it. */
export function money({ amount, currency }) {
  const format = new Intl.NumberFormat(locale(), { style: "currency", currency });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export const number = (value) => value.toLocaleString(locale());

/** A moment to the second; with its day unless that is today. */
export function moment(at) {
  const day = new Date(at);
  const today = day.toDateString() === new Date().toDateString();
  return day.toLocaleString(locale(), today ? { timeStyle: "medium" } : { dateStyle: "medium", timeStyle: "medium" });
}

/** The zone that all moments of a page are in, as "Europe/Lisbon, GMT+1". */
export function zone() {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const parts = new Intl.DateTimeFormat("en", { timeZoneName: "shortOffset" }).formatToParts();
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value;
  return timeZone === offset ? timeZone : `${timeZone}, ${offset}`;
}

/** Works now and again, `ms` after it has ended; rarely while nobody looks, at once when somebody does again. */
export function every(ms, work) {
  let timer;
  let working = false;
  const go = async () => {
    if (working) return;
    clearTimeout(timer);
    working = true;
    await work();
    working = false;
    timer = setTimeout(go, document.hidden ? Math.max(ms, 10_000) : ms);
  };
  document.addEventListener("visibilitychange", () => document.hidden || go());
  void go();
  return go;
}

/** A refusal of the server. `status` is 0 where it did not answer at all. */
export class Refused extends Error {
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `The server answered ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Asks this server; a body makes it a POST. Asks the person for a token where the server wants one.
 * @throws Refused with the server's problem
 */
export async function ask(path, body, { headers = {}, method = body === undefined ? "GET" : "POST" } = {}) {
  const token = sessionStorage.getItem("token");
  const response = await fetch(path, {
    method,
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch(() => undefined);
  if (response === undefined) throw new Refused(0, { detail: "The server does not answer." });
  if (response.status === 401 && (await askToken(token !== null))) return ask(path, body, { headers, method });
  const answer = response.status === 204 ? {} : await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, answer);
  return answer;
}

const tokenTexts = {
  en: {
    title: "A token is needed",
    why: "This server can be reached from other machines. Changes take the value of its OPS_TOKEN.",
    wrong: "That token was not the right one.",
    token: "Token",
    cancel: "Cancel",
    go: "Go on",
  },
  ko: {
    title: "토큰이 필요합니다",
    why: "다른 컴퓨터에서 접속할 수 있는 서버입니다. 변경하려면 서버의 OPS_TOKEN 값이 필요합니다.",
    wrong: "토큰이 맞지 않습니다.",
    token: "토큰",
    cancel: "취소",
    go: "계속",
  },
};

/** Kept for this tab only, and never in an address. */
function askToken(again) {
  const words = tokenTexts[root.lang] ?? tokenTexts.en;
  const dialog = element("dialog", undefined, { class: "narrow", "aria-labelledby": "token-title" });
  const form = element("form", undefined, { method: "dialog" });
  const input = element("input", undefined, { type: "password", autocomplete: "off", id: "token" });
  const label = element("label", words.token);
  label.append(input);
  const labelRow = element("p", undefined, { class: "row" });
  labelRow.append(label);
  const buttons = element("div", undefined, { class: "row" });
  const cancel = element("button", words.cancel, { type: "button" });
  cancel.addEventListener("click", () => dialog.close());
  buttons.append(element("button", words.go, { class: "primary", value: "ok" }), cancel);
  form.append(element("h2", words.title, { id: "token-title" }), element("p", words.why));
  if (again) form.append(element("p", words.wrong, { class: "trouble", role: "alert" }));
  form.append(labelRow, buttons);
  dialog.append(form);
  document.body.append(dialog);
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "ok" && input.value !== "";
      if (given) sessionStorage.setItem("token", input.value);
      dialog.remove();
      resolve(given);
    });
  });
}
