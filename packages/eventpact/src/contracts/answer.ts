import { existsSync, readFileSync, statSync } from "node:fs";
import type { StoredSaid } from "../deploy/objects.ts";
import { hashOf } from "../deploy/objects.ts";
import type { Json, JsonObject } from "../read/json.ts";
import { isObject, own, ownString } from "../read/json.ts";
import { parseJson } from "../read/json-source.ts";
import { limits } from "../read/limits.ts";
import type { RecordedMismatch } from "./records.ts";

/** An interaction that a producer's code is asked about. */
export interface Question {
  readonly consumer: string;
  readonly id: string;
  readonly event: string;
  readonly description: string;
  readonly states: readonly string[];
}

/** A message that came out of the producer's code. */
export interface SaidMessage {
  readonly event: string;
  readonly payload: Json;
  readonly headers?: Json;
}

/** What the code was found to do about one interaction. */
export interface Answered {
  readonly question: Question;
  readonly ok: boolean;
  readonly mismatches: readonly RecordedMismatch[];
  readonly said?: SaidMessage;
}

/** Why something in an answer is no evidence; `code` is one of the catalogue. */
export interface AnswerFault {
  readonly code:
    | "answer-missing"
    | "answer-unreadable"
    | "answer-stale"
    | "answer-unclear"
    | "answer-incomplete"
    | "answer-stranger"
    | "answer-contradicts";
  readonly message: string;
}

export interface Answer {
  readonly answered: readonly Answered[];
  readonly messages: readonly SaidMessage[];
  readonly faults: readonly AnswerFault[];
}

export interface Questions {
  readonly asked: readonly Question[];
  /** All that the code may be asked about: a row of one that was not asked this time is no stranger. */
  readonly known: readonly Question[];
}

interface Ended {
  readonly exitCode: number;
}

const nothing = (code: AnswerFault["code"], message: string): Answer => ({
  answered: [],
  messages: [],
  faults: [{ code, message }],
});

/**
 * What the answer file of a run is evidence of. A *no* is believed from whoever says it; a *yes* only when it was said of this
 * interaction, in this run, with the message that the code answered with, by a row whose `ok` is true.
 */
export function readAnswer(file: string, run: string, { asked, known }: Questions, { exitCode }: Ended): Answer {
  const ended = `its command ended with exit code ${exitCode}`;
  if (!existsSync(file))
    return nothing("answer-missing", `${ended} and wrote no answer: an exit code does not tell what was verified`);
  const bytes = statSync(file).size;
  if (bytes === 0) return nothing("answer-missing", `${ended} and left its answer empty`);
  if (bytes > limits.pactBytes) return nothing("answer-unreadable", `its answer has ${bytes} bytes, which is too much`);
  const { value, faults } = parseJson(readFileSync(file, "utf8"));
  const [broken] = faults;
  if (broken !== undefined)
    return nothing("answer-unreadable", `its answer cannot be read, line ${broken.span.line}: ${broken.message}`);
  const listed = own(value, "interactions") ?? own(value, "interactionResults");
  if (!isObject(value) || !Array.isArray(listed))
    return nothing("answer-unreadable", `its answer has no list "interactions"`);
  return judged(value, listed as readonly Json[], run, { asked, known }, exitCode);
}

function judged(
  value: JsonObject,
  rows: readonly Json[],
  run: string,
  { asked, known }: Questions,
  exitCode: number,
): Answer {
  const faults: AnswerFault[] = [];
  const add = (code: AnswerFault["code"], message: string): void => void faults.push({ code, message });
  const isOfThisRun = ownString(value, "run") === run;
  const messages = messagesOf(own(value, "messages"));
  const found = answeredRows(value, rows, { asked, known }, add);
  const answered = asked.flatMap((question) => {
    const all = found.get(question) ?? [];
    return all.find(({ ok }) => !ok) ?? all[0] ?? [];
  });
  const held = answered.filter(({ ok }) => ok);
  if (held.length > 0 && !isOfThisRun)
    add("answer-stale", `its answer is not said to be about this run: "run" is the value of EVENTPACT_RUN`);
  const names = (some: readonly { readonly description: string; readonly consumer: string }[]): string =>
    some.map(({ description, consumer }) => `${description} for ${consumer}`).join(", ");
  const isUnclear = (question: Question): boolean => rows.some((row) => questionOf(row, asked) === question);
  const silent = asked.filter((question) => !found.has(question) && !isUnclear(question));
  if (silent.length > 0) add("answer-incomplete", `it says nothing of ${names(silent)}`);
  const wordless = held.filter(({ said }) => said === undefined).map(({ question }) => question);
  if (wordless.length > 0)
    add(
      "answer-incomplete",
      `it says of ${names(wordless)} that the contract held, and not which message the code answered with`,
    );
  const isContrary = exitCode !== 0 && held.length === asked.length && asked.length > 0;
  if (isContrary)
    add("answer-contradicts", `its command ended with exit code ${exitCode} although every contract held`);
  const evidence = answered.filter(({ ok, said }) => !ok || (isOfThisRun && said !== undefined && !isContrary));
  // From an answer that is wrong in one place nothing is proved either: what it says came out may have come from anywhere.
  const isSound = isOfThisRun && faults.every(({ code }) => code === "answer-stranger");
  return {
    answered: evidence,
    messages: isSound ? [...messages, ...evidence.flatMap(({ said }) => said ?? [])] : [],
    faults,
  };
}

