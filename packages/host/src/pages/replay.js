import { ask, byId, element, number, say } from "/shared/page.js";
import { sure } from "./sure.js";

/** What the form asks for. Throws when a moment cannot be read. */
function wish() {
  const form = new FormData(byId("replay-form"));
  const at = (name) => (form.get(name) ? { [name]: new Date(form.get(name)).toISOString() } : {});
  const key = form.get("key").trim();
  return {
    service: form.get("service"),
    body: { topic: form.get("topic"), ...at("from"), ...at("to"), ...(key && { keys: [key] }) },
  };
}

async function run({ service, body }, dryRun) {
  say("replay-trouble");
  byId("replay-result").textContent = dryRun ? "Counting …" : "Telling it again …";
  try {
    const report = await ask(`/ops/api/replay/${encodeURIComponent(service)}`, { ...body, dryRun });
    const { read, handled, ignored, unreadable } = report;
    byId("replay-result").textContent =
      `${number(read)} records read: ${number(handled)} ${dryRun ? "would be handled" : "handled again"} by ${service}, ` +
      `${number(ignored)} not for this service, ${number(unreadable)} unreadable.`;
    return report;
  } catch (error) {
    byId("replay-result").textContent = "";
    say("replay-trouble", error.message);
    return undefined;
  }
}

let counted;

/** Counts what would be touched; what was counted can then be done. */
async function lookFirst(event) {
  event.preventDefault();
  const wanted = wish();
  const report = await run(wanted, true);
  counted = report && report.handled > 0 ? { ...wanted, handled: report.handled } : undefined;
  byId("replay-go").hidden = counted === undefined;
  if (counted) byId("replay-go").textContent = `Tell ${wanted.service} these ${number(report.handled)} again`;
}

async function tellAgain() {
  const certain = await sure({
    title: "Tell it again?",
    text: `${counted.service} handles ${number(counted.handled)} records of ${counted.body.topic} again, over what it has now. Nothing is sent.`,
    go: "Replay",
    danger: true,
    signed: false,
  });
  if (!certain) return;
  byId("replay-go").hidden = true;
  await run(counted, false);
}

/** Fills the choices of the form, once. */
export function fillChoices(state) {
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

/** Makes the form work. What was counted may be replayed only as it was counted. */
export function replays() {
  byId("replay-form").addEventListener("submit", lookFirst);
  byId("replay-go").addEventListener("click", tellAgain);
  byId("replay-form").addEventListener("input", () => {
    byId("replay-go").hidden = true;
    byId("replay-result").textContent = "";
  });
}
