import { element, sequence, sparkline, topology } from "./draw.js";

const byId = (id) => document.getElementById(id);
const history = new Map();
let last;
let open;

const sum = (counts) => Object.values(counts).reduce((total, count) => total + count, 0);
const time = (moment) => new Date(moment).toLocaleString();
const rounded = (rate) => (rate >= 10 ? String(Math.round(rate)) : String(Math.round(rate * 10) / 10));

function say(id, words) {
  byId(id).hidden = !words;
  byId(id).textContent = words ?? "";
}

async function ask(path, body) {
  const token = sessionStorage.getItem("token");
  const response = await fetch(path, {
    method: body === undefined ? "GET" : "POST",
    headers: {
      ...(body !== undefined && { "content-type": "application/json" }),
      ...(token && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  if (response.status === 401 && (await askToken())) return ask(path, body);
  const answer = await response.json();
  if (!response.ok) throw new Error(answer.detail ?? response.statusText);
  return answer;
}

function askToken() {
  const dialog = byId("ask-token");
  byId("token").value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => {
        const given = dialog.returnValue === "ok" && byId("token").value !== "";
        if (given) sessionStorage.setItem("token", byId("token").value);
        resolve(given);
      },
      { once: true },
    );
  });
}

function rates(state) {
  const seconds = last ? Math.max(0.2, (Date.parse(state.at) - Date.parse(last.at)) / 1000) : 1;
  const before = (list, name) => list?.find((one) => one.name === name);
  const handled = {};
  const sent = {};
  for (const service of state.services) {
    const earlier = before(last?.services, service.name);
    const delta = earlier ? Math.max(0, sum(service.outcomes) - sum(earlier.outcomes)) : 0;
    handled[service.name] = delta / seconds;
    const counts = [...(history.get(service.name) ?? []), delta].slice(-120);
    history.set(service.name, counts);
    sent[service.name] = earlier ? Math.max(0, service.sent - earlier.sent) / seconds : 0;
  }
  const topics = {};
  for (const topic of state.topics) {
    const earlier = before(last?.topics, topic.name);
    topics[topic.name] = earlier ? Math.max(0, topic.sent - earlier.sent) / seconds : 0;
  }
  return { handled, sent, topics };
}

function showServices(state, { handled, sent }) {
  byId("services").replaceChildren(
    ...state.services.map(({ name, lag, parked, deadLetters }) => {
      const row = element("tr");
      const bars = element("td");
      bars.append(sparkline(history.get(name) ?? [], `Events ${name} handled per second`));
      row.append(
        element("th", name, { scope: "row" }),
        element("td", rounded(handled[name]), { class: "number" }),
        element("td", rounded(sent[name]), { class: "number" }),
        element("td", String(lag), { class: "number" }),
        element("td", String(parked), { class: parked > 0 ? "number alarm" : "number" }),
        element("td", String(deadLetters), { class: deadLetters > 0 ? "number alarm" : "number" }),
        bars,
      );
      return row;
    }),
  );
}

function fillChoices(state) {
  if (byId("replay-service").options.length > 0) return;
  byId("replay-service").append(...state.services.map(({ name }) => element("option", name, { value: name })));
  const offer = () => {
    const service = byId("replay-service").value;
    const topics = state.topics.filter(({ readers }) => readers.includes(service));
    byId("replay-topic").replaceChildren(...topics.map(({ name }) => element("option", name, { value: name })));
  };
  byId("replay-service").addEventListener("change", offer);
  offer();
}

function showCauses(letters) {
  const counts = new Map();
  for (const { code, event } of letters) {
    const cause = `${code} · ${event ?? "no event"}`;
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
  }
  const most = Math.max(1, ...counts.values());
  byId("causes").replaceChildren(
    ...[...counts].map(([cause, count]) => {
      const row = element("div", undefined, { class: "cause" });
      const bar = element("span", undefined, { class: "bar" });
      bar.style.width = `${(count / most) * 100}%`;
      row.append(element("span", cause), bar, element("span", String(count), { class: "number" }));
      return row;
    }),
  );
}

async function showLetters() {
  const letters = await ask("/ops/api/dead-letters?status=open");
  byId("no-letters").hidden = letters.length > 0;
  showCauses(letters);
  byId("letters").replaceChildren(
    ...letters.slice(0, 100).map((letter) => {
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

const pretty = (value) => {
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value ?? "";
  }
};

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

async function showTrace(orderId) {
  say("trace-trouble");
  byId("trace").replaceChildren();
  try {
    const { steps } = await ask(`/audit/orders/${encodeURIComponent(orderId)}/trace`);
    byId("trace").append(sequence(steps));
  } catch (error) {
    say("trace-trouble", error.message);
  }
}

async function replay(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  const dryRun = event.submitter?.value !== "no";
  const moment = (name) => (form.get(name) ? { [name]: new Date(form.get(name)).toISOString() } : {});
  const key = form.get("key");
  try {
    const report = await ask(`/ops/api/replay/${form.get("service")}`, {
      topic: form.get("topic"),
      dryRun,
      ...moment("from"),
      ...moment("to"),
      ...(key ? { keys: [key] } : {}),
    });
    const { read, handled, ignored, unreadable } = report;
    byId("replay-result").textContent =
      `${read} records read: ${handled} ${dryRun ? "would be handled" : "handled again"}, ${ignored} not for this service, ${unreadable} unreadable.`;
  } catch (error) {
    byId("replay-result").textContent = error.message;
  }
}

async function look() {
  try {
    const state = await ask("/ops/api/state");
    const speed = rates(state);
    showServices(state, speed);
    fillChoices(state);
    byId("topology").replaceChildren(topology(state, speed.topics));
    say("problems", state.problems.join(" "));
    const depth = state.services.reduce((total, { deadLetters }) => total + deadLetters, 0);
    const before = last?.services.reduce((total, { deadLetters }) => total + deadLetters, 0);
    last = state;
    if (depth !== before) await showLetters();
    byId("pulse").textContent = `live, ${state.transport}`;
  } catch {
    byId("pulse").textContent = "not reachable, trying again …";
  }
  setTimeout(look, document.hidden ? 5_000 : 1_000);
}

byId("redrive").addEventListener("click", () =>
  settle("redrive", open.editing ? { edited: byId("letter-value").value } : {}),
);
byId("discard").addEventListener("click", () => settle("discard"));
byId("edit").addEventListener("click", beginEdit);
byId("letter-trace").addEventListener("click", () => {
  byId("letter").close();
  byId("trace-order").value = open.key ?? "";
  void showTrace(open.key);
});
byId("trace-form").addEventListener("submit", (event) => {
  event.preventDefault();
  void showTrace(byId("trace-order").value.trim());
});
byId("replay-form").addEventListener("submit", replay);
await look();
