import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { paintFor } from "../compat/terminal.ts";
import { brokerFor, deployOptions, environmentFor, listOf, sessionFor, textOf, versionOf } from "../deploy/command.ts";
import type { Answer } from "../deploy/can-i-deploy.ts";
import type { Source } from "../deploy/candidate.ts";
import type { ToldAnswer } from "../deploy/told.ts";
import type { BrokerAnswer } from "../deploy/broker/ask.ts";
import type { Plan } from "../deploy/plan.ts";
import type { Verdict } from "../deploy/reading.ts";
import type { RollOut } from "../deploy/roll-out.ts";
import type { Session } from "../deploy/session.ts";
import type { Placed, World } from "../deploy/world.ts";

export const summary = "May this version of a service go to that environment?";

export const usage = `
Usage: eventpact can-i-deploy --service <name> --to <environment> [--version <version>] [flags]
       eventpact can-i-deploy --here --service <name> --to <environment> [flags]
       eventpact can-i-deploy --dry-run-change --to <environment> [flags]

Holds a version against everything that is deployed or released in the environment (contracts/environments/), both ways:
each event that one sends and the other hears is verified (the producer's code kept the contract: eventpact verify --record),
proved (its code says what its schema says, and the schema guarantees what the contract relies on), or it is a reason. It must
read what can still be met in topics, dead letters and outboxes; and the answer says whether there is a way back, and until when.

  --service <name>      may be given several times: each is held against the others too, in whatever order they go
  --to <environment>    where (default: deploy.environment of eventpact.yaml)
  --version <version>   a version as it was recorded: by record-build, verify --record --version, or in any environment. What
                        was never recorded is unknown
  --here                the files as they are here; the same as no --version. With one, only its name is taken
  --dry-run-change      the files as they are here, whatever was recorded; without --service: every service that differs
                        from what is deployed, one after the other in the order in which they can go
  --format <format>     text, json, or badge: the verdict as a picture (SVG) for a page (default: text)
  --dir <folder>        the folder of documents
  --no-broker           do not ask the Pact Broker that PACT_BROKER_BASE_URL names; otherwise both must say yes
  --no-cache            read everything anew
  --no-color            no colours

In eventpact.yaml:
  deploy:
    environment: production
    readers: validate           # or contract: consumers look only at what their contracts name
    segment: 7d                 # how long brokers write into one segment where a topic has no segment.ms (log.roll.ms)
    deadLetters: 30d            # how long dead letters are kept (default: as long as their topic)
    outbox: 1d                  # the longest that an event waits in an outbox (default: 1d)
    retention: { orders: 90d }  # topics that keep otherwise than their Kafka binding says
    ignore:                     # pairings that do not count until a day; each is told in every answer
      - { consumer: audit, provider: orders, event: OrderPlaced.v1, reason: "audit is switched off", until: 2026-12-31 }
    package: services/{service}/package.json   # where a service's version is
Exit codes: 0 yes · 1 no · 3 unknown: nothing is known to break, but not everything is verified · 2 wrong usage, or the tool broke
`;

export const options = {
  service: { type: "string", multiple: true },
  to: { type: "string" },
  version: { type: "string" },
  here: { type: "boolean" },
  "dry-run-change": { type: "boolean" },
  format: { type: "string" },
  ...deployOptions,
} as const;

const exitCodes: Readonly<Record<Verdict, ExitCode>> = { yes: 0, no: 1, unknown: 3 };

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { values } = args;
  const format = choice("format", textOf(values, "format") ?? "text", ["text", "json", "badge"]);
  const [{ canIDeploy }, { rollOutOf }, { worldNamed }, { worst }, { unrecorded }, { worldBeside }] = await Promise.all(
    [
      import("../deploy/can-i-deploy.ts"),
      import("../deploy/roll-out.ts"),
      import("../deploy/session.ts"),
      import("../deploy/reading.ts"),
      import("../deploy/told.ts"),
      import("../deploy/world.ts"),
    ],
  );
  const session = await sessionFor(args, io);
  const now = io.now().getTime();
  const environment = environmentFor(session, textOf(values, "to"), "to");
  const world = worldNamed(session, environment);
  const { candidates, strangers } = await candidatesFor(session, world, values);
  const isHere = candidates.some((one) => one.source.from === "working tree");
  const placed = candidates.map((one) => one.placed);
  const isWholeChange = values["dry-run-change"] === true && listOf(values, "service").length === 0;
  const rollOut = isWholeChange ? rollOutOf(placed, world, session.judge, now) : undefined;
  // Two that could go alone need not go together: each is held against the others as well as against what runs.
  const beside = (candidate: Placed): World => worldBeside(world, placed, candidate, now);
  const answers =
    rollOut?.answers ?? placed.map((candidate) => canIDeploy(candidate, beside(candidate), session.judge, now));
  const told = answers.map((answer) => ({
    ...answer,
    source: candidates.find((one) => one.placed.service === answer.service)?.source ?? workingTree,
  }));
  const all = [...told, ...strangers.map(({ service, version }) => unrecorded(service, version, environment))];
  const broker = await brokerAnswers(values, io, all);
  const verdict = worst([...all, ...broker].map((one) => one.verdict));
  const plan = verdict === "yes" || !isHere ? undefined : await planHere(session, world, now);
  session.keep();
  const output =
    format === "json"
      ? (await import("../deploy/json.ts")).answersJson({ verdict, answers: all, rollOut, plan, broker }, now)
      : format === "badge"
        ? await pictured(all, verdict, environment)
        : await rendered(all, rollOut, broker, plan, environment, values, io);
  io.stdout.write(output);
  return exitCodes[verdict];
}

