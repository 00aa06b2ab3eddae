import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { deployOptions } from "../deploy/command.ts";

export const summary = "Note which version of a service runs in an environment";

export const usage = `
Usage: eventpact record-deployment --service <name> --to <environment> [--version <version>] [flags]

Writes down that this version runs there from now on, in place of the one that ran: contracts/environments/<environment>/
says which version, since when, and by hash what it sends, hears and relies on; contracts/store/ keeps that content, so that
the version can be judged later without checking it out, and contracts/verifications/ what its verification found, where it
was verified. Commit them. Saying the same again changes nothing.

  --service <name>      may be given several times
  --all                 every service of the documents
  --to <environment>    where (default: deploy.environment of eventpact.yaml)
  --version <version>   a version that was recorded before (record-build, verify --record --version, any environment): it keeps
                        its content. Default: the version of package.json and the commit, 1.4.0+3f2a91c0d4e5, as it lies here
  --here                what lies here, recorded as --version now; refused where that version is something else already
  --beside              the version that ran goes on running
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
  beside: { type: "boolean" },
  ...deployOptions,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  return (await import("../deploy/record.ts")).recordVersions("deployment", args, io);
}
