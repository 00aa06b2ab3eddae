import { join } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { brokerFor, deployOptions, environmentFor, listOf, sessionFor, textOf, versionOf } from "../deploy/command.ts";
import type { Environment } from "../deploy/environment.ts";

export const summary = "Note that a version of a service is gone from an environment";

export const usage = `
Usage: eventpact record-undeployment --service <name> --from <environment> [--version <version>] [flags]

Writes down that this version (or every version of the service) runs there no longer, and is supported no longer. From that
moment counts how long its events can still be met.

  --service <name>      may be given several times
  --from <environment>  where (default: deploy.environment of eventpact.yaml)
  --version <version>   default: every version of the service that is there
  --dir <folder>        the folder of documents
  --no-broker           do not tell the Pact Broker that PACT_BROKER_BASE_URL names
  --no-cache            read everything anew

Exit codes: 0 recorded · 2 wrong usage (also: it was not there), or the tool broke
`;

export const options = {
  service: { type: "string", multiple: true },
  from: { type: "string" },
  version: { type: "string" },
  ...deployOptions,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { values } = args;
  const [{ withoutDeployment }, { environmentNamed }, { moment }, { whileLocked }] = await Promise.all([
    import("../deploy/environment.ts"),
    import("../deploy/stored-world.ts"),
    import("../deploy/moment.ts"),
    import("../contracts/written.ts"),
  ]);
  const session = await sessionFor(args, io);
  const name = environmentFor(session, textOf(values, "from"), "from");
  const services = listOf(values, "service");
  if (services.length === 0) throw new UsageError("Which service? --service <name>.");
  const version = versionOf(values);
  const hal = await brokerFor(values, io);
  await whileLocked(join(session.root, session.contracts), () => {
    const before = environmentNamed(session, name);
    const at = moment(io.now(), before);
    let environment = before;
    for (const service of services) {
      const changed = withoutDeployment(environment, service, version, at);
      if (changed === undefined) throw notThere(environment, service, version);
      environment = changed;
    }
    session.files.writeEnvironment(environment, before);
  });
  session.keep();
  const what = version === undefined ? "no version runs any more" : `${version} is gone`;
  io.stdout.write(`${services.map((service) => `${name}: ${service}: ${what}.`).join("\n")}\n`);
  // After the records here are written, so that a broker that cannot be reached loses nothing of them.
  if (hal)
    for (const service of services) {
      const gone = { service, environment: name, ...(version === undefined ? {} : { version }) };
      await (await import("../deploy/broker/ask.ts")).tellBrokerGone(hal, gone);
    }
  return 0;
}

function notThere(environment: Environment, service: string, version: string | undefined): UsageError {
  const there = environment.services.get(service);
  const versions = [...(there?.deployed ?? []), ...(there?.released ?? [])].map((one) => one.version);
  return new UsageError(
    `${environment.name} has no ${[service, version].filter(Boolean).join(" ")}.`,
    versions.length > 0 ? `There is: ${versions.join(", ")}.` : `There is no version of ${service} at all.`,
  );
}