/** What each row says of a question that was asked; what says nothing of one is told. */
function answeredRows(
  value: JsonObject,
  rows: readonly Json[],
  { asked, known }: Questions,
  add: (code: AnswerFault["code"], message: string) => void,
): ReadonlyMap<Question, readonly Answered[]> {
  const found = new Map<Question, Answered[]>();
  for (const row of rows) {
    const question = questionOf(row, asked);
    const name = `"${ownString(row, "description") ?? ownString(row, "id") ?? "?"}" of ${ownString(row, "consumer") ?? "?"}`;
    if (question === undefined && questionOf(row, known) !== undefined) continue;
    if (question === undefined) add("answer-stranger", `its answer speaks of ${name}, which was not asked`);
    else if (question === "several")
      add("answer-unclear", `its answer speaks of ${name}, which several questions are called: a row names its "id"`);
    else {
      const ok = okOf(row);
      if (ok === undefined)
        add(
          "answer-unclear",
          `its answer says of ${name} neither that it held nor that it did not ("ok": true or false)`,
        );
      else {
        const said = saidFor(row, question, own(value, "messages"));
        const mismatches = ok ? [] : mismatchesOf(row);
        const one = { question, ok, mismatches, ...(said === undefined ? {} : { said }) };
        found.set(question, [...(found.get(question) ?? []), one]);
      }
    }
  }
  return found;
}

/** By its id; else by names, where these are those of one question. */
function questionOf(row: Json, asked: readonly Question[]): Question | "several" | undefined {
  const id = ownString(row, "id");
  const consumer = ownString(row, "consumer");
  if (id !== undefined) {
    const named = asked.filter((one) => one.id === id && (consumer === undefined || one.consumer === consumer));
    return named.length > 1 ? "several" : named[0];
  }
  const description = ownString(row, "description");
  const states = statesOf(row);
  const named = asked.filter(
    (one) =>
      one.consumer === consumer &&
      one.description === description &&
      (states === undefined || states.join("\n") === one.states.join("\n")),
  );
  return named.length > 1 ? "several" : named[0];
}

function statesOf(row: Json): readonly string[] | undefined {
  const listed = own(row, "states") ?? own(row, "providerStates");
  if (!Array.isArray(listed)) return undefined;
  return (listed as readonly Json[]).map((one) => (typeof one === "string" ? one : (ownString(one, "name") ?? "")));
}

function okOf(row: Json): boolean | undefined {
  const ok = own(row, "ok");
  if (ok !== undefined) return typeof ok === "boolean" ? ok : undefined;
  const result = ownString(row, "result");
  if (result === "OK") return true;
  if (result !== undefined) return false;
  return own(row, "success") === false ? false : undefined;
}

/** The message of a row: in the row itself, else the one among `messages` that is about the event, in the same state. */
function saidFor(row: Json, { id, event, states }: Question, listed: Json | undefined): SaidMessage | undefined {
  const inRow = messageOf(own(row, "message"), event);
  if (inRow !== undefined) return inRow;
  const all = (Array.isArray(listed) ? (listed as readonly Json[]) : []).filter(
    (one) => ownString(one, "event") === event,
  );
  const byId = all.find((one) => ownString(one, "id") === id);
  const state = (one: Json): string | undefined => statesOf(one)?.join("\n") ?? ownString(one, "state");
  const found =
    byId ??
    all.findLast((one) => state(one) === states.join("\n")) ??
    all.findLast((one) => state(one) === undefined && own(one, "id") === undefined);
  return messageOf(found, event);
}

function messageOf(value: Json | undefined, event: string): SaidMessage | undefined {
  const [payload, headers] = [own(value, "payload"), own(value, "headers")];
  return payload === undefined ? undefined : { event, payload, ...(headers === undefined ? {} : { headers }) };
}

function messagesOf(listed: Json | undefined): readonly SaidMessage[] {
  return (Array.isArray(listed) ? (listed as readonly Json[]) : []).flatMap((one) => {
    const event = ownString(one, "event");
    const found = event === undefined ? undefined : messageOf(one, event);
    return found === undefined ? [] : [found];
  });
}

/** The name under which a store keeps the message. */
export const saidHash = (message: SaidMessage): string => hashOf(storedSaid(message));

/** The message as a store keeps it. */
export const storedSaid = ({ event, payload, headers }: SaidMessage): StoredSaid => ({
  format: 1,
  kind: "said",
  event,
  payload,
  ...(headers === undefined ? {} : { headers }),
});

function mismatchesOf(row: Json): readonly RecordedMismatch[] {
  const raw = own(row, "mismatches") ?? own(own(row, "mismatch"), "mismatches");
  const mismatches = Array.isArray(raw) ? (raw as readonly Json[]).map(mismatchOf) : [];
  const why =
    ownString(own(row, "mismatch"), "message") ?? ownString(row, "message") ?? "its answer does not say what differs";
  return mismatches.length > 0 ? mismatches : [{ message: why }];
}

function mismatchOf(raw: Json): RecordedMismatch {
  const [path, expected, actual] = ["path", "expected", "actual"].map((key) => ownString(raw, key));
  return {
    ...(path === undefined ? {} : { path }),
    ...(expected === undefined ? {} : { expected }),
    ...(actual === undefined ? {} : { actual }),
    message: ownString(raw, "message") ?? ownString(raw, "mismatch") ?? "It does not match.",
  };
}
