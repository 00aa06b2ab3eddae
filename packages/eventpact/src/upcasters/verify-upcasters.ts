import { join } from "node:path";
import type { PolicyName } from "@eventpact/compat";
import type { Store } from "../cache/store.ts";
import type { VerifySettings } from "../config/settings.ts";
import { workingFiles } from "../contracts/working-files.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { Model, Service } from "../model/types.ts";
import type { Json } from "../read/json.ts";
import { upcasterCodes } from "./codes.ts";
import { faultsOf, unloadable } from "./faults.ts";
import { isUpcasterRecord, readUpcasterRecords, writeUpcasterRecord } from "./records.ts";
import type { UpcasterState } from "./state.ts";
import { upcasterState } from "./state.ts";
import { runTrial } from "./trial.ts";
import type { TrialEvent, UpcasterFault, UpcasterRecord } from "./types.ts";

export interface UpcasterQuestion {
  readonly root: string;
  readonly model: Model;
  readonly judge: Pick<SchemaJudge, "settings">;
  readonly settings: VerifySettings;
  readonly store: Store;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Load the code where no result is known; otherwise what is not known stays open. */
  readonly runs: boolean;
  /** Only these services; empty: all. */
  readonly services: readonly string[];
  /** Keep the results in the contracts folder. */
  readonly record: boolean;
  /** Believe the results that are kept there. */
  readonly useRecords: boolean;
}

export interface UpcasterVerdict {
  readonly consumer: string;
  /** Absent where nothing is known. */
  readonly record?: UpcasterRecord;
  /** Why they could not be tried. Not remembered: it may lie in the machine. */
  readonly problem?: UpcasterFault;
  /** Nothing was run. */
  readonly remembered: boolean;
  readonly milliseconds: number;
}

/** How long one answer of an upcaster may take, a thousand times what any needs; never more than a twelfth of all the time. */
const MOST_ANSWER_MS = 5_000;

/** By which name a run without `--record` leaves a result in the cache. */
export const upcasterKey = (consumer: string, hash: string): string => JSON.stringify(["upcasters", consumer, hash]);

/** Tries the upcasters of every service that has some and whose results, for them as they are now, are not known. */
export async function verifyUpcasters(
  question: UpcasterQuestion,
): Promise<{ readonly verdicts: readonly UpcasterVerdict[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { root, model, judge, settings, services, useRecords } = question;
  const records = useRecords ? readUpcasterRecords(join(root, settings.contracts)) : [];
  const verdicts: UpcasterVerdict[] = [];
  const files = workingFiles(root);
  for (const service of model.services) {
    if (services.length > 0 && !services.includes(service.name)) continue;
    const state = upcasterState(root, model, settings, service.name, judge.settings.policy, files);
    // One after the other: each takes a second, and the producers' verification the rest of the machine.
    if (state !== undefined) verdicts.push(await verdictOn(question, service, state, records));
  }
  const faults = verdicts.flatMap(({ record, problem }) => [...(record?.faults ?? []), ...(problem ? [problem] : [])]);
  return { verdicts, diagnostics: faults.map(diagnosticOf) };
}

async function verdictOn(
  question: UpcasterQuestion,
  service: Service,
  state: UpcasterState,
  records: readonly UpcasterRecord[],
): Promise<UpcasterVerdict> {
  const started = performance.now();
  const { root, settings, store, runs } = question;
  const consumer = service.name;
  const key = upcasterKey(consumer, state.hash);
  const stored = store.get(key) as Json | undefined;
  const kept = records.find((one) => one.consumer === consumer && one.upcasters === state.hash);
  const known = kept ?? (isUpcasterRecord(stored) ? (stored as unknown as UpcasterRecord) : undefined);
  const verdict = (rest: Partial<UpcasterVerdict>): UpcasterVerdict => ({
    consumer,
    remembered: false,
    ...rest,
    milliseconds: performance.now() - started,
  });
  const keep = (record: UpcasterRecord): void =>
    question.record ? writeUpcasterRecord(join(root, settings.contracts), record) : undefined;
  if (known !== undefined) {
    keep(known);
    return verdict({ record: known, remembered: true });
  }
  if (!runs) return verdict({ remembered: true });
  const found = await triedAnew(question, service, state);
  if ("message" in found) return verdict({ problem: found });
  store.put(key, found);
  keep(found);
  return verdict({ record: found });
}

async function triedAnew(
  { root, model, judge, settings, env }: UpcasterQuestion,
  service: Service,
  { module, hash }: UpcasterState,
): Promise<UpcasterRecord | UpcasterFault> {
  const timeoutSeconds = settings.upcasters?.timeoutSeconds ?? 300;
  const answerMs = Math.ceil(Math.min(MOST_ANSWER_MS, (timeoutSeconds * 1000) / 12));
  const request = {
    module: join(root, module),
    service: service.name,
    events: eventsOf(model, judge.settings.policy),
    answerMs,
  };
  const report = await runTrial(request, { root, env, timeoutSeconds });
  const subject = { root, model, service, module };
  if (report.problem !== undefined) return unloadable(subject, report.problem, report.place);
  const tried = report.upcasters.map(({ from, to, instances }) => ({ from, to, instances }));
  return {
    format: 1,
    consumer: service.name,
    upcasters: hash,
    tried: tried.toSorted((a, b) => (`${a.from} ${a.to}` < `${b.from} ${b.to}` ? -1 : 1)),
    faults: faultsOf(subject, report),
  };
}

/** What can be tried: events in an envelope that a JSON Schema describes. */
function eventsOf(model: Model, policy: PolicyName): Readonly<Record<string, TrialEvent>> {
  return Object.fromEntries(
    model.events.flatMap(({ key, eventType, version, enveloped, payload }) =>
      payload.kind === "json-schema" && enveloped && version !== undefined
        ? [[key, { eventType, version, schema: payload.schema, dialect: payload.dialect, policy }]]
        : [],
    ),
  );
}

function diagnosticOf({ code, message, hint, file, line, column }: UpcasterFault): Diagnostic {
  const severity = upcasterCodes.find((one) => one.code === code)?.severity ?? "error";
  const span = { line, column, endLine: line, endColumn: column + 1 };
  return { code, severity, file, ...span, message, ...(hint === undefined ? {} : { hint }) };
}

/** Whether a fault keeps a service from being deployed. */
export const isError = ({ code }: UpcasterFault): boolean =>
  upcasterCodes.find((one) => one.code === code)?.severity === "error";
