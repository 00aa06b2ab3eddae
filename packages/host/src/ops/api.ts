import {
  isMessagingError,
  type DeadLetter,
  type DeadLetterQuery,
  type Runtime,
  type ServiceRuntime,
} from "@eventpact/messaging";
import type { FastifyInstance } from "fastify";
import { problem } from "../problem.ts";
import { servePages } from "../pages.ts";
import { admit, type Access } from "./access.ts";
import { overview } from "./overview.ts";

interface Which {
  Params: { service: string; id: string };
}
interface Redrive extends Which {
  Body: { by?: string; note?: string; edited?: string } | null;
}
interface RedriveAll {
  Params: { service: string };
  Body: { by?: string; note?: string } & Pick<DeadLetterQuery, "code" | "event" | "topic">;
}
interface Replay {
  Params: { service: string };
  Body: { topic: string; from?: string; to?: string; keys?: string[]; dryRun?: boolean };
}

const words = { type: "string", minLength: 1, maxLength: 500 };
const signed = { by: words, note: words };
const moment = { type: "string", format: "date-time" };
const redriveBody = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { ...signed, edited: { type: "string", maxLength: 900_000 } },
};
const redriveAllBody = {
  type: "object",
  required: ["code"],
  additionalProperties: false,
  properties: { ...signed, code: words, event: words, topic: words },
};
const replayBody = {
  type: "object",
  required: ["topic"],
  additionalProperties: false,
  properties: {
    topic: words,
    from: moment,
    to: moment,
    keys: { type: "array", maxItems: 1000, items: words },
    dryRun: { type: "boolean" },
  },
};
const listQuery = {
  type: "object",
  additionalProperties: false,
  properties: {
    status: { enum: ["open", "redriven", "discarded"] },
    topic: words,
    key: words,
    event: words,
    code: words,
    after: words,
  },
};

const decoder = new TextDecoder();
const personal = /("(?:email|shippingAddress)"\s*:\s*)(\{[^{}]*\}|"(?:[^"\\]|\\.)*")/g;

/** A dead letter as a page can show it: bytes as text, personal data masked unless it is to be edited. */
function shown({ key, value, ...letter }: DeadLetter, unmasked: boolean): Record<string, unknown> {
  const text = value === null ? null : decoder.decode(value);
  return {
    ...letter,
    key: key === null ? null : decoder.decode(key),
    value: unmasked || text === null ? text : text.replace(personal, '$1"[personal data]"'),
  };
}

function find(runtime: Runtime, name: string): ServiceRuntime {
  const found = runtime.services.find((service) => service.name === name);
  if (found) return found;
  const names = runtime.services.map((service) => service.name).join(", ");
  throw problem(404, `There is no service "${name}" here; there are: ${names}.`);
}

/** Errors of the runtime that are the caller's, as problems; anything else stays what it is. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isMessagingError(error, "dead-letter-not-found")) throw problem(404, error.message, { code: error.code });
    if (isMessagingError(error, "payload-conflict")) throw problem(422, error.message, { code: error.code });
    if (isMessagingError(error, "handler-failed")) throw problem(409, error.message, { code: error.code });
    throw error;
  }
}

function deadLetterRoutes(app: FastifyInstance, runtime: Runtime, access: Access): void {
  app.get<{ Querystring: DeadLetterQuery }>(
    "/ops/api/dead-letters",
    { schema: { querystring: listQuery } },
    async ({ query }) => {
      const lists = [];
      for (const service of runtime.services) lists.push(...(await service.deadLetters.list({ limit: 200, ...query })));
      return lists.sort((a, b) => b.diedAt.getTime() - a.diedAt.getTime()).map((letter) => shown(letter, false));
    },
  );
  app.get<Which>("/ops/api/dead-letters/:service/:id", async (request) => {
    const { service, id } = request.params;
    // The whole text is what an editor needs; it is shown to those only who may change it.
    const unmasked = (request.query as { edit?: string }).edit === "true";
    if (unmasked) admit(request, access);
    return asking(async () => shown(await find(runtime, service).deadLetters.show(id), unmasked));
  });
  app.post<Redrive>(
    "/ops/api/dead-letters/:service/:id/redrive",
    { schema: { body: redriveBody }, bodyLimit: 2_000_000 },
    async (request) => {
      admit(request, access);
      const { edited, by = "operator", note } = request.body ?? {};
      const options = {
        by,
        ...(note === undefined ? {} : { note }),
        ...(edited === undefined ? {} : { edited: new TextEncoder().encode(edited) }),
      };
      const { service, id } = request.params;
      return asking(async () => ({ redriven: await find(runtime, service).deadLetters.redrive(id, options) }));
    },
  );
  app.post<Redrive>(
    "/ops/api/dead-letters/:service/:id/discard",
    { schema: { body: redriveBody } },
    async (request) => {
      admit(request, access);
      const { by = "operator", note } = request.body ?? {};
      const { service, id } = request.params;
      return asking(async () => ({
        discarded: await find(runtime, service).deadLetters.discard(id, {
          by,
          ...(note === undefined ? {} : { note }),
        }),
      }));
    },
  );
}

/** Every open letter of one cause, after what killed them was mended. */
function redriveAllRoute(app: FastifyInstance, runtime: Runtime, access: Access): void {
  app.post<RedriveAll>(
    "/ops/api/dead-letters/:service/redrive",
    { schema: { body: redriveAllBody } },
    async (request) => {
      admit(request, access);
      const { by = "operator", note, ...cause } = request.body;
      const signature = { by, ...(note === undefined ? {} : { note }) };
      const { deadLetters } = find(runtime, request.params.service);
      return asking(async () => ({ redriven: await deadLetters.redriveAll(cause, signature) }));
    },
  );
}

/** What operators need over HTTP, and the console that shows it: everything under `/ops`. */
export async function operations(app: FastifyInstance, runtime: Runtime, access: Access): Promise<void> {
  app.get("/ops/api/state", { config: { rateLimit: false } }, () => overview(runtime));
  app.get<{ Params: { service: string } }>("/ops/api/parked/:service", ({ params }) =>
    find(runtime, params.service).parked(),
  );
  deadLetterRoutes(app, runtime, access);
  redriveAllRoute(app, runtime, access);
  app.post<Replay>("/ops/api/replay/:service", { schema: { body: replayBody } }, async (request) => {
    admit(request, access);
    const { topic, from, to, keys, dryRun = false } = request.body;
    return asking(() =>
      find(runtime, request.params.service).replay({
        topic,
        dryRun,
        ...(from === undefined ? {} : { from: new Date(from) }),
        ...(to === undefined ? {} : { to: new Date(to) }),
        ...(keys === undefined ? {} : { keys }),
      }),
    );
  });
  await servePages(app, new URL("../pages/", import.meta.url), "/ops/");
}
