import { join } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { deployOptions, listOf, sessionFor, versionOf } from "../deploy/command.ts";

export const summary = "Note what a version of a service is";

export const usage = `
Usage: eventpact record-build (--service <name> | --all) [--version <version>] [flags]

Binds a version to what lies here, for good: contracts/builds/<service>/<version>.json says by hash what it sends, hears and relies
on, and which code it is; contracts/store/ and contracts/verifications/ keep that. From then on can-i-deploy --version and
record-deployment --version speak of this content, whatever lies here. A version that is something else already is refused.
Run it where the version is built, after eventpact verify.

  --service <name>      may be given several times
  --all                 every service of the documents
  --version <version>   default: the version of its package.json and the commit
  --dir <folder>        the folder of documents
  --no-cache            read everything anew

Exit codes: 0 recorded · 2 wrong usage (also: it is something else already), or the tool broke
`;

const { dir, "no-cache": noCache } = deployOptions;

export const options = {
  service: { type: "string", multiple: true },
  all: { type: "boolean" },
  version: { type: "string" },
  dir,
  "no-cache": noCache,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { values } = args;
  const [{ bindBuild, versionToRecord }, { servicesFor }, { whileLocked }] = await Promise.all([
    import("../deploy/bind.ts"),
    import("../deploy/record.ts"),
    import("../contracts/written.ts"),
  ]);
  const session = await sessionFor(args, io);
  const services = servicesFor(session, values["all"] === true, listOf(values, "service"));
  const version = versionOf(values);
  const told = await whileLocked(join(session.root, session.contracts), () => {
    const placed = services.map((service) => versionToRecord(session, service, { version, here: true }));
    return placed.map((one) => {
      const isNew = bindBuild(session, one, io.now().toISOString());
      const code = one.code !== undefined && one.producer === undefined ? " Its code was not verified yet." : "";
      return `${one.service} ${one.version} is ${isNew ? "recorded" : "as it was recorded"}.${code}\n`;
    });
  });
  session.keep();
  io.stdout.write(told.join(""));
  return 0;
}
