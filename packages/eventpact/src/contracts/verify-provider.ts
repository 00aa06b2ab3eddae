import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { BundledSchema, EventVersion, Model } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { compileSchema } from "../validate/compile.ts";
import type { Answered, SaidMessage } from "./answer.ts";
import { saidHash } from "./answer.ts";
import type { CodeQuestion, CodeState } from "./code-state.ts";
import { codeState } from "./code-state.ts";
import { findingInDocument } from "./finding.ts";
import type { KnownResults } from "./known-results.ts";
import { loadedBeside, producerOf } from "./loaded.ts";
import type { AskedInteraction, ProviderRun } from "./provider-run.ts";
import { runProvider } from "./provider-run.ts";
import type { InteractionRecord, ProducerRecord } from "./records.ts";
import { isKept, joined, resultOn } from "./records.ts";
import type { ProviderSettings } from "../config/settings.ts";
import { workingFiles } from "./working-files.ts";

/** What is asked of one producer. */
export interface ProviderQuestion extends CodeQuestion {
  readonly settings: ProviderSettings;
  /** Every interaction that its code is to keep: of the contracts here, and of those that environments name. */
  readonly asked: readonly AskedInteraction[];
  readonly known: KnownResults;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Run the code where no result is known; otherwise what is not known stays open. */
  readonly runs: boolean;
  /** Files and folders that are bound by hashes of their own: documents, contracts. */
  readonly bound: readonly string[];
}

export interface ProviderVerdict {
  readonly provider: string;
  /** Absent when nothing is known of the code as it is. */
  readonly record?: ProducerRecord;
  readonly state?: CodeState;
  /** Nothing was run. */
  readonly remembered: boolean;
  /** Nothing was asked: it has no contracts. */
  readonly isUnasked?: boolean;
  /** Something is not known of the code as it is, and was not found out. */
  readonly isOpen?: boolean;
  readonly milliseconds: number;
  readonly diagnostics: readonly Diagnostic[];
}

/** Verifies a producer against those of its contracts that its code, as it is now, has not kept before. */
export async function verifyProvider(question: ProviderQuestion): Promise<ProviderVerdict> {
  const started = performance.now();
  const { provider, settings, known, asked } = question;
  const verdict = (rest: Partial<ProviderVerdict>): ProviderVerdict => ({
    provider,
    remembered: false,
    diagnostics: [],
    ...rest,
    milliseconds: performance.now() - started,
  });
  const state = codeState(question, settings);
  // What is wrong with the sources is a finding in eventpact.yaml.
  if (state === undefined) return verdict({ remembered: true, isOpen: true });
  const before = known.here(provider, state.code);
  const rest = { state, ...(before ? { record: before } : {}) };
  if (asked.length === 0) return verdict({ ...rest, remembered: true, isUnasked: true });
  const open = asked.filter((one) => !isSettled(one, before));
  if (open.length === 0) return verdict({ ...rest, remembered: true });
  if (!question.runs) return verdict({ ...rest, remembered: true, isOpen: true });
  const { runs, record, said, problem } = await asksCode(question, state, open, before);
  const found = runs.flatMap((run) => runFindings(question, run));
  const diagnostics = [...saidOnce(found), ...(problem ? [problem] : [])];
  if (record === undefined) return verdict({ state, diagnostics, isOpen: true });
  known.keep(record, said);
  const isOpen = open.some((one) => resultOn(record, one.consumer, one) === undefined);
  return verdict({ state, record, diagnostics, ...(isOpen ? { isOpen } : {}) });
}

/** What was refused is asked about again, and with it all that speaks of an event whose message its schema refused. */
function isSettled(one: AskedInteraction, before: ProducerRecord | undefined): boolean {
  if (before?.sends.some(({ event, ok }) => event === one.event && !ok) === true) return false;
  const found = resultOn(before, one.consumer, one);
  return isKept(found) || (found?.result === "pending" && one.whole["pending"] === true);
}

interface Asking {
  readonly runs: readonly ProviderRun[];
  readonly record?: ProducerRecord;
  readonly said: readonly SaidMessage[];
  readonly problem?: Diagnostic;
}

