import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { CommandError, openClient, type Client, type Filter, type Letter, type Signature } from "./client.ts";
import { nameOf, pageOf, tableOf } from "./print.ts";

export const help = `npm run dead-letters -- <command> [options]

  list                                 the open dead letters, the newest first
  show <id>                            one of them in full; personal data is masked
  show <id> --whole                    only its bytes, unmasked, to be edited: … > letter.json
  redrive <id> [--edited letter.json]  handled again by the service that gave it up, once, in the order of its key
  redrive --code C | --event E | …     every open one that fits
  discard <id>                         nothing is done about it, on purpose

  <id> is service/id as \`list\` shows it; the id alone will do while it is among the newest.

  --status S    of list: open (default), redriven, discarded or all
  --service S, --topic T, --key K, --event E, --code C
                only those
  --by NAME     who does it, kept in the letter's history (the name you are logged in with)
  --note TEXT   why, kept as well
  --json        for programs: the letters, or what was done
  --url URL     where the shop listens (SHOP_URL, else http://127.0.0.1:3000)

OPS_TOKEN is sent if it is set. Ends with 1 when the shop says no, with 2 when it could not be asked.`;

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const options = {
  status: text,
  service: text,
  topic: text,
  key: text,
  event: text,
  code: text,
  by: text,
  note: text,
  url: text,
  edited: text,
  whole: flag,
  json: flag,
  help: flag,
} as const;

type Values = ReturnType<typeof parse>["values"];

export interface Streams {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
}

const usage = (message: string): CommandError => new CommandError(`${message}\n\n${help}`, 2);

function parse(words: readonly string[]) {
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw usage(error instanceof Error ? error.message : String(error));
  }
}

function filterOf({ topic, key, event, code }: Values): Filter {
  return {
    ...(topic === undefined ? {} : { topic }),
    ...(key === undefined ? {} : { key }),
    ...(event === undefined ? {} : { event }),
    ...(code === undefined ? {} : { code }),
  };
}

const STATUSES = ["open", "redriven", "discarded", "all"];

async function found(client: Client, values: Values, status: string): Promise<readonly Letter[]> {
  if (!STATUSES.includes(status)) throw usage(`--status ${status}: it takes one of ${STATUSES.join(", ")}.`);
  const letters = await client.list({ ...filterOf(values), ...(status === "all" ? {} : { status }) });
  return letters.filter(({ group }) => values.service === undefined || group === values.service);
}

/** Service and id of what was typed. */
async function resolved(client: Client, typed: string, values: Values): Promise<{ service: string; id: string }> {
  const [service, id] = typed.includes("/") ? typed.split("/", 2) : [values.service, typed];
  if (service !== undefined && id !== undefined) return { service, id };
  const fitting = (await client.list({})).filter((letter) => letter.id === typed);
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return { service: only.group, id: typed };
  throw new CommandError(`There is no dead letter ${typed} among the newest; write service/id.`, 1);
}

function signatureOf({ by = userInfo().username, note }: Values): Signature {
  return note === undefined ? { by } : { by, note };
}

