import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { paintFor } from "../compat/terminal.ts";
import { deployOptions, listOf, sessionFor, textOf } from "../deploy/command.ts";
import type { Session } from "../deploy/session.ts";
import type { World } from "../deploy/world.ts";

export const summary = "The order in which a change can be rolled out, and how far it is";

export const usage = `
Usage: eventpact plan [--to <environment>] [flags]

Compares the files here with what is deployed, and says in which order the difference can be rolled out: consumers first,
producers first, any order, or a new version side by side with the old one, and then retire. Each phase has a gate; the plan shows
which services have passed it, and from when time opens it. An event version may be retired when nothing can send, hold or
need it: while something can, the plan names it, with the date from which it may go.

  --to <environment>    where it is to go (default: every environment); may be given several times
  --against <name>      the same, or a commit taken as if it were deployed; may be given several times
  --format <format>     text or json (default: text)
  --dir <folder>        the folder of documents
  --no-cache            read everything anew
  --no-color            no colours

Exit codes: 0 the plan holds · 1 an event version left the documents too early · 2 wrong usage, or the tool broke
`;

const { dir, "no-cache": noCache } = deployOptions;

export const options = {
  to: { type: "string", multiple: true },
  against: { type: "string", multiple: true },
  format: { type: "string" },
  dir,
  "no-cache": noCache,
} as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { values } = args;
  const format = choice("format", textOf(values, "format") ?? "text", ["text", "json"]);
  const [{ planFor }, { candidateHere }] = await Promise.all([
    import("../deploy/plan.ts"),
    import("../deploy/candidate.ts"),
  ]);
  const session = await sessionFor(args, io);
  const target = session.model.services.map(({ name }) => candidateHere(session, name));
  const worlds = await worldsFor(session, listOf(values, "to"), listOf(values, "against"), io);
  const now = io.now().getTime();
  const plans = worlds.map((world) => planFor(target, world, session.judge, now));
  session.keep();
  if (format === "json") io.stdout.write((await import("../deploy/json.ts")).plansJson(plans));
  else {
    const { renderPlan } = await import("../deploy/render-plan.ts");
    io.stdout.write(plans.map((plan) => renderPlan(plan, paintFor(values, io))).join("\n"));
  }
  return plans.some(({ tooEarly }) => tooEarly.length > 0) ? 1 : 0;
}

async function worldsFor(
  session: Session,
  environments: readonly string[],
  against: readonly string[],
  io: Io,
): Promise<readonly World[]> {
  const { worldNamed } = await import("../deploy/session.ts");
  const known = session.files.names();
  const asked = [...environments, ...against];
  const names = asked.length > 0 ? asked : known;
  if (known.length === 0 && against.length === 0)
    throw new UsageError(
      "No environment was recorded yet.",
      "eventpact record-deployment records one; --against <commit> takes a commit as if it were deployed.",
    );
  for (const name of environments) choice("to", name, known);
  return Promise.all(
    names.map(async (name) => {
      if (known.includes(name)) return worldNamed(session, name);
      return (await import("../deploy/commit-world.ts")).worldAt(session, name, io.cwd);
    }),
  );
}
