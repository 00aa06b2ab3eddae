import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Memo } from "../cache/memo.ts";
import type { Store } from "../cache/store.ts";
import { sortDiagnostics } from "../check/check-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { Model } from "../model/types.ts";
import { missingContracts, unverifiedSends } from "./coverage.ts";
import { findingInDocument } from "./finding.ts";
import type { Pact } from "./pact.ts";
import type { PactsRead } from "./read-pacts.ts";
import type { ProducerRecord } from "./records.ts";
import { readRecords, writeRecord } from "./records.ts";
import { checkAgainstSchemas } from "./schema-checks.ts";
import type { VerifySettings } from "../config/settings.ts";
import { settingsFor } from "./settings.ts";
import type { Subject } from "./subject.ts";
import { subjectsOf } from "./subject.ts";
import { verdictFindings } from "./verdict-findings.ts";
import type { ProviderVerdict } from "./verify-provider.ts";
import { verifyProvider } from "./verify-provider.ts";
import type { UpcasterVerdict } from "../upcasters/verify-upcasters.ts";
import { verifyUpcasters } from "../upcasters/verify-upcasters.ts";

export interface VerifyRequest {
  /** The absolute project root. */
  readonly root: string;
  readonly model: Model;
  readonly settings: VerifySettings;
  readonly store: Store;
  readonly pacts: PactsRead;
  readonly judge: SchemaJudge;
  readonly memo: Memo;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `run`: the producers' code, where no result is known; `known`: go by what is known; `no`: by schemas only. */
  readonly code: "run" | "known" | "no";
  /** Only these producers; empty: all. */
  readonly providers: readonly string[];
  /** A contract that this producer never kept before is a warning. */
  readonly pending: boolean;
  /** Keep the results in the contracts folder. */
  readonly record: boolean;
  /** Believe the results that are kept there. */
  readonly useRecords: boolean;
}

/** A contract and how it stands with the producer's code. */
export interface Pairing {
  readonly consumer: string;
  readonly provider: string;
  readonly pact: string;
  readonly producer?: string;
  readonly interactions: number;
  /** `schema`: no code was asked, or none sends these events any more. */
  readonly status: "kept" | "broken" | "unknown" | "schema";
}

export interface Verified {
  readonly diagnostics: readonly Diagnostic[];
  readonly pairings: readonly Pairing[];
  readonly interactions: number;
  readonly verdicts: readonly ProviderVerdict[];
  /** One per service that has upcasters. */
  readonly upcasters: readonly UpcasterVerdict[];
}

/** Holds every contract against the documents, the schemas and the producers' code. */
export async function verify(request: VerifyRequest): Promise<Verified> {
  const { model, judge, memo } = request;
  const { pacts, diagnostics: unreadable } = request.pacts;
  const { subjects, diagnostics: strange } = subjectsOf(model, pacts);
  const found = [
    ...unreadable,
    ...strange,
    ...missingContracts(model, subjects),
    ...checkAgainstSchemas(model, subjects, judge, memo),
  ];
  const { verdicts, diagnostics: fromCode } =
    request.code !== "no" ? await askCode(request, pacts, subjects) : { verdicts: [], diagnostics: [] };
  const upcasters = request.code !== "no" ? await askUpcasters(request) : { verdicts: [], diagnostics: [] };
  return {
    diagnostics: sortDiagnostics([...found, ...fromCode, ...upcasters.diagnostics]),
    pairings: pacts.map((pact) => pairingOf(pact, subjects, verdicts)),
    interactions: subjects.length,
    verdicts,
    upcasters: upcasters.verdicts,
  };
}

const askUpcasters = ({ code, providers, ...request }: VerifyRequest): ReturnType<typeof verifyUpcasters> =>
  verifyUpcasters({ ...request, runs: code === "run", services: providers });

