/**
 * "Is anything wrong now?", answered from the readings of the last half minute. Knows no page, so that it can be tested
 * alone.
 */
/** Less than so many events behind is everyday where events are handled. */
export const BUSY = 50;
const seconds = (ms) => ms / 1000;

const counted = (count, one, many) => `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
const events = (count) => counted(count, "event", "events");
const of = (services, what) =>
  services
    .filter((service) => service[what] > 0)
    .map((service) => `${service[what].toLocaleString("en")} of ${service.name}`)
    .join(", ");
const total = (services, what) => services.reduce((sum, service) => sum + service[what], 0);

/** The readings of the last `ms`, the oldest first; the newest is always among them. */
function since(history, ms) {
  const now = Date.parse(history.at(-1).at);
  return history.filter(({ at }) => now - Date.parse(at) <= ms);
}

/** What one service had at the beginning of some readings and the least it had since. */
function trend(readings, name, what) {
  const values = readings.flatMap(({ services }) => services.find((one) => one.name === name)?.[what] ?? []);
  return { first: values[0] ?? 0, least: Math.min(...values), last: values.at(-1) ?? 0 };
}

const handledOf = ({ services }, wanted) =>
  Object.values(services.find(({ name }) => name === wanted)?.outcomes ?? {}).reduce((sum, count) => sum + count, 0);

/** Who does not catch up, each by name; those who do, together. */
function lagLines(history, services) {
  const readings = since(history, 10_000);
  const took = seconds(Date.parse(readings.at(-1).at) - Date.parse(readings[0].at));
  const lines = [];
  const catching = [];
  for (const { name, lag } of services) {
    const { first, least } = trend(readings, name, "lag");
    const long = least > 0 && lag >= first && took >= 8;
    const still = handledOf(readings[0], name) === handledOf(readings.at(-1), name);
    if (long && still) lines.push({ level: "bad", text: `${name} is ${events(lag)} behind and handles nothing.` });
    else if (long && lag >= BUSY)
      lines.push({ level: "bad", text: `${name} is ${events(lag)} behind and does not catch up.` });
    else if (lag >= BUSY) catching.push({ name, lag, perSecond: (first - lag) / Math.max(1, took) });
  }
  if (catching.length === 0) return lines;
  const slowest = Math.max(...catching.map(({ lag, perSecond }) => (perSecond > 0 ? lag / perSecond : 0)));
  const left = slowest > 0 ? ` About ${counted(Math.ceil(slowest), "second", "seconds")} to go.` : "";
  const who = catching.map(({ name, lag }) => `${name} is ${events(lag)} behind`).join(", ");
  lines.push({ level: "warn", text: `Catching up: ${who}.${left}` });
  return lines;
}

function failingLine(history, { name }) {
  const { first, last } = trend(since(history, 30_000), name, "failures");
  if (last <= first) return undefined;
  return { level: "warn", text: `${name} failed ${counted(last - first, "time", "times")} in the last half minute.` };
}

/**
 * @param history readings of `/ops/api/state`, the oldest first
 * @returns `level` ("good", "warn" or "bad"), a `title`, and `lines` with `text` and perhaps `href`
 */
export function verdict(history) {
  const { services, problems } = history.at(-1);
  const lines = problems.map((text) => ({ level: "bad", text }));
  const dead = total(services, "deadLetters");
  if (dead > 0) {
    const text = `${counted(dead, "dead letter", "dead letters")}: ${of(services, "deadLetters")}.`;
    lines.push({ level: "bad", text, href: "#/letters" });
  }
  // What waits for a moment is everyday; what waits for seconds is worth a look.
  const waiting = services.filter(({ name }) => trend(since(history, 3_000), name, "parked").least > 0);
  if (waiting.length > 0 && history.length > 2) {
    const text = `${counted(total(waiting, "parked"), "event waits", "events wait")}: ${of(waiting, "parked")}.`;
    lines.push({ level: "warn", text, href: "#/waiting" });
  }
  lines.push(...lagLines(history, services));
  lines.push(...services.flatMap((service) => failingLine(history, service) ?? []));
  if (lines.some(({ level }) => level === "bad")) return { level: "bad", title: "Something needs you", lines };
  if (lines.length > 0) return { level: "warn", title: "Working, with something to keep an eye on", lines };
  const text = `${counted(services.length, "service keeps", "services keep")} up. Nothing waits, nothing fails, no dead letters.`;
  return { level: "good", title: "All is well", lines: [{ level: "good", text }] };
}
