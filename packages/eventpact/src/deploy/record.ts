import { join } from "node:path";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { whileLocked } from "../contracts/written.ts";
import { boundOf, keepWhatIsKnown, versionToRecord } from "./bind.ts";
import { brokerFor, environmentFor, listOf, sessionFor, textOf, versionOf } from "./command.ts";
import type { Deployment, Environment } from "./environment.ts";
import { recordOf, withDeployment, withRelease } from "./environment.ts";
import type { Session } from "./session.ts";
import { environmentNamed } from "./stored-world.ts";
import { moment } from "./moment.ts";
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
  const asked = { version: versionOf(values), here: values["here"] === true };
  const hal = await brokerFor(values, io);
  const { placed, told } = await whileLocked(join(session.root, session.contracts), () => {
    const before = environmentNamed(session, name);
    const placed = services.map((service) => versionToRecord(session, service, asked));
    const at = moment(io.now(), before);
    let environment = before;
    const told: string[] = [];
    for (const one of placed) {
      const earlier = environment;
      environment = recorded(kind, environment, one, at, values["beside"] === true);
      told.push(sentence(kind, name, one, earlier, environment));
    }
    // What they name first, then they: whoever reads meanwhile finds what is named.
    for (const one of placed) keepWhatIsKnown(session, one);
    session.files.writeEnvironment(environment, before);
    return { placed, told };
  });
  session.keep();
  io.stdout.write(`${told.join("\n")}\n`);
  if (hal) await tell(hal, kind, name, placed);
  return 0;
}

/** After the records here are written: a broker that cannot be reached loses nothing of them, and is told by saying it again. */
async function tell(
  hal: NonNullable<Awaited<ReturnType<typeof brokerFor>>>,
  kind: "deployment" | "release",
  environment: string,
  placed: readonly Placed[],
): Promise<void> {
  const { tellBroker } = await import("./broker/ask.ts");
  for (const { service, version } of placed) await tellBroker(hal, kind, { service, version, environment });
}

export function servicesFor(session: Session, all: boolean, named: readonly string[]): readonly string[] {
  const known = session.model.services.map(({ name }) => name);
  if (all && named.length > 0) throw new UsageError("Either --service or --all, please.");
  if (!all && named.length === 0)
    throw new UsageError("Which service? --service <name>.", `There are: ${known.join(", ")}.`);
  return all ? known : [...new Set(named)];
}

function recorded(
  kind: "deployment" | "release",
  environment: Environment,
  placed: Placed,
  since: string,
  beside: boolean,
): Environment {
  const deployment: Deployment = { since, ...boundOf(placed) };
  return kind === "deployment"
    ? withDeployment(environment, placed.service, deployment, beside)
    : withRelease(environment, placed.service, deployment);
}

function sentence(
  kind: "deployment" | "release",
  name: string,
  { service, version }: Placed,
  before: Environment,
  after: Environment,
): string {
  const [was, is] = [before, after].map((one) => recordOf(one, service));
  if (was === is) return `${name}: ${service} ${version} was recorded already.`;
  const list = kind === "deployment" ? "deployed" : "released";
  const isThere = was?.[list].some((one) => one.version === version) === true;
  const gone = (is?.past ?? []).slice(was?.past.length ?? 0);
  if (isThere && gone.length === 0)
    return `${name}: ${service} ${version} was recorded already; its verification is known now.`;
  const instead = gone.length === 0 ? "" : `, in place of ${gone.map((one) => one.version).join(", ")}`;
  return `${name}: ${service} ${version} is ${list}${instead}.`;
}
