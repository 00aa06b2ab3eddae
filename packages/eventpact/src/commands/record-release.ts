import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { deployOptions } from "../deploy/command.ts";

export const summary = "Note which version of a service others run and rely on";

export const usage = `
Usage: eventpact record-release --service <name> --to <environment> [--version <version>] [flags]

As record-deployment, for what others run and you support: apps, libraries, agents at customers'. Several versions are released
beside each other, until record-undeployment says that one is supported no longer.

  --service <name>      may be given several times
  --all                 every service of the documents
  --to <environment>    where (default: deploy.environment of eventpact.yaml)
  --version <version>   a version that was recorded before; default: the version of its package.json and the commit, as it lies here
  --here                what lies here, recorded as --version now
  --dir <folder>        the folder of documents
  --no-broker           do not tell the Pact Broker that PACT_BROKER_BASE_URL names
  --no-cache            read everything anew

Exit codes: 0 recorded · 2 wrong usage, or the tool broke
`;

export const options = {
  service: { type: "string", multiple: true },
  all: { type: "boolean" },
  to: { type: "string" },
  version: { type: "string" },
  here: { type: "boolean" },
  ...deployOptions,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  return (await import("../deploy/record.ts")).recordVersions("release", args, io);
}
