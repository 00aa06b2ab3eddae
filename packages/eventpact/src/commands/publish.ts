import { join } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { version as toolVersion } from "../command-line/version.ts";
import { brokerFor, deployOptions, listOf, sessionFor, textOf, versionOf } from "../deploy/command.ts";
import { bindBuild, versionToRecord } from "../deploy/bind.ts";
import { candidateHere } from "../deploy/candidate.ts";
import { whileLocked } from "../contracts/written.ts";
import { questionFrom } from "../deploy/broker/from-broker.ts";
import type { PublishedResult, PublishedVersion } from "../deploy/broker/publish.ts";
import type { Session } from "../deploy/session.ts";

export const summary = "Publish contracts and results to a Pact Broker";

export const usage = `
Usage: eventpact publish (--service <name> | --all) [--version <version>] [--branch <name>] [flags]

Publishes to the Pact Broker that PACT_BROKER_BASE_URL names: a consumer's contracts, and what the verification of a producer's
code as it is here found (eventpact verify) about the contracts that the broker wants verified. A contract that the broker
calls pending is published too and fails nothing. The version is bound to what lies here (as by eventpact record-build).

  --service <name>      may be given several times
  --all                 every service of the documents
  --version <version>   default: the version of its package.json and the commit
  --branch <name>       the branch that the version is of; the broker decides by it what is pending
  --build-url <url>     where the build can be looked at
  --selector <words>    whose contracts results are published about, as in eventpact verify --from-broker; may be given several
                        times (default: mainBranch, deployedOrReleased, and the branch)
  --wip-since <day>     also about what no selector names and nobody verified yet, since this day (2026-01-31)
  --dir <folder>        the folder of documents
  --no-cache            read everything anew

PACT_BROKER_TOKEN, or PACT_BROKER_USERNAME and PACT_BROKER_PASSWORD, say who you are.
Exit codes: 0 published · 1 published, and a contract that counts is broken or unverified · 2 wrong usage, the broker refuses, or
the tool broke
`;

const { dir, "no-cache": noCache } = deployOptions;

export const options = {
  service: { type: "string", multiple: true },
  all: { type: "boolean" },
  version: { type: "string" },
  branch: { type: "string" },
  "build-url": { type: "string" },
  selector: { type: "string", multiple: true },
  "wip-since": { type: "string" },
  dir,
  "no-cache": noCache,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { values } = args;
  const hal = await brokerFor(values, io);
  if (hal === undefined)
    throw new UsageError(
      "Which Pact Broker? PACT_BROKER_BASE_URL names it.",
      "Without a broker, contracts/ is the store.",
    );
  const [{ publishContracts, publishResults }, { servicesFor }] = await Promise.all([
    import("../deploy/broker/publish.ts"),
    import("../deploy/record.ts"),
  ]);
  const wanted = questionFrom(values);
  const session = await sessionFor(args, io);
  const services = servicesFor(session, values["all"] === true, listOf(values, "service"));
  const versions = services.map((service) => publishedVersion(session, service, values));
  // Every contract before any result: the broker then knows all that a producer is asked about.
  // What is published as a version is that version from now on, here too.
  await whileLocked(join(session.root, session.contracts), () => {
    for (const { service, version } of versions)
      bindBuild(session, candidateHere(session, service, version), io.now().toISOString());
  });
  for (const version of versions) {
    const pacts = [...new Set(session.subjects.map(({ pact }) => pact))].filter(
      (one) => one.consumer === version.service,
    );
    if (pacts.length > 0) await publishContracts(hal, version, pacts);
    io.stdout.write(
      `${version.service} ${version.version}: ${pacts.length} contract${pacts.length === 1 ? "" : "s"} published.\n`,
    );
  }
  const results: PublishedResult[] = [];
  for (const version of versions) {
    const producer = session.codeNow(version.service)?.producer;
    if (session.contentsNow(version.service).contents.sends.length === 0) continue;
    const record = producer === undefined ? undefined : session.judge.recordOf(version.service, producer);
    const tool = { name: "eventpact", version: toolVersion() };
    results.push(...(await publishResults(hal, version, { model: session.model, record }, tool, wanted)));
  }
  session.keep();
  io.stdout.write(results.map(resultLine).join(""));
  return results.some(({ status, pending }) => status !== "kept" && !pending) ? 1 : 0;
}

function publishedVersion(session: Session, service: string, values: CommandArguments["values"]): PublishedVersion {
  const [branch, buildUrl] = [textOf(values, "branch"), textOf(values, "build-url")];
  return {
    service,
    version: versionToPublish(session, service, versionOf(values)),
    ...(branch === undefined ? {} : { branch }),
    ...(buildUrl === undefined ? {} : { buildUrl }),
  };
}

/** What is published is what lies here: a version that was recorded as something else is refused. */
const versionToPublish = (session: Session, service: string, version: string | undefined): string =>
  versionToRecord(session, service, { version, here: true }).version;

const signs = { kept: "✓", broken: "✗", unverified: "?" } as const;

const resultLine = ({ consumer, provider, status, pending }: PublishedResult): string =>
  `${signs[status]} ${provider} and ${consumer}: ${status}${pending ? " (pending: it does not count yet)" : ""}\n`;