async function askCode(
  request: VerifyRequest,
  pacts: readonly Pact[],
  subjects: readonly Subject[],
): Promise<{ readonly verdicts: readonly ProviderVerdict[]; readonly diagnostics: readonly Diagnostic[] }> {
  const { root, model, settings, store, env } = request;
  const senders = model.services.filter(
    ({ name, sends }) => sends.length > 0 && (request.providers.length === 0 || request.providers.includes(name)),
  );
  const without = senders.filter(({ name }) => settingsFor(settings, name) === undefined);
  const records = readRecords(join(root, settings.contracts));
  const questions = senders.flatMap(({ name }) => {
    const how = settingsFor(settings, name);
    const mine = pacts.filter(({ provider }) => provider === name);
    const common = { root, model, provider: name, pacts: mine, subjects, store, env, runs: request.code === "run" };
    return how === undefined
      ? []
      : [
          {
            ...common,
            settings: how,
            records: request.useRecords ? records.filter(({ provider }) => provider === name) : [],
          },
        ];
  });
  const verdicts = await inParallel(questions, verifyProvider);
  const isPending = (pact: Pact): boolean => request.pending && !wasKept(pact, records);
  const diagnostics = verdicts.flatMap(({ record, provider, diagnostics: broken }) => {
    if (record === undefined) return broken;
    if (request.record) writeRecord(join(root, settings.contracts), record);
    const mine = pacts.filter((pact) => pact.provider === provider);
    return [...broken, ...verdictFindings(model, record, mine, subjects, isPending)];
  });
  const asked = new Set(
    verdicts.flatMap(({ record, provider, isOpen }) => (record === undefined || isOpen === true ? [] : [provider])),
  );
  const unasked = without.map(({ name, file }) =>
    findingInDocument(
      model,
      "provider-unverified",
      { file, pointer: "/info/title" },
      {
        message: `Nothing says how to verify ${name}: its contracts are held against its schemas only.`,
        hint: "verify: { provider: { command, sources } } in eventpact.yaml.",
      },
    ),
  );
  return {
    verdicts,
    diagnostics: [...diagnostics, ...unasked, ...unverifiedSends(model, asked, seenSends(verdicts, pacts, subjects))],
  };
}

const wasKept = (pact: Pact, records: readonly ProducerRecord[]): boolean =>
  records.some(
    ({ provider, contracts }) =>
      provider === pact.provider && contracts.some((one) => one.pact === pact.hash && one.ok),
  );

/** `service event`, for what a producer's verification reported or, where it reports nothing, was asked about. */
function seenSends(
  verdicts: readonly ProviderVerdict[],
  pacts: readonly Pact[],
  subjects: readonly Subject[],
): ReadonlySet<string> {
  const seen = verdicts.flatMap(({ provider, record }) => {
    if (record === undefined) return [];
    if (record.sends.length > 0) return record.sends.map(({ event }) => `${provider} ${event}`);
    const asked = pacts.filter((pact) => record.contracts.some((one) => one.pact === pact.hash));
    return subjects.filter(({ pact }) => asked.includes(pact)).map(({ event }) => `${provider} ${event.key}`);
  });
  return new Set(seen);
}

function pairingOf(pact: Pact, subjects: readonly Subject[], verdicts: readonly ProviderVerdict[]): Pairing {
  const mine = subjects.filter((subject) => subject.pact === pact);
  const verdict = verdicts.find(({ provider }) => provider === pact.provider);
  const contract = verdict?.record?.contracts.find((one) => one.pact === pact.hash);
  const isSent = mine.some(({ event }) => event.senders.includes(pact.provider));
  const told = contract === undefined ? "unknown" : contract.ok ? "kept" : "broken";
  return {
    consumer: pact.consumer,
    provider: pact.provider,
    pact: pact.hash,
    ...(verdict?.record ? { producer: verdict.record.producer } : {}),
    interactions: mine.length,
    status: verdict === undefined || !isSent ? "schema" : told,
  };
}

async function inParallel<In, Out>(inputs: readonly In[], work: (input: In) => Promise<Out>): Promise<readonly Out[]> {
  const results: Out[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < inputs.length; index = next++) results[index] = await work(inputs[index] as In);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(4, availableParallelism())) }, lane));
  return results;
}