async function asksCode(
  question: ProviderQuestion,
  state: CodeState,
  open: readonly AskedInteraction[],
  before: ProducerRecord | undefined,
): Promise<Asking> {
  const { root, provider, settings, env, files, model, bound } = question;
  const folder = mkdtempSync(join(tmpdir(), "eventpact-loaded-"));
  try {
    const runs: ProviderRun[] = [];
    for (const round of rounds(open))
      runs.push(await runProvider(root, provider, settings, { asked: round, known: question.asked }, env, folder));
    const answered = runs.flatMap((run) => run.answered);
    const told = runs.flatMap(({ messages }) => messages);
    const said = [...told, ...answered.flatMap((one) => one.said ?? [])];
    if (runs.every(({ broke }) => broke !== undefined) || (answered.length === 0 && said.length === 0))
      return { runs, said };
    // Whoever saves a file meanwhile must not have the result of what was there before.
    const after = codeState({ ...question, files: workingFiles(root) }, settings);
    if (after?.code !== state.code)
      return { runs: [], said: [], problem: brokenFinding(question, "its sources changed while it was verified", "") };
    const seen = loadedBeside(folder, { root, files, state, known: bound });
    const loaded = seen === undefined && before?.loaded === undefined ? undefined : { ...before?.loaded, ...seen };
    const producer = producerOf(state.code, loaded);
    const record: ProducerRecord = {
      format: 2,
      provider,
      producer,
      code: state.code,
      ...(loaded === undefined ? {} : { loaded }),
      sends: sendsOf(model, told),
      interactions: answered.map((one) => recordOf(one, open)),
    };
    return { runs, said, record: joined(before && { ...before, producer }, record) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** No two interactions of one name in one run: a verifier that names what it answers about by words could mean either. */
function rounds(open: readonly AskedInteraction[]): readonly (readonly AskedInteraction[])[] {
  const taken = new Map<string, number>();
  const found: AskedInteraction[][] = [];
  for (const one of open) {
    const name = JSON.stringify([one.consumer, one.description, one.states]);
    const round = taken.get(name) ?? 0;
    taken.set(name, round + 1);
    (found[round] ??= []).push(one);
  }
  return found;
}

function recordOf({ question, ok, mismatches, said }: Answered, open: readonly AskedInteraction[]): InteractionRecord {
  const { consumer, id, event, description, states } = question;
  const isPending = open.find((one) => one === question)?.whole["pending"] === true;
  return {
    consumer,
    id,
    event,
    description,
    ...(states.length > 0 ? { states } : {}),
    result: isPending ? "pending" : ok ? "kept" : "broken",
    mismatches,
    ...(said === undefined ? {} : { said: saidHash(said) }),
  };
}

/** A command that says nothing says nothing of every version it is asked about: told once, with what it wrote first. */
const saidOnce = (found: readonly Diagnostic[]): readonly Diagnostic[] => {
  const alike = Map.groupBy(found, ({ code, message }) => JSON.stringify([code, message]));
  return [...alike.values()].flatMap((same) => same.slice(0, 1));
};

/** What of a run is no evidence, each with its sentence and with what the command wrote. */
function runFindings(question: ProviderQuestion, run: ProviderRun): readonly Diagnostic[] {
  const { model, provider } = question;
  const found = run.faults.map(({ code, message }) =>
    findingInDocument(model, code, placeOf(question), {
      message: `Not verified: ${provider}: ${message}.`,
      hint: `What it has to write into the file that EVENTPACT_RESULT names: eventpact verify --help. ${howItRan(question, run.tail)}`,
    }),
  );
  const withheld = run.withheld.map((name) =>
    findingInDocument(model, "filter-withheld", placeOf(question), {
      message: `${name} is set; it was not passed on to the verification of ${provider}, since it would have left out interactions.`,
    }),
  );
  return [...(run.broke === undefined ? [] : [brokenFinding(question, run.broke, run.tail)]), ...found, ...withheld];
}

const brokenFinding = (question: ProviderQuestion, why: string, tail: string): Diagnostic =>
  findingInDocument(question.model, "provider-broken", placeOf(question), {
    message: `The verification of ${question.provider} broke: ${why}.`,
    hint: howItRan(question, tail),
  });

function howItRan({ settings }: ProviderQuestion, tail: string): string {
  const ran = `It was run as: ${settings.command.join(" ")}`;
  return tail === "" ? `${ran}. It wrote nothing.` : `${ran}. It wrote:\n${tail}`;
}

function placeOf({ model, provider }: ProviderQuestion): { readonly file: string; readonly pointer: string } {
  const service = model.services.find(({ name }) => name === provider);
  return service ? { file: service.file, pointer: "/info/title" } : { file: model.folder, pointer: "" };
}

/** Whether what came out of the code fits what the documents promise to everybody. */
function sendsOf(model: Model, messages: readonly SaidMessage[]): ProducerRecord["sends"] {
  const sends = new Map<string, string[]>();
  for (const { event: key, payload, headers } of messages) {
    const event = model.events.find((one) => one.key === key);
    const problems = event === undefined ? [`No document describes ${key}.`] : problemsOf(event, payload, headers);
    sends.set(key, [...(sends.get(key) ?? []), ...problems]);
  }
  return [...sends]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([event, problems]) => ({
      event,
      ok: problems.length === 0,
      ...(problems.length > 0 ? { problems: [...new Set(problems)] } : {}),
    }));
}

function problemsOf(event: EventVersion, payload: Json, headers: Json | undefined): readonly string[] {
  return [
    ...(event.payload.kind === "json-schema" ? faultsOf(event.payload, payload, "the payload") : []),
    ...(event.headers && headers !== undefined ? faultsOf(event.headers, headers, "the headers") : []),
  ];
}

function faultsOf(schema: BundledSchema, value: Json, part: string): readonly string[] {
  const validate = compileSchema(schema);
  return typeof validate === "function" ? validate(value).map(({ message }) => `In ${part}: ${message}`) : [];
}
