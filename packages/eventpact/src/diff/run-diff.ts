import type { PolicyName } from "@eventpact/compat";
import type { Memo } from "../cache/memo.ts";
import { noMemo } from "../cache/memo.ts";
import type { CompatibilitySettings, DeploySettings } from "../config/settings.ts";
import { readPacts } from "../contracts/read-pacts.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { judgeOf } from "../judge/judge.ts";
import { judgeSettings } from "../judge/settings.ts";
import { spanAt } from "../read/sources.ts";
import { applyApprovals, readApprovals } from "./approvals.ts";
import type { ModelComparison } from "./compare-models.ts";
import { compareModels } from "./compare-models.ts";
import type { Reliance } from "./contracts.ts";
import { reliances } from "./contracts.ts";
import { fingerprintOf, joined } from "./draft.ts";
import type { EventSettings } from "./events.ts";
import { gapsBetween, withoutJudged } from "./gaps.ts";
import { historyDrafts } from "./history.ts";
import type { JoinedDraft } from "./joined-changes.ts";
import { joinConsumers } from "./joined-changes.ts";
import type { DiffReport } from "./report.ts";
import { sortChanges, verdictOf } from "./report.ts";
import { judging } from "./settings-then.ts";
import { sharedChanges } from "./shared-changes.ts";
import { settleRetired } from "./retired.ts";
import type { Side } from "./side.ts";
import type { Change, EventVerdict, DraftPlace, Location } from "./types.ts";
import { unusedFields } from "./unused-fields.ts";
import type { World } from "./worlds.ts";
import { readWorld } from "./worlds.ts";

export interface DiffRequest {
  /** The absolute project root, and the folder of documents in it. */
  readonly root: string;
  readonly folder: string;
  readonly older: Side;
  readonly newer: Side;
  readonly settings: CompatibilitySettings;
  /** A policy that was asked for in this run, whatever the settings of either side say. */
  readonly policy?: PolicyName;
  /** An ISO day, for approvals. */
  readonly today: string;
  readonly memo: Memo;
  /** For what the records of deployments know, and how readers read. */
  readonly deploy: DeploySettings;
}

export type DiffOutcome = Omit<DiffReport, "version" | "folder" | "milliseconds">;

/** Reads both sides, compares them, joins the changes with the contracts of the newer side, and applies its approvals. */
export async function runDiff(request: DiffRequest): Promise<DiffOutcome> {
  const { folder, settings, memo } = request;
  const newer = await readWorld(request.newer, folder, memo);
  const older = await readWorld(request.older, folder, memo);
  const { pacts, diagnostics: unreadPacts } = await readPacts(newer.side.fileSystem, settings.contracts);
  const judgedBy = await judging(older.side, newer.side, settings, request.policy);
  const { policy, writtenKeys } = judgedBy;
  const judge = judgeOf(judgeSettings({ policy, writtenKeys }, pacts), noMemo);
  const rules: EventSettings = { modes: judgedBy.modes, judge, deploy: request.deploy, shared: sharedChanges() };
  const gaps = gapsBetween(older, newer);
  const comparison = gaps.isComparable ? compareModels(older.model, newer.model, rules) : nothingCompared;
  const history = await historyDrafts(request.root, older, newer, comparison.pairs, rules, memo);
  const untold = withoutJudged(gaps.drafts, comparison.pairs, comparison.drafts);
  const about = gaps.isComparable ? reliances(pacts, older.model, newer.model) : new Map<string, readonly Reliance[]>();
  const receivers = new Map([
    ...older.model.events.map(({ key, receivers }) => [key, receivers] as const),
    ...comparison.pairs.map((pair) => [pair.newer.key, pair.older.receivers] as const),
  ]);
  const drafts = joined([...comparison.drafts, ...history.drafts]);
  const receiversOf = (key: string): readonly string[] => receivers.get(key) ?? [];
  const { readers } = request.deploy;
  const consumers = joinConsumers({ ...comparison, drafts }, about, receiversOf, pacts, judge, readers);
  const found = [...[...judgedBy.drafts, ...untold].map((one) => ({ ...one, consumers: [] })), ...consumers];
  const told = await settleRetired(
    found.map((one) => located(one, older, newer)),
    older.model,
    request,
  );
  const changes = sortChanges(told);
  const approvals = readApprovals(settings.approvals, await newer.side.fileSystem.read(settings.approvals));
  const applied = applyApprovals(changes, approvals, request.today);
  const changed = new Set(changes.flatMap(({ events }) => events));
  return {
    older: nameOf(older.side),
    newer: nameOf(newer.side),
    policy,
    checked: {
      events: newer.model.events.length,
      changedEvents: changed.size,
      operations: newer.model.operations.length,
      topics: newer.model.topics.length,
      contracts: pacts.length,
    },
    verdict: verdictOf(applied.changes),
    changes: applied.changes,
    verdicts: comparison.verdicts,
    unusedFields: unusedFields(newer.model, about, changed),
    findings: applied.findings.map((finding): Diagnostic => ({ ...finding, file: newer.side.shown(finding.file) })),
    notes: [
      ...gaps.notes,
      ...history.notes,
      ...comparison.verdicts.flatMap(verdictNotes),
      ...unreadPacts.map(
        ({ file, message }) => `${file} is not read: ${message} Whom a change breaks by it is not known.`,
      ),
      ...(await newlyAccepted(applied.changes, older.side, settings.approvals)),
    ],
  };
}

/** A change that brings its own approval is accepted, but not in silence. */
async function newlyAccepted(
  changes: readonly Change[],
  { fileSystem }: Side,
  file: string,
): Promise<readonly string[]> {
  const accepted = changes.filter(({ approval }) => approval !== undefined);
  if (accepted.length === 0) return [];
  const earlier = readApprovals(file, await fileSystem.read(file)).entries.map(({ change }) => change);
  const fresh = accepted
    .filter(({ fingerprint }) => !earlier.includes(fingerprint))
    .map(({ fingerprint }) => fingerprint);
  return fresh.length === 0 ? [] : [`Accepted by approvals that are new in this change: ${fresh.join(", ")}.`];
}

const verdictNotes = ({ event, notes = [] }: EventVerdict): readonly string[] =>
  notes.map((note) => `${event}: ${note}`);

const nothingCompared: ModelComparison = { drafts: [], verdicts: [], pairs: [] };

function nameOf({ kind, label, commit }: Side): DiffReport["older"] {
  return { kind, label, ...(commit === undefined ? {} : { commit }) };
}

function located(one: JoinedDraft, older: World, newer: World): Change {
  const { identity: _identity, fields: _fields, older: was, newer: is, witness, ...rest } = one;
  const shown = witness && {
    ...witness,
    place: locationOf(witness.direction === "backward" ? newer : older, witness.place),
  };
  return {
    ...withoutUndefined(rest),
    ...(was ? { older: locationOf(older, was) } : {}),
    ...(is ? { newer: locationOf(newer, is) } : {}),
    ...(shown ? { witness: shown } : {}),
    fingerprint: fingerprintOf(one),
  };
}

function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T;
}

function locationOf({ model, side }: World, place: DraftPlace): Location {
  return { file: side.shown(place.file), ...(place.span ?? spanAt(model.sources, place, place.part)) };
}
