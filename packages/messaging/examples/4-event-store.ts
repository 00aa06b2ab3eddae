// node packages/messaging/examples/4-event-store.ts
// State as what happened: append where nobody was faster, fold to what is, and to what was at any version or moment.
import { createRuntime, defineService, eventStore, isMessagingError } from "@eventpact/messaging";
import { memoryTransport } from "@eventpact/messaging/memory";
import { events } from "./contract.ts";
import { play, type Example } from "./stage.ts";

type Happened = { readonly type: "lent"; readonly data: string } | { readonly type: "returned"; readonly data: null };
const holder = (_before: string | null, event: Happened): string | null => (event.type === "lent" ? event.data : null);

export const storing: Example = async (database, print) => {
  const library = defineService({ name: "library", events, handlers: {} });
  const transport = memoryTransport();
  const runtime = createRuntime({ services: [library], database, transport });
  await runtime.start();
  const { transact, read } = runtime.service("library");
  const append = (expectedVersion: number, ...happened: readonly Happened[]): Promise<number> =>
    transact({}, async (context) => ({
      events: [],
      result: await eventStore<Happened>(context).append("ulysses", expectedVersion, happened),
    }));

  print(`version ${await append(0, { type: "lent", data: "ada" }, { type: "returned", data: null })}`);
  print(`version ${await append(2, { type: "lent", data: "bob" })}`);
  await append(2, { type: "lent", data: "carol" }).catch((error: unknown) =>
    print(isMessagingError(error, "stream-conflict") ? error.message : String(error)),
  );
  for (const asOf of [1, 2, 3]) {
    const { state } = await read((context) =>
      eventStore<Happened>(context).fold("ulysses", { initial: null as string | null, evolve: holder, asOf }),
    );
    print(`as of version ${asOf}: ${state ?? "on the shelf"}`);
  }
  await runtime.stop();
  await transport.close(1_000);
};

if (import.meta.main) await play(storing);
