import type { Mode, PolicyName, Verdict } from "@eventpact/compat";
import { noMemo } from "../../src/cache/memo.ts";
import { checkAgainstSchemas } from "../../src/contracts/schema-checks.ts";
import { subjectsOf } from "../../src/contracts/subject.ts";
import { canIDeploy } from "../../src/deploy/can-i-deploy.ts";
import { contentsOf } from "../../src/deploy/contents.ts";
import type { Judge } from "../../src/deploy/matrix.ts";
import { planFor } from "../../src/deploy/plan.ts";
import { rollOutOf } from "../../src/deploy/roll-out.ts";
import type { Verdict as Answer } from "../../src/deploy/reading.ts";
import type { Placed, World } from "../../src/deploy/world.ts";
import { changeDiagnostics } from "../../src/diff/diagnostics.ts";
import type { DiffOutcome } from "../../src/diff/run-diff.ts";
import { runDiff } from "../../src/diff/run-diff.ts";
import type { Side } from "../../src/diff/side.ts";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { Project } from "../../src/project/project.ts";
import type { Json } from "../../src/read/json.ts";
import { eventChanges } from "../../src/site/facts/changelog.ts";
import { versionStep } from "../../src/site/facts/versions.ts";
import { memoryFileSystem } from "../support/memory-file-system.ts";
import { projectIn } from "../support/projects.ts";

/** A change of what `orders` sends and `billing` receives, and the settings that judge it. */
export interface Change {
  readonly older: Json;
  readonly newer: Json;
  /** What the event's example writes of `data`, on both sides. */
  readonly example?: Json;
  readonly policy: PolicyName;
  readonly mode: Mode;
  readonly readers: "validate" | "contract";
  /** What billing's contract needs of `data`: example values, matched by type. */
  readonly needs?: Readonly<Record<string, Json>>;
}

/** What must be there: a room that has no answer disagrees. */
function sure<T>(found: T | undefined): T {
  if (found === undefined) throw new Error("A room has no answer.");
  return found;
}

/** What one room answers to "do new readers read old events, and old readers new ones?". */
export interface Directions {
  readonly backward: Verdict;
  readonly forward: Verdict;
}

export const EVENT = "OrderPlaced.v1";

/** The same change, asked in every room by its own functions. */
export interface Answers {
  readonly diff: DiffOutcome;
  readonly check: readonly Diagnostic[];
  /** `verify`: whether the newer schema guarantees what the contract needs. */
  readonly verify: readonly Diagnostic[];
  readonly docs: Directions;
  /** As two versions side by side. */
  readonly docsOfVersions: Directions;
  /** `can-i-deploy --service`: billing against the events of orders as deployed, and orders against billing as deployed. */
  readonly rows: { readonly backward: Answer; readonly forward: Answer };
  /** What the new billing may still meet in the topic. */
  readonly retained: Answer;
  readonly plan: { readonly backward: Answer; readonly forward: Answer } | undefined;
  /** `can-i-deploy --dry-run-change`. */
  readonly dryRun: Answer;
}

const DAY = 86_400_000;
const now = Date.parse("2026-06-01");

export async function ask(change: Change): Promise<Answers> {
  const [older, newer] = [projectOf(change, change.older), projectOf(change, change.newer)];
  const judge = await judgeIn(newer);
  const [deployed, target] = [await placedIn(older, "1"), await placedIn(newer, "2")];
  const world: World = { name: "production", present: deployed, past: [] };
  const [orders, billing] = target as [Placed, Placed];
  const diff = await diffOf(older, newer);
  const step = await siteOf(older, newer);
  const ofBilling = canIDeploy(billing, world, judge, now);
  const ofOrders = canIDeploy(orders, world, judge, now);
  return {
    diff,
    verify: await verifyIn(newer),
    check: changeDiagnostics(diff.changes, "asyncapi", "contracts/approvals.yaml"),
    ...step,
    rows: {
      backward: rowBetween(ofBilling, "1", "2"),
      forward: rowBetween(ofOrders, "2", "1"),
    },
    retained: sure(ofBilling.retained.find(({ event }) => event === EVENT)).can,
    plan: planFor(target, world, judge, now).migrations.find(({ event }) => event === EVENT)?.verdicts,
    dryRun: rollOutOf(target, world, judge, now).verdict,
  };
}

const rowBetween = ({ rows }: ReturnType<typeof canIDeploy>, writer: string, reader: string): Answer =>
  sure(rows.find(({ provider, consumer }) => provider.version === writer && consumer.version === reader)).verdict;

function projectOf(change: Change, data: Json): Project {
  const settings = {
    compatibility: { policy: change.policy, mode: change.mode },
    deploy: { readers: change.readers },
  };
  return projectIn(memoryFileSystem(filesOf(change, data)), { settings });
}

