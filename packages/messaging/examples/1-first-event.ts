// node packages/messaging/examples/1-first-event.ts
// A command says something in its transaction, and another service hears it: once, in order, whatever dies meanwhile.
import { createRuntime, defineService } from "@eventpact/messaging";
import { postgresLog } from "@eventpact/messaging/postgres-log";
import { bookLent, events, type BookLentEvent } from "./contract.ts";
import { play, soon, type Example } from "./stage.ts";

export const firstEvent: Example = async (database, print) => {
  const heard: string[] = [];
  const library = defineService({ name: "library", events, handlers: {} });
  const reminder = defineService({
    name: "reminder",
    events,
    handlers: {
      "BookLent.v1": ({ data, sequence }: BookLentEvent) => {
        heard.push(`${data.reader} has ${data.bookId}, its loan number ${sequence}`);
        return [];
      },
    },
  });
  const transport = postgresLog({ database });
  const runtime = createRuntime({ services: [library, reminder], database, transport });
  await runtime.start();
  const lend = (bookId: string, reader: string): Promise<string> =>
    runtime.service("library").transact({}, async () => ({
      events: [bookLent({ bookId, reader })],
      result: `${bookId} is yours`,
    }));

  print(await lend("ulysses", "ada"));
  print(await lend("ulysses", "bob"));
  await soon(() => heard.length === 2);
  heard.forEach(print);

  // An event that does not fit its schema never gets out, and nothing of its transaction stays.
  await lend("ulysses", "").catch((error: Error) => print(error.message));
  await runtime.stop();
  await transport.close(1_000);
};

if (import.meta.main) await play(firstEvent);
