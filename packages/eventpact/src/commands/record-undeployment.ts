import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { brokerFor, deployOptions, environmentFor, listOf, sessionFor, textOf } from "../deploy/command.ts";

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
  const [{ withoutDeployment }, { environmentNamed }] = await Promise.all([
    import("../deploy/environment.ts"),
    import("../deploy/session.ts"),
  ]);
  const session = await sessionFor(args, io);
  const name = environmentFor(session, textOf(values, "from"), "from");
  const services = listOf(values, "service");
  if (services.length === 0) throw new UsageError("Which service? --service <name>.");
  const version = textOf(values, "version");
  const hal = await brokerFor(values, io);
  let environment = environmentNamed(session, name);
  for (const service of services) {
    const changed = withoutDeployment(environment, service, version, io.now().toISOString());
    if (changed === undefined) {
      const there = environment.services.get(service);
      const versions = [...(there?.deployed ?? []), ...(there?.released ?? [])].map((one) => one.version);
      throw new UsageError(
        `${name} has no ${[service, version].filter(Boolean).join(" ")}.`,
        versions.length > 0 ? `There is: ${versions.join(", ")}.` : `There is no version of ${service} at all.`,
      );
    }
    environment = changed;
    if (hal) {
      const gone = { service, environment: name, ...(version === undefined ? {} : { version }) };
      await (await import("../deploy/broker/ask.ts")).tellBrokerGone(hal, gone);
    }
  }
  session.files.writeEnvironment(environment);
  session.keep();
  const what = version === undefined ? "no version runs any more" : `${version} is gone`;
  io.stdout.write(`${services.map((service) => `${name}: ${service}: ${what}.`).join("\n")}\n`);
  return 0;
}
