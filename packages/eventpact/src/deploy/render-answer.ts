import { clean } from "../compat/terminal.ts";
import type { Paint } from "../compat/terminal.ts";
import type { Answer } from "./can-i-deploy.ts";
import type { ToldAnswer } from "./told.ts";
import { sourceWords } from "./told.ts";
import type { Row } from "./matrix.ts";
import type { Verdict } from "./reading.ts";
import type { Retained } from "./retained.ts";
import { freeFrom, placesOf } from "./retained.ts";
import type { RollOut } from "./roll-out.ts";
import { dayAfter } from "./time.ts";

const signs: Readonly<Record<Verdict, string>> = { yes: "✓", no: "✗", unknown: "?" };

/** A verdict's sign in its colour. */
export const sign = (verdict: Verdict, paint: Paint): string =>
  paint(verdict === "yes" ? "good" : verdict === "no" ? "bad" : "doubt", signs[verdict]);

const words: Readonly<Record<Verdict, string>> = { yes: "Yes", no: "No", unknown: "Unknown" };

/** The answer for people: the word, the reasons, the matrix, what is retained, the way back. */
export function renderAnswer(answer: ToldAnswer, now: number, paint: Paint): string {
  const { service, version, environment, verdict, reasons, rows, retained } = answer;
  const style = verdict === "yes" ? "good" : verdict === "no" ? "bad" : "doubt";
  const head = `May ${service} ${version} go to ${environment}? ${paint(style, words[verdict])}.`;
  const parts = [
    head,
    paint("dim", `  This is about ${clean(sourceWords(answer))}.`),
    ...reasons.flatMap((one) => reasonLines(one, "  ", paint)),
    ...section("Not counted, by eventpact.yaml", ignoredLines([answer]), paint),
    ...section("Versions", table(matrixLines(rows, paint)), paint),
    ...section("Still there", table(retained.map((one) => retainedLine(one, now, paint))), paint),
    ...section("To know", noteLines(answer), paint),
    ...section("The way back", [rollBackLine(answer, paint)], paint),
  ];
  return `${parts.join("\n")}\n`;
}

/** A whole change for people: the order, and whoever has no turn or something that is not known, with the reasons. */
export function renderRollOut({ verdict, order, answers }: RollOut, environment: string, paint: Paint): string {
  const style = verdict === "yes" ? "good" : verdict === "no" ? "bad" : "doubt";
  const turns = order.map((group, index) => `  ${index + 1}. ${clean(group.join(", "))}`);
  const open = withoutRepetition(answers.filter((answer) => answer.verdict !== "yes"));
  return `${[
    `May this change go to ${environment}? ${paint(style, words[verdict])}.`,
    ...(turns.length > 1 ? ["In this order:", ...turns] : turns.map((turn) => turn.replace("1. ", ""))),
    ...open.flatMap((one) => [
      `  ${sign(one.verdict, paint)} ${clean(one.service)}${one.verdict === "no" ? " cannot go, in whatever order" : ""}`,
      ...one.reasons.flatMap((reason) => reasonLines(reason, "      ", paint)),
    ]),
    ...section("Not counted, by eventpact.yaml", ignoredLines(answers), paint),
  ].join("\n")}\n`;
}

/** A reason, and below it what makes it known where it is not. */
const reasonLines = ({ verdict, message, from, way }: Answer["reasons"][number], indent: string, paint: Paint) => [
  `${indent}${sign(verdict, paint)} ${clean(message)}${fromWords(from)}`,
  ...(way === undefined ? [] : [`${indent}    → ${clean(way)}`]),
];

/** Each pairing that is not to count, why, until when, and what it would have said; one whose day has passed says so. */
function ignoredLines(answers: readonly Pick<Answer, "ignored">[]): readonly string[] {
  const lines = answers.flatMap(({ ignored }) =>
    ignored.flatMap(({ consumer, provider, event, reason, until, isOver, messages }) => {
      const pairing = `${provider} → ${consumer}${event === undefined ? "" : `, ${event}`}`;
      if (isOver) return [`  ! ${clean(pairing)}: ended on ${until}, and counts again (${clean(reason)})`];
      const told = messages.map((message) => `      ${clean(message)}`);
      return [[`  – ${clean(pairing)}: ${clean(reason)} (until ${until})`, ...told].join("\n")];
    }),
  );
  return [...new Set(lines)];
}

