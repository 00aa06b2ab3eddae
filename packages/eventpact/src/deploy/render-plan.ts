import { clean } from "../compat/terminal.ts";
import type { Paint } from "../compat/terminal.ts";
import type { FieldUse } from "./fields.ts";
import type { Phase } from "./phases.ts";
import type { Migration, Next, Plan } from "./plan.ts";
import { sign, table } from "./render-answer.ts";
import type { Retirement } from "./retire.ts";
import { dayAfter } from "./time.ts";

const orders: Readonly<Record<Migration["strategy"], string>> = {
  "any-order": "in any order",
  "consumers-first": "consumers first",
  "producers-first": "producers first",
  "side-by-side": "side by side",
  retire: "retire",
};

/** A plan for people: each migration with its phases, what left too early, and what may be deployed now. */
export function renderPlan(plan: Plan, paint: Paint): string {
  const { environment, migrations, tooEarly, services } = plan;
  const head = paint("bold", `Plan for ${environment}`);
  const body = [
    ...migrations.flatMap((one) => ["", ...migrationLines(one, paint)]),
    ...tooEarly.flatMap((one) => ["", ...tooEarlyLines(one, paint)]),
    ...(services.length === 0 ? [] : ["", paint("bold", "Now"), ...table(services.map((one) => nextLine(one, paint)))]),
  ];
  const nothing = `  ${environment} is as the documents are: nothing is to be done.`;
  return `${[head, ...(body.length === 0 ? [nothing] : body)].join("\n")}\n`;
}

function migrationLines({ event, to, strategy, why, phases, at, fields }: Migration, paint: Paint): readonly string[] {
  const name = to === undefined ? event : `${event} → ${to}`;
  return [
    `  ${paint("bold", clean(name))}: ${orders[strategy]}. ${why}`,
    ...fields.map((one) => `      ${clean(fieldLine(one))}`),
    ...phases.flatMap((phase, index) => phaseLines(phase, index + 1, at, paint)),
  ];
}

function fieldLine({ field, change, filledBy, notFilledBy, usedBy }: FieldUse): string {
  const filled = `promised by ${filledBy.join(", ") || "nobody"}${notFilledBy.length > 0 && filledBy.length > 0 ? `, not by ${notFilledBy.join(", ")}` : ""}`;
  return `${field} ${change}: ${filled}; used by ${usedBy.join(", ") || "nobody"}`;
}

function phaseLines(phase: Phase, number: number, at: number | undefined, paint: Paint): readonly string[] {
  const { title, gate, done, states, opens } = phase;
  const isNext = number === at;
  const mark = done ? paint("good", "✓") : isNext ? paint("note", "▶") : paint("dim", "·");
  const time = opens === undefined ? "" : opens === null ? "; no date yet" : `; from ${dayAfter(opens)}`;
  const line = `    ${mark} ${number}. ${clean(title)}: ${clean(gate)}${time}`;
  // What is in the way of a retirement says itself where it is.
  const who = (name: string): string => (opens === undefined ? `${clean(name)} ` : "");
  const told = done ? [] : states.map((one) => `         ${one.done ? "✓" : "–"} ${who(one.who)}${clean(one.note)}`);
  return [line, ...told];
}

function tooEarlyLines(
  { event, topic, environment, from, earliest, obstacles }: Retirement,
  paint: Paint,
): readonly string[] {
  return [
    `  ${paint("bad", "✗")} ${clean(event)} left the documents too early: ${whenWords(from, earliest)} (${clean(topic)}, ${environment})`,
    ...obstacles.map(
      ({ message, until }) => `         – ${clean(message)}${until === null ? "" : `, until ${dayAfter(until)}`}`,
    ),
  ];
}

/** From when a version may go, in words. */
export function whenWords(from: number | null, earliest: number | null): string {
  if (from !== null) return `it may go from ${dayAfter(from)}`;
  if (earliest !== null) return `no date yet; ${dayAfter(earliest)} at the earliest`;
  return "no end is known";
}

function nextLine({ service, version, deployed, verdict, because }: Next, paint: Paint): readonly string[] {
  const from = deployed === undefined ? "new" : `instead of ${deployed}`;
  return [
    `  ${sign(verdict, paint)} ${clean(`${service} ${version}`)}`,
    clean(from),
    clean(because ?? "may be deployed now"),
  ];
}
