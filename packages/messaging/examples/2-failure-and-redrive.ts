// node packages/messaging/examples/2-failure-and-redrive.ts
// A handler that fails is tried again, then its event is laid aside with its bytes; other keys go on, and once the
// handler is repaired the event is redriven, with one effect.
import { createRuntime, defineService } from "@eventpact/messaging";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import { bookLent, events, type BookLentEvent } from "./contract.ts";
import { play, soon, type Example } from "./stage.ts";

export const failureAndRedrive: Example = async (database, print) => {
  let repaired = false;
  const heard: string[] = [];
  const library = defineService({ name: "library", events, handlers: {} });
  const reminder = defineService({
    name: "reminder",
    events,
    // Three attempts within a tenth of a second; five within 15 s is the default.
    policies: { "BookLent.v1": { attemptsAtMs: [0, 30, 90] } },
    handlers: {
      "BookLent.v1": ({ data }: BookLentEvent, { attempt }) => {
        if (data.reader === "ada" && !repaired) throw new Error(`no letter box (attempt ${attempt})`);
        heard.push(data.reader);
        return [];
      },
    },
  });
  const transport = postgresLog({ database });
  const runtime = createRuntime({ services: [library, reminder], database, transport });
  await runtime.start();
  await runtime.service("library").transact({}, async () => ({
    events: [bookLent({ bookId: "ulysses", reader: "ada" }), bookLent({ bookId: "emma", reader: "bob" })],
    result: undefined,
  }));

  const { deadLetters } = runtime.service("reminder");
  await soon(async () => (await deadLetters.depth()) === 1 && heard.length === 1);
  print(`heard: ${heard.join(", ")}`);
  for (const { event, code, message, attempts } of await deadLetters.list())
    print(`${event} is dead after ${attempts} attempts: ${code}: ${message}`);

  repaired = true;
  const [letter] = await deadLetters.list();
  print(`redriven: ${await deadLetters.redrive(letter?.id ?? "", { by: "carol" })}`);
  await soon(() => heard.length === 2);
  print(`again: ${await deadLetters.redrive(letter?.id ?? "", { by: "dave" })}`);
  print(`heard: ${heard.join(", ")}`);
  await runtime.stop();
  await transport.close(1_000);
};

if (import.meta.main) await play(failureAndRedrive);