/** What is not known of one service is a reason for all that hear it: it is told once, of the service itself where it is there. */
function withoutRepetition(answers: readonly Answer[]): readonly Answer[] {
  const told = new Set<string>();
  const cause = (message: string): string => message.split(" (")[0] ?? message;
  return answers
    .map((answer) => ({
      ...answer,
      reasons: answer.reasons.filter(({ verdict, message }) => {
        if (verdict === "no") return true;
        const isNew = !told.has(cause(message));
        told.add(cause(message));
        return isNew;
      }),
    }))
    .filter(({ reasons }) => reasons.length > 0);
}

const fromWords = (from: number | null | undefined): string =>
  from === undefined || from === null ? "" : ` (until ${dayAfter(from)})`;

const section = (title: string, lines: readonly string[], paint: Paint): readonly string[] =>
  lines.length === 0 ? [] : ["", paint("bold", title), ...lines];

function matrixLines(rows: readonly Row[], paint: Paint): readonly (readonly string[])[] {
  const pairs = Map.groupBy(rows, ({ provider, consumer }) => `${nameOf(provider)} → ${nameOf(consumer)}`);
  return [...pairs].map(([pair, mine]) => {
    const verdict = mine.some((row) => row.verdict === "no")
      ? "no"
      : mine.some((row) => row.verdict === "unknown")
        ? "unknown"
        : "yes";
    const statuses = Map.groupBy(mine, ({ status }) => status);
    const told = [...statuses].map(([status, some]) =>
      status === "verified" || status === "proved" || status === "schema"
        ? `${some.length} ${status}`
        : `${status}: ${some.map(({ event }) => event).join(", ")}`,
    );
    return [`  ${sign(verdict, paint)} ${clean(pair)}`, clean(told.join(" · "))];
  });
}

function noteLines({ rows, retained }: Answer): readonly string[] {
  const told = [...rows, ...retained].flatMap(({ event, notes }) =>
    notes.map((note) => `  ${clean(`${event}: ${note}`)}`),
  );
  return [...new Set(told)];
}

const nameOf = ({ service, version }: Row["provider"]): string => `${service} ${version}`;

function retainedLine(one: Retained, now: number, paint: Paint): readonly string[] {
  const { topic, event, senders, lastSender, mustRead, can } = one;
  const places = placesOf(one, now).join(", ");
  const who = senders.length > 0 ? `sent by ${senders.join(", ")}` : `last sent by ${lastSender ?? "nobody known"}`;
  const free = freeFrom(one);
  const end = senders.length > 0 ? "" : free === null ? "no end known" : `gone from ${dayAfter(free)}`;
  const reads = mustRead ? (can === "yes" ? "can read" : can === "no" ? "CANNOT read" : "unknown") : "not heard";
  return [
    `  ${mustRead ? sign(can, paint) : paint("dim", "·")} ${topic}`,
    clean(event),
    reads,
    clean([who, places, one.keeps, end].filter(Boolean).join("; ")),
  ];
}

function rollBackLine({ rollBack, service }: Answer, paint: Paint): string {
  const { to, verdict, reasons, until, untilWhy } = rollBack;
  if (to === undefined) return `  ${paint("dim", "·")} ${untilWhy}`;
  const may = `to ${service} ${to}: ${words[verdict].toLowerCase()}`;
  const end = verdict === "no" ? "" : until === null ? `. ${untilWhy}` : `, until ${dayAfter(until)}. ${untilWhy}`;
  const why = reasons.map((reason) => `\n      ${clean(reason)}`).join("");
  return `  ${sign(verdict, paint)} ${clean(may)}${clean(end)}${why}`;
}

/** Columns as wide as their widest cell; colours take no room. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return rows.map((row) =>
    row
      .map((cell, column) =>
        column === row.length - 1 ? cell : cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)) + 2),
      )
      .join(""),
  );
}

// eslint-disable-next-line no-control-regex -- the escape sequences are our own colours
const width = (text: string): number => text.replaceAll(/\u001b\[[0-9;]*m/g, "").length;
