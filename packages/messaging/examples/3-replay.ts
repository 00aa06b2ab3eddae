// node packages/messaging/examples/3-replay.ts
// History told again: into a projection, silently. `replay` tells the handler so that nobody gets a letter twice.
import { createRuntime, defineService } from "@eventpact/messaging";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import { bookLent, events, type BookLentEvent } from "./contract.ts";
import { play, soon, type Example } from "./stage.ts";

export const replaying: Example = async (database, print) => {
  const letters: string[] = [];
  const projection = new Map<string, string>();
  const library = defineService({ name: "library", events, handlers: {} });
  const reminder = defineService({
    name: "reminder",
    events,
    handlers: {
      "BookLent.v1": ({ data }: BookLentEvent, { replay }) => {
        projection.set(data.bookId, data.reader);
        if (!replay) letters.push(data.reader);
        return [];
      },
    },
  });
  const transport = postgresLog({ database });
  const runtime = createRuntime({ services: [library, reminder], database, transport });
  await runtime.start();
  for (const reader of ["ada", "bob", "carol"])
    await runtime.service("library").transact({}, async () => ({
      events: [bookLent({ bookId: "ulysses", reader })],
      result: undefined,
    }));
  await soon(() => letters.length === 3);

  projection.clear();
  const { read, handled } = await runtime.service("reminder").replay({ topic: "library-events" });
  print(`read again: ${read}, handled: ${handled}`);
  print(`who has ulysses: ${projection.get("ulysses")}`);
  print(`letters: ${letters.length}`);
  await runtime.stop();
  await transport.close(1_000);
};

if (import.meta.main) await play(replaying);
