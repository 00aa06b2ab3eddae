import { choice } from "../command-line/arguments.ts";
import type { CommandArguments, ExitCode, Io } from "../command-line/command.ts";
import { UsageError } from "../command-line/command.ts";
import { openSoundProject } from "../project/project.ts";
import type { Model } from "../model/types.ts";
import type { Conversation } from "../new/ask.ts";
import type { NewPlan } from "../new/plan.ts";

export const summary = "Begin an event, a version or a service";

export const usage = `
Usage: eventpact new event <Name> [flags]        a new event of a service: OrderReturned
       eventpact new version <Event> [flags]     the next version of an event: OrderCreated
       eventpact new service <name> [flags]      a new service: returns

Asks for what flags leave open, when there is somebody to ask. Writes the files only if \`eventpact check\` would still pass,
all of them or none, keeps comments and layout of what is there, and says which steps remain.

  --dir <folder>            the folder of documents (default: "dir" of eventpact.yaml, else asyncapi/, else here;
                            the first document of a repository makes asyncapi/)
  --dry-run                 say what would be written, and write nothing

event
  --service <name>          who sends it
  --summary <sentence>      what happened
  --description <text>      more about it (default: the summary)
  --key <property>          the property of data that is the message key, such as orderId
  --topic <name>            where it goes (default: the service's topic); made when it is not there
  --to <names>              who receives it, separated by commas
version
  --previous <lifecycle>    what becomes of the version before: retained (default; sent no longer), deprecated or active
service
  --description <text>      what it is for
  --receives <events>       event types that it hears, separated by commas
`;

export const options = {
  dir: { type: "string" },
  "dry-run": { type: "boolean" },
  service: { type: "string" },
  summary: { type: "string" },
  description: { type: "string" },
  key: { type: "string" },
  topic: { type: "string" },
  to: { type: "string" },
  previous: { type: "string" },
  receives: { type: "string" },
} as const;

const kinds = ["event", "version", "service"] as const;

export async function run(args: CommandArguments, io: Io): Promise<ExitCode> {
  const { conversation, silence } = await import("../new/ask.ts");
  const isAskable = io.stdout.isTerminal && process.stdin.isTTY === true;
  const talk = isAskable ? conversation(process.stdin, process.stdout) : silence();
  try {
    return await begin(args, io, talk);
  } finally {
    talk.close();
  }
}

/** The command with somebody to ask. */
export async function begin({ values, positionals }: CommandArguments, io: Io, talk: Conversation): Promise<ExitCode> {
  const [kind, name, ...rest] = positionals;
  if (kind === undefined)
    throw new UsageError(`New what? One of ${kinds.join(", ")}.`, "eventpact new --help tells more.");
  const chosen = kinds.find((one) => one === kind) ?? choice("kind", kind, kinds);
  if (rest.length > 0) throw new UsageError(`One ${chosen} at a time; "${rest.join(" ")}" is too much.`);
  const dir = textOf(values, "dir");
  const project = await openSoundProject({ cwd: io.cwd, ...(dir === undefined ? {} : { dir }), useCache: false });
  const [{ readModel }, { newErrors, writeAll }] = await Promise.all([
    import("../model/read-model.ts"),
    import("../new/apply.ts"),
  ]);
  const { fileSystem, folder, place, settings } = project;
  const found = await project.model();
  const isNobodysChoice = place.askedFolder === undefined && settings.dir === undefined;
  // A repository without documents gets a folder for them, instead of files strewn between its own.
  const isFirst = isNobodysChoice && folder === "." && found.documents.length === 0;
  const model = isFirst ? await readModel("asyncapi", { fileSystem }) : found;
  const plan = await planOf(chosen, name, values, model, talk);
  const errors = await newErrors(model, fileSystem, plan.changes, settings.rules);
  if (errors.length > 0) {
    const { renderFinding } = await import("../report/text.ts");
    for (const error of errors)
      io.stderr.write(`${renderFinding(error, (file) => plan.changes.get(file)?.split("\n"))}\n`);
    io.stderr.write("Nothing was written: the result would not pass `eventpact check`.\n");
    return 1;
  }
  const isDry = values["dry-run"] === true;
  if (!isDry) await writeAll(project.root, plan.changes);
  io.stdout.write(told(plan, model, isDry));
  return 0;
}

async function planOf(
  kind: (typeof kinds)[number],
  name: string | undefined,
  values: CommandArguments["values"],
  model: Model,
  talk: Conversation,
): Promise<NewPlan> {
  const answer = async (flag: string, text: string, fallback?: string): Promise<string> =>
    textOf(values, flag) ?? (await talk.ask({ flag, text, ...(fallback === undefined ? {} : { fallback }) }));
  const named = async (text: string): Promise<string> => name ?? (await talk.ask({ flag: "name", text }));
  if (kind === "version") {
    const eventType = (await named("Which event?")).replace(/\.v\d+$/, "");
    const previous = choice("previous", await answer("previous", "What becomes of the version before?", "retained"), [
      "retained",
      "deprecated",
      "active",
    ]);
    return (await import("../new/new-version.ts")).planNewVersion(model, { eventType, previous });
  }
  if (kind === "service") {
    const service = await named("What is the service called?");
    const description = await answer("description", "What is it for?");
    const receives = listOf(await answer("receives", "Which events does it hear, separated by commas?", ""));
    return (await import("../new/new-service.ts")).planNewService(model, { name: service, description, receives });
  }
  const eventType = await named("What has happened? (OrderReturned)");
  const service = await answer("service", "Which service says so?");
  const happened = await answer("summary", "What happened, in one sentence?");
  const description = await answer("description", "What else should readers know?", happened);
  const own = model.topics.filter(({ writers }) => writers.includes(service)).map(({ name: topic }) => topic);
  const topic = await answer(
    "topic",
    "To which topic does it go?",
    own.length === 1 ? own[0] : own.length === 0 ? `${service}-events` : undefined,
  );
  const key = await answer("key", "Which property of data is the message key?", usualKey(model, topic));
  const receivers = listOf(await answer("to", "Who receives it, separated by commas?", ""));
  const { planNewEvent } = await import("../new/new-event.ts");
  return planNewEvent(model, { eventType, service, summary: happened, description, topic, key, receivers });
}

/** The key property that the events of a topic share. */
function usualKey(model: Model, topic: string): string | undefined {
  const keys = new Set(
    model.events
      .filter(({ topics }) => topics.includes(topic))
      .map(({ keyLocation }) => /^\/data\/([^/]+)$/.exec(keyLocation?.pointer ?? "")?.[1]),
  );
  const [key] = keys;
  return keys.size === 1 ? key : undefined;
}

function told({ made, changes, steps }: NewPlan, model: Model, isDry: boolean): string {
  const lines = [...changes.keys()]
    .toSorted()
    .map((file) => `  ${model.sources.files.has(file) ? "changed" : "new    "}  ${file}`);
  const numbered = steps.map((step, at) => `  ${at + 1}. ${step}`);
  return `${isDry ? "Would write" : "Wrote"} ${made}:\n${lines.join("\n")}\n\nWhat remains:\n${numbered.join("\n")}\n`;
}

function listOf(text: string): readonly string[] {
  return [
    ...new Set(
      text
        .split(",")
        .map((name) => name.trim())
        .filter((name) => name !== ""),
    ),
  ];
}

function textOf(values: CommandArguments["values"], flag: string): string | undefined {
  const value = values[flag];
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
