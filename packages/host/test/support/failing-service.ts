import { defineService, type Catalog, type Envelope, type EventCodec, type Service } from "@eventpact/messaging";
import type { Api } from "../../src/index.ts";

const catalog: Catalog = {
  events: {
    "Asked.v1": {
      eventType: "Asked",
      version: 1,
      topic: "desk-events",
      keyLocation: "/data/id",
      lifecycle: "active",
      title: "Asked",
      file: "",
      hash: "",
    },
  },
  topics: { "desk-events": { writer: "desk", partitions: 1, events: ["Asked.v1"] } },
  services: {
    desk: {
      title: "Desk",
      sends: [{ operationId: "sendAsked", event: "Asked.v1" }],
      receives: [{ operationId: "receiveAsked", event: "Asked.v1" }],
    },
  },
  personalData: ["email"],
};

/** Of events whose `data.answer` may be missing; an empty one is invalid. */
const codec: EventCodec = {
  catalog,
  decode: (bytes) => {
    const envelope = JSON.parse(new TextDecoder().decode(bytes));
    if (envelope.data.answer !== "") return { ok: true, event: "Asked.v1", envelope };
    return {
      ok: false,
      code: "invalid",
      message: "an answer is not empty",
      path: "/data/answer",
      eventType: "Asked",
      version: 1,
    };
  },
  read: (event: string, envelope) => ({ ok: true, event, envelope: envelope as Envelope }),
  validate: () => ({ ok: true }),
};

/** What was answered, by key. */
export const answered = new Map<string, string>();

/** Hears itself, and gives up at once on everything that brings no answer. */
export const failingService: Service<Api> = defineService<Api>({
  name: "desk",
  events: codec,
  handlers: {
    "Asked.v1": (event: { data: { id: string; answer?: string } }) => {
      const { id, answer } = event.data;
      if (answer === undefined) throw Object.assign(new Error("There is no answer."), { retryable: false });
      answered.set(id, answer);
      return [];
    },
  },
});

/** Asks again until there is an answer. */
export async function until<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error("Waited 40 s in vain.");
    await new Promise((proceed) => setTimeout(proceed, 20));
  }
}
