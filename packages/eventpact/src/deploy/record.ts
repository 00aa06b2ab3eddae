import { join } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { writeRecord } from "../contracts/records.ts";
import { writeUpcasterRecord } from "../upcasters/records.ts";
import { candidateHere, candidateNamed } from "./candidate.ts";
import { brokerFor, environmentFor, listOf, sessionFor, textOf } from "./command.ts";
import type { Deployment, Environment } from "./environment.ts";
import { recordOf, withDeployment, withRelease } from "./environment.ts";
import type { Session } from "./session.ts";
import { environmentNamed } from "./session.ts";
import type { Placed } from "./world.ts";

/** Records versions as deployed or released, in contracts/environments and contracts/store, and with the broker. */
export async function recordVersions(
  kind: "deployment" | "release",
  args: CommandArguments,
  io: Io,
): Promise<ExitCode> {
  const { values } = args;
  const session = await sessionFor(args, io);
  const name = environmentFor(session, textOf(values, "to"), "to");
  const services = servicesFor(session, values["all"] === true, listOf(values, "service"));
  const asked = textOf(values, "version");
  const hal = await brokerFor(values, io);
  let environment = environmentNamed(session, name);
  const told: string[] = [];
  for (const service of services) {
    const { placed, isHere } = versionFor(session, service, asked);
    if (isHere) keepWhatIsKnown(session, placed);
    const before = environment;
    environment = recorded(kind, environment, placed, io.now().toISOString(), values["beside"] === true);
    told.push(sentence(kind, name, placed, before, environment));
    if (hal)
      await (
        await import("./broker/ask.ts")
      ).tellBroker(hal, kind, { service, version: placed.version, environment: name });
  }
  session.files.writeEnvironment(environment);
  session.keep();
  io.stdout.write(`${told.join("\n")}\n`);
  return 0;
}

/** What the version says, and what its verification found, so that it can be judged where its files are no more. */
function keepWhatIsKnown(session: Session, { service, producer, upcasters }: Placed): void {
  session.files.keep(session.contentsNow(service).objects);
  const record = producer === undefined ? undefined : session.judge.recordOf(service, producer);
  if (record !== undefined) writeRecord(join(session.root, session.contracts), record);
  const tried = upcasters === undefined ? undefined : session.judge.upcastersOf(service, upcasters);
  if (tried !== undefined) writeUpcasterRecord(join(session.root, session.contracts), tried);
}

export function servicesFor(session: Session, all: boolean, named: readonly string[]): readonly string[] {
  const known = session.model.services.map(({ name }) => name);
  if (all && named.length > 0) throw new UsageError("Either --service or --all, please.");
  if (!all && named.length === 0)
    throw new UsageError("Which service? --service <name>.", `There are: ${known.join(", ")}.`);
  return all ? known : [...new Set(named)];
}

function versionFor(session: Session, service: string, asked: string | undefined): { placed: Placed; isHere: boolean } {
  if (asked === undefined) return { placed: candidateHere(session, service), isHere: true };
  const { placed, from } = candidateNamed(session, service, asked);
  return { placed, isHere: from === "working tree" };
}

function recorded(
  kind: "deployment" | "release",
  environment: Environment,
  { service, version, producer, upcasters, contents }: Placed,
  since: string,
  beside: boolean,
): Environment {
  const deployment: Deployment = {
    version,
    since,
    contents: contents.hash,
    ...(producer === undefined ? {} : { producer }),
    ...(upcasters === undefined ? {} : { upcasters }),
  };
  return kind === "deployment"
    ? withDeployment(environment, service, deployment, beside)
    : withRelease(environment, service, deployment);
}

function sentence(
  kind: "deployment" | "release",
  name: string,
  { service, version }: Placed,
  before: Environment,
  after: Environment,
): string {
  if (recordOf(before, service) === recordOf(after, service))
    return `${name}: ${service} ${version} was recorded already.`;
  const gone = recordOf(after, service).past.slice(recordOf(before, service).past.length);
  const instead = gone.length === 0 ? "" : `, in place of ${gone.map((one) => one.version).join(", ")}`;
  return `${name}: ${service} ${version} is ${kind === "deployment" ? "deployed" : "released"}${instead}.`;
}
