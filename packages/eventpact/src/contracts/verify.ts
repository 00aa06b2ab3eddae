import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Memo } from "../cache/memo.ts";
import type { Store } from "../cache/store.ts";
import { sortDiagnostics } from "../check/check-model.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SchemaJudge } from "../judge/judge.ts";
import type { Model } from "../model/types.ts";
import { missingContracts, unverifiedSends } from "./coverage.ts";
import type { DeployedInteraction } from "./deployed-contracts.ts";
import { deployedContracts } from "./deployed-contracts.ts";
import { exchangesOf } from "./exchanges.ts";
import { findingAt, findingInDocument } from "./finding.ts";
import { keepResult } from "./keep-result.ts";
import type { KnownResults } from "./known-results.ts";
import { knownResults } from "./known-results.ts";
import type { Pact, Wanted } from "./pact.ts";
import type { AskedInteraction } from "./provider-run.ts";
import type { PactsRead } from "./read-pacts.ts";
import type { InteractionRecord, ProducerRecord } from "./records.ts";
import { isKept, readRecords, resultOn } from "./records.ts";
import { checkAgainstSchemas, checkRequests } from "./schema-checks.ts";
import type { VerifySettings } from "../config/settings.ts";
import { settingsFor } from "./settings.ts";
import type { Subject } from "./subject.ts";
import { partiesOf, subjectsOf } from "./subject.ts";
import { unjudgedFindings } from "./unjudged.ts";
import { verdictFindings } from "./verdict-findings.ts";
import type { ProviderVerdict } from "./verify-provider.ts";
import { verifyProvider } from "./verify-provider.ts";
import { workingFiles } from "./working-files.ts";
import { whileLocked } from "./written.ts";
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
  /**
   * `kept`: the code as it is answered each of its interactions with a message that matched. `pending`: what of it counts is
   * kept. `schema`: no code was asked, or none sends these events any more.
   */
  readonly status: "kept" | "broken" | "pending" | "unknown" | "schema";
  /** Of what is deployed or released and differs from the contract here: which versions, and where. */
  readonly deployed?: readonly string[];
  /** Why a broker wants it verified; absent for a contract of this repository. */
  readonly wanted?: Wanted;
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
  const { subjects, diagnostics: strange } = lenient(pacts, subjectsOf(model, pacts));
  const exchanges = exchangesOf(model, pacts);
  const { records, diagnostics: strayed } = recordsHere(request);
  const kept = new Set(
    records.flatMap(({ provider, interactions }) =>
      interactions.filter(isKept).map(({ consumer, id }) => `${provider} ${consumer} ${id}`),
    ),
  );
  const isPending = ({ pact, interaction }: Subject): boolean =>
    interaction.pending ||
    pact.wanted?.pending === true ||
    (request.pending && !kept.has(`${pact.provider} ${pact.consumer} ${interaction.id}`));
  const found = [
    ...unreadable,
    ...strange,
    ...strayed,
    ...unjudgedFindings(pacts, subjects, exchanges),
    ...missingContracts(model, subjects, exchanges.requests),
    ...checkAgainstSchemas(model, toldOnce([...subjects, ...exchanges.responses]), judge, memo, isPending),
    ...checkRequests(toldOnce(exchanges.requests), judge, isPending),
  ];
  const nothing = { verdicts: [], diagnostics: [], deployed: [] };
  const {
    verdicts,
    diagnostics: fromCode,
    deployed,
  } = request.code !== "no" ? await askCode(request, subjects, records, isPending) : nothing;
  const upcasters = request.code !== "no" ? await askUpcasters(request) : { verdicts: [], diagnostics: [] };
  return {
    diagnostics: sortDiagnostics([...found, ...fromCode, ...upcasters.diagnostics]),
    pairings: [
      ...pacts.filter((pact) => isJudged(model, pact)).map((pact) => pairingOf(pact, subjects, verdicts)),
      ...deployedPairings(deployed, subjects, verdicts),
    ],
    interactions: subjects.length,
    verdicts,
    upcasters: upcasters.verdicts,
  };
}

/** Whether anything of a contract is held against anything here: what is only told of is no contract that holds. */
const isJudged = (model: Model, pact: Pact): boolean =>
  pact.interactions.length + pact.exchanges.length > 0 && !partiesOf(model, pact).isForeign;