function editedText(file: string): string {
  let edited: string;
  try {
    edited = readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError(`${file} could not be read: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
  try {
    // Without the line breaks of an editor; what is not JSON would be refused by the shop with less to go by.
    return JSON.stringify(JSON.parse(edited));
  } catch (error) {
    throw new CommandError(`${file} is not JSON: ${error instanceof Error ? error.message : String(error)}`, 2);
  }
}

interface Done {
  readonly id: string;
  readonly done: boolean;
  readonly refused?: string;
}

function told(done: readonly Done[], verb: string, values: Values, { out, err }: Streams): number {
  if (values.json) out(JSON.stringify(done, null, 2));
  else
    for (const { id, done: changed, refused } of done) {
      if (refused !== undefined) err(`${id}: ${refused}`);
      else out(changed ? `${id} ${verb}.` : `${id} had been settled before; nothing was done.`);
    }
  return done.some(({ refused }) => refused !== undefined) ? 1 : 0;
}

async function redriveAll(client: Client, values: Values, streams: Streams): Promise<number> {
  if (values.edited !== undefined) throw usage("--edited replaces one letter's bytes; give its id.");
  if (Object.keys(filterOf(values)).length === 0 && values.service === undefined)
    throw usage("Give an id, or say which: --service, --topic, --key, --event or --code.");
  const done = new Map<string, Done>();
  for (;;) {
    const letters = (await found(client, values, "open")).filter((letter) => !done.has(nameOf(letter)));
    if (letters.length === 0) break;
    // Of one key the oldest first: each is handled as soon as it is redriven.
    const inOrder = letters.toSorted(
      (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition || a.offset - b.offset,
    );
    for (const letter of inOrder) {
      const id = nameOf(letter);
      try {
        done.set(id, { id, done: await client.redrive(letter.group, letter.id, signatureOf(values)) });
      } catch (error) {
        // One that is refused must not keep the others from being tried; a shop that is gone must.
        if (!(error instanceof CommandError) || error.exit === 2) throw error;
        done.set(id, { id, done: false, refused: error.message });
      }
    }
  }
  if (done.size === 0 && !values.json) streams.out("No open dead letter fits.");
  return told([...done.values()], "redriven", values, streams);
}

const one = (ids: readonly string[], command: string): string => {
  const [id] = ids;
  if (id === undefined || ids.length > 1) throw usage(`${command} takes one id.`);
  return id;
};

async function settle(
  command: "redrive" | "discard",
  typed: string,
  client: Client,
  values: Values,
  streams: Streams,
): Promise<number> {
  const { service, id } = await resolved(client, typed, values);
  const signature = signatureOf(values);
  const edited = values.edited === undefined ? undefined : editedText(values.edited);
  if (command === "discard" && edited !== undefined) throw usage("discard takes no --edited.");
  const done =
    command === "redrive"
      ? await client.redrive(service, id, signature, edited)
      : await client.discard(service, id, signature);
  return told([{ id: `${service}/${id}`, done }], command === "redrive" ? "redriven" : "discarded", values, streams);
}

async function list(client: Client, values: Values, { out }: Streams): Promise<number> {
  const status = values.status ?? "open";
  const letters = await found(client, values, status);
  if (values.json) out(JSON.stringify(letters, null, 2));
  else if (letters.length === 0) out(status === "all" ? "No dead letter fits." : `No ${status} dead letter fits.`);
  else out(tableOf(letters));
  return 0;
}

async function show(typed: string, client: Client, values: Values, { out }: Streams): Promise<number> {
  const { service, id } = await resolved(client, typed, values);
  const letter = await client.show(service, id, values.whole);
  if (values.json) out(JSON.stringify(letter, null, 2));
  else if (values.whole) out(letter.value ?? "");
  else out(pageOf(letter));
  return 0;
}

/** Carries a command out; answers the exit code. Rejects with a {@link CommandError}. */
export async function run(
  words: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  streams: Streams,
): Promise<number> {
  const { values, positionals } = parse(words);
  const [command, ...ids] = positionals;
  if (values.help || command === undefined || command === "help") {
    streams.out(help);
    return values.help || command === "help" ? 0 : 2;
  }
  const client = openClient(values.url ?? env["SHOP_URL"] ?? "http://127.0.0.1:3000", env["OPS_TOKEN"] || undefined);
  switch (command) {
    case "list":
      if (ids.length > 0) throw usage("list takes no id; `show` does.");
      return list(client, values, streams);
    case "show":
      return show(one(ids, command), client, values, streams);
    case "redrive":
      return ids.length === 0
        ? redriveAll(client, values, streams)
        : settle(command, one(ids, command), client, values, streams);
    case "discard":
      return settle(command, one(ids, command), client, values, streams);
    default:
      throw usage(`There is no command "${command}".`);
  }
}