function filesOf({ needs, example }: Change, data: Json): Record<string, string> {
  const payload = {
    type: "object",
    required: ["eventType", "version", "data"],
    properties: { eventType: { const: "OrderPlaced" }, version: { const: 1 }, data },
  };
  const shown = { eventType: "OrderPlaced", version: 1, data: example ?? {} };
  const message = { name: EVENT, payload, ...(example === undefined ? {} : { examples: [{ payload: shown }] }) };
  const topic = { "retention.ms": 10 * DAY, "cleanup.policy": ["delete"] };
  const document = (title: string, action: string): Json => ({
    asyncapi: "3.0.0",
    info: { title, version: "1.0.0" },
    channels: {
      orders: {
        address: "orders",
        messages: { [EVENT]: { $ref: "event.yaml" } },
        bindings: { kafka: { topic: "orders", topicConfiguration: topic } },
      },
    },
    operations: { [`${action}Orders`]: { action, channel: { $ref: "#/channels/orders" } } },
  });
  const files: Record<string, Json> = {
    "asyncapi/orders.yaml": document("orders", "send"),
    "asyncapi/billing.yaml": document("billing", "receive"),
    "asyncapi/event.yaml": message as Json,
    ...(needs === undefined ? {} : { "contracts/pacts/billing-orders.json": pactOf(needs) }),
  };
  return Object.fromEntries(Object.entries(files).map(([name, value]) => [name, JSON.stringify(value)]));
}

const pactOf = (needs: Readonly<Record<string, Json>>): Json => ({
  consumer: { name: "billing" },
  provider: { name: "orders" },
  interactions: [
    {
      type: "Asynchronous/Messages",
      description: EVENT,
      comments: { references: { AsyncAPI: { message: EVENT } } },
      contents: { content: { eventType: "OrderPlaced", version: 1, data: needs }, contentType: "application/json" },
      matchingRules: {
        body: Object.fromEntries(
          Object.keys(needs).map((name) => [`$.data.${name}`, { combine: "AND", matchers: [{ match: "type" }] }]),
        ),
      },
    },
  ],
});

/** The services of a project as deployed; that their code keeps contracts is not asked here. */
async function placedIn(project: Project, version: string): Promise<readonly Placed[]> {
  const model = await project.model();
  const { subjects } = subjectsOf(model, (await project.pacts()).pacts);
  return ["orders", "billing"].map((service) => ({
    service,
    version,
    kind: version === "1" ? "deployed" : "candidate",
    since: now - 30 * DAY,
    code: `${service} ${version}`,
    producer: `${service} ${version}`,
    contents: contentsOf(model, subjects, service).contents,
  }));
}

/** As `eventpact can-i-deploy` judges; every producer's code is known to say what its schema says. */
async function judgeIn(project: Project): Promise<Judge> {
  return {
    settings: project.settings.deploy,
    schemas: await project.judge(),
    memo: noMemo,
    recordOf: (provider, producer) => ({
      format: 2,
      provider,
      producer,
      code: producer,
      sends: [{ event: EVENT, ok: true }],
      interactions: [],
    }),
    upcastersOf: () => undefined,
  };
}

async function verifyIn(project: Project): Promise<readonly Diagnostic[]> {
  const model = await project.model();
  const { subjects } = subjectsOf(model, (await project.pacts()).pacts);
  return checkAgainstSchemas(model, subjects, await project.judge(), noMemo, () => false).filter(
    ({ code }) => code !== "pact-example-invalid",
  );
}

function diffOf(older: Project, newer: Project): Promise<DiffOutcome> {
  const side = (label: string, { fileSystem }: Project): Side => ({
    kind: "folder",
    label,
    fileSystem,
    shown: (file) => `${label}/${file}`,
    close: () => undefined,
  });
  const { compatibility: settings, deploy } = newer.settings;
  const sides = { older: side("old", older), newer: side("new", newer) };
  return runDiff({ root: "/", folder: "asyncapi", ...sides, settings, deploy, today: "2026-06-01", memo: noMemo });
}

async function siteOf(older: Project, newer: Project): Promise<Pick<Answers, "docs" | "docsOfVersions">> {
  const [before, after, judge] = [await older.model(), await newer.model(), await newer.judge()];
  const [change] = eventChanges(before, after, judge);
  const [was, is] = [sure(before.events[0]), sure(after.events[0])];
  const { comparison } = versionStep(was, { ...is, version: 2 }, judge);
  const same = { backward: "compatible", forward: "compatible" } as const;
  const told = change?.kind === "changed" ? change : same;
  return {
    // A change that is proved to mean the same is no news, and one of words alone has no verdict.
    docs: { backward: told.backward ?? "compatible", forward: told.forward ?? "compatible" },
    docsOfVersions: { backward: sure(comparison).backward.verdict, forward: sure(comparison).forward.verdict },
  };
}