/** What a broker calls pending fails nobody's build, also where its event is not known yet. */
function lenient(
  pacts: readonly Pact[],
  { subjects, diagnostics }: ReturnType<typeof subjectsOf>,
): ReturnType<typeof subjectsOf> {
  const files = new Set(pacts.flatMap(({ file, wanted }) => (wanted?.pending === true ? [file] : [])));
  const told = diagnostics.map((one): Diagnostic =>
    files.has(one.file) && one.severity === "error" ? { ...one, severity: "warning" } : one,
  );
  return { subjects, diagnostics: told };
}

/** An interaction of several versions of a contract is a finding once: at the first, which is the one that counts most. */
function toldOnce(subjects: readonly Subject[]): readonly Subject[] {
  const keyOf = ({ pact, interaction, event }: Subject): string =>
    `${pact.provider} ${pact.consumer} ${interaction.id} ${event.key}`;
  return [...new Map(subjects.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

/** The records of the repository, where they are to be believed; what is wrong with them is told either way. */
function recordsHere({ root, settings, useRecords }: VerifyRequest): {
  readonly records: readonly ProducerRecord[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const { records, faults } = readRecords(join(root, settings.contracts));
  const hint = "Take the file from the commit that wrote it, or remove it and run eventpact verify --record.";
  const diagnostics = faults.map(({ file, span, message }) =>
    findingAt("verification-unreadable", `${settings.contracts}/${file}`, span, { message, hint }),
  );
  return { records: useRecords ? records : [], diagnostics };
}

const askUpcasters = ({ code, providers, ...request }: VerifyRequest): ReturnType<typeof verifyUpcasters> =>
  verifyUpcasters({ ...request, runs: code === "run", services: providers });

async function askCode(
  request: VerifyRequest,
  subjects: readonly Subject[],
  records: readonly ProducerRecord[],
  isPending: (subject: Subject) => boolean,
): Promise<{
  readonly verdicts: readonly ProviderVerdict[];
  readonly diagnostics: readonly Diagnostic[];
  readonly deployed: readonly DeployedInteraction[];
}> {
  const { root, model, settings, store, env, judge } = request;
  const senders = model.services.filter(
    ({ name, sends }) => sends.length > 0 && (request.providers.length === 0 || request.providers.includes(name)),
  );
  const without = senders.filter(({ name }) => settingsFor(settings, name) === undefined);
  const { deployed, diagnostics: unreadable } = deployedContracts(root, settings.contracts);
  const files = workingFiles(root);
  const known = knownResults(root, records, store);
  const questions = senders.flatMap(({ name }) => {
    const how = settingsFor(settings, name);
    if (how === undefined) return [];
    const common = { root, model, provider: name, files, known, env, runs: request.code === "run" };
    const asked = askedOf(model, name, subjects, deployed);
    const bound = [model.folder, settings.contracts, "eventpact.yaml", "eventpact.yml"];
    return [{ ...common, settings: how, asked, policy: judge.settings.policy, bound }];
  });
  const verdicts = await inParallel(questions, verifyProvider);
  if (request.record) await keepResults(join(root, settings.contracts), settings.contracts, verdicts, known);
  const isHere = areHere(subjects);
  const diagnostics = verdicts.flatMap(({ record, provider, diagnostics: broken }) => {
    if (record === undefined) return broken;
    const mine = toldOnce(subjects).filter(({ pact }) => pact.provider === provider);
    const there = deployed.filter((one) => one.provider === provider && !isHere(one));
    return [...broken, ...verdictFindings(model, record, mine, there, isPending)];
  });
  const asked = new Set(
    verdicts.flatMap(({ record, provider, isOpen, isUnasked }) =>
      record === undefined || isOpen === true || isUnasked === true ? [] : [provider],
    ),
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
    deployed,
    diagnostics: [...unreadable, ...diagnostics, ...unasked, ...unverifiedSends(model, asked, seenSends(verdicts))],
  };
}

/**
 * What a producer's code is asked about: the interactions here, and those of every contract that an environment names. Events
 * that it sends no longer are held by the schemas alone.
 */
function askedOf(
  model: Model,
  provider: string,
  subjects: readonly Subject[],
  deployed: readonly DeployedInteraction[],
): readonly AskedInteraction[] {
  const sends = (key: string): boolean =>
    model.events.some((event) => event.key === key && event.senders.includes(provider));
  const here = subjects
    .filter(({ pact, event }) => pact.provider === provider && sends(event.key))
    .map(({ pact: { consumer, specification }, event, interaction: { id, description, states, whole } }) => ({
      consumer,
      id,
      event: event.key,
      description,
      states,
      whole,
      specification,
    }));
  const there = deployed.filter((one) => one.provider === provider && sends(one.event));
  return [...new Map([...there, ...here].map((one) => [`${one.consumer} ${one.id} ${one.event}`, one])).values()];
}

async function keepResults(
  folder: string,
  shown: string,
  verdicts: readonly ProviderVerdict[],
  known: KnownResults,
): Promise<void> {
  await whileLocked(folder, () => {
    for (const { record } of verdicts) if (record !== undefined) keepResult(folder, shown, record, known);
  });
}

/** Events that a producer's verification has seen coming out of the code. */
const seenSends = (verdicts: readonly ProviderVerdict[]): ReadonlySet<string> =>
  new Set(verdicts.flatMap(({ provider, record }) => (record?.sends ?? []).map(({ event }) => `${provider} ${event}`)));

/** Which of the deployed interactions are asked for here, too. */
function areHere(subjects: readonly Subject[]): (one: DeployedInteraction) => boolean {
  const here = new Set(
    subjects.map(({ pact, interaction, event }) => `${interaction.id} ${event.key} ${pact.consumer}`),
  );
  return ({ id, event, consumer }) => here.has(`${id} ${event} ${consumer}`);
}

function pairingOf(pact: Pact, subjects: readonly Subject[], verdicts: readonly ProviderVerdict[]): Pairing {
  const mine = subjects.filter((subject) => subject.pact === pact);
  const verdict = verdicts.find(({ provider }) => provider === pact.provider);
  const sent = mine.filter(({ event }) => event.senders.includes(pact.provider));
  const results = sent.map(({ interaction, event }) => ({
    pending: interaction.pending || pact.wanted?.pending === true,
    found: resultOn(verdict?.record, pact.consumer, { id: interaction.id, event: event.key }),
  }));
  return {
    consumer: pact.consumer,
    provider: pact.provider,
    pact: pact.hash,
    ...(verdict?.record ? { producer: verdict.record.producer } : {}),
    ...(pact.wanted === undefined ? {} : { wanted: pact.wanted }),
    interactions: mine.length,
    status: verdict === undefined || sent.length === 0 ? "schema" : statusOf(results),
  };
}

interface Result {
  readonly pending: boolean;
  readonly found: InteractionRecord | undefined;
}

function statusOf(results: readonly Result[]): Pairing["status"] {
  if (results.some(({ found }) => found?.result === "broken")) return "broken";
  const counted = results.filter(({ pending }) => !pending);
  if (!counted.every(({ found }) => isKept(found))) return "unknown";
  return counted.length < results.length ? "pending" : "kept";
}

/** Contracts of what runs somewhere, as far as they ask for other things than those here. */
function deployedPairings(
  deployed: readonly DeployedInteraction[],
  subjects: readonly Subject[],
  verdicts: readonly ProviderVerdict[],
): readonly Pairing[] {
  const isHere = areHere(subjects);
  const others = deployed.filter((one) => !isHere(one));
  const groups = Map.groupBy(others, ({ pact, consumer, provider }) => `${provider} ${consumer} ${pact}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    const record = verdicts.find(({ provider }) => provider === first?.provider)?.record;
    if (first === undefined || !verdicts.some(({ provider }) => provider === first.provider)) return [];
    const results = group.map((one) => ({
      pending: one.whole["pending"] === true,
      found: resultOn(record, one.consumer, one),
    }));
    const { consumer, provider, pact } = first;
    const versions = [...new Set(group.flatMap((one) => one.versions))];
    return [{ consumer, provider, pact, interactions: group.length, status: statusOf(results), deployed: versions }];
  });
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