const workingTree = { from: "working tree" } as const;

interface Candidates {
  readonly candidates: readonly { readonly placed: Placed; readonly source: Source }[];
  /** Versions that were never recorded. */
  readonly strangers: readonly { readonly service: string; readonly version: string }[];
}

async function candidatesFor(session: Session, world: World, values: CommandArguments["values"]): Promise<Candidates> {
  const { candidateHere, candidateNamed, changedServices } = await import("../deploy/candidate.ts");
  const services = [...new Set(listOf(values, "service"))];
  const version = versionOf(values);
  const here = (service: string, name?: string) => ({
    placed: candidateHere(session, service, name),
    source: workingTree,
  });
  if (values["dry-run-change"] === true) {
    if (version !== undefined) throw new UsageError("--dry-run-change asks about the files here, not about a version.");
    const asked = services.length > 0 ? services : changedServices(session, world);
    return { candidates: asked.map((service) => here(service, "(this change)")), strangers: [] };
  }
  if (services.length === 0)
    throw new UsageError(
      "Which service? --service <name>, or --dry-run-change for all that changed.",
      `There are: ${session.model.services.map(({ name }) => name).join(", ")}.`,
    );
  if (version === undefined || values["here"] === true)
    return { candidates: services.map((service) => here(service, version)), strangers: [] };
  const found = services.map((service) => ({ service, version, candidate: candidateNamed(session, service, version) }));
  return {
    candidates: found.flatMap(({ candidate }) => candidate ?? []),
    strangers: found.filter(({ candidate }) => candidate === undefined),
  };
}

async function pictured(answers: readonly ToldAnswer[], verdict: Verdict, environment: string): Promise<string> {
  const { badge, badgeLabel } = await import("../deploy/badge.ts");
  return badge(badgeLabel(answers, environment), verdict);
}

async function planHere(session: Session, world: World, now: number): Promise<Plan> {
  const [{ planFor }, { candidateHere }] = await Promise.all([
    import("../deploy/plan.ts"),
    import("../deploy/candidate.ts"),
  ]);
  const target = session.model.services.map(({ name }) => candidateHere(session, name));
  return planFor(target, world, session.judge, now);
}

async function brokerAnswers(
  values: CommandArguments["values"],
  io: Io,
  answers: readonly Pick<Answer, "service" | "version" | "environment">[],
): Promise<readonly BrokerAnswer[]> {
  const hal = await brokerFor(values, io);
  if (hal === undefined || values["dry-run-change"] === true) return [];
  const { brokerAnswer } = await import("../deploy/broker/ask.ts");
  return Promise.all(answers.map((answer) => brokerAnswer(hal, answer)));
}

async function rendered(
  answers: readonly ToldAnswer[],
  rollOut: RollOut | undefined,
  broker: readonly BrokerAnswer[],
  plan: Plan | undefined,
  environment: string,
  values: CommandArguments["values"],
  io: Io,
): Promise<string> {
  if (answers.length === 0) return `Nothing differs from what is deployed in ${environment}.\n`;
  const [{ renderAnswer, renderRollOut, sign }, { renderPlan }] = await Promise.all([
    import("../deploy/render-answer.ts"),
    import("../deploy/render-plan.ts"),
  ]);
  const paint = paintFor(values, io);
  const now = io.now().getTime();
  const told = broker.map(
    ({ service, version, verdict, reason }) =>
      `${sign(verdict, paint)} Pact Broker on ${service} ${version}: ${reason}\n`,
  );
  // Who may go now is told already where the whole change was asked about.
  const shown = plan === undefined || rollOut === undefined ? plan : { ...plan, services: [] };
  const planned =
    shown === undefined || shown.migrations.length + shown.tooEarly.length === 0 ? [] : [renderPlan(shown, paint)];
  const answered =
    rollOut === undefined
      ? answers.map((answer) => renderAnswer(answer, now, paint))
      : [renderRollOut(rollOut, environment, paint)];
  return [...answered, ...told, ...planned].join("\n");
}
