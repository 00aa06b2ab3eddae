import type { DeadLetter, DeadLetterQuery, Runtime } from "@eventpact/messaging";
import type { FastifyInstance } from "fastify";
import { admit, type Access } from "./access.ts";
import { asking, find, words } from "./asking.ts";
import { withoutAddresses, withoutPersonalData } from "./masking.ts";
import type { PersonalNames } from "./masking.ts";

interface OfService {
  Params: { service: string };
}
interface Which {
  Params: { service: string; id: string };
  Querystring: { edit?: string };
}
interface Signature {
  by?: string | undefined;
  note?: string | undefined;
}
interface Redrive extends Which {
  Body: (Signature & { edited?: string }) | null;
}
interface OfCause extends OfService {
  Body: Signature & Pick<DeadLetterQuery, "code" | "event" | "topic">;
}
interface Listing extends OfService {
  Querystring: Omit<DeadLetterQuery, "limit">;
}

const signed = { by: words, note: words };
const redriveBody = {
  type: ["object", "null"],
  additionalProperties: false,
  properties: { ...signed, edited: { type: "string", maxLength: 900_000 } },
};
const causeBody = {
  type: "object",
  required: ["code"],
  additionalProperties: false,
  properties: { ...signed, code: words, event: words, topic: words },
};
const querystring = {
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

/** Letters in one answer. */
const PAGE = 50;
/** Letters let go of in one go; then it is asked again, so that thousands are not held at once. */
const BATCH = 500;

const decoder = new TextDecoder();

/** A dead letter as a page can show it: bytes as text, personal data masked unless it is to be edited. */
function shown(
  { key, value, message, stack, ...letter }: DeadLetter,
  personal: PersonalNames,
  unmasked = false,
): Record<string, unknown> {
  const text = value === null ? null : decoder.decode(value);
  return {
    ...letter,
    message: withoutAddresses(message),
    ...(stack === undefined ? {} : { stack: withoutAddresses(stack) }),
    key: key === null ? null : decoder.decode(key),
    value: unmasked || text === null ? text : withoutPersonalData(text, personal),
  };
}

/** Who settles a letter, and why: what the audit trail keeps. */
const signature = ({ by = "operator", note }: Signature): { by: string; note?: string } => ({
  by,
  ...(note === undefined ? {} : { note }),
});

function readingRoutes(app: FastifyInstance, runtime: Runtime, access: Access): void {
  const personal: PersonalNames = new Set(
    runtime.services.flatMap(({ service }) => service.events.catalog.personalData ?? []),
  );
  app.get<{ Querystring: DeadLetterQuery }>("/ops/api/dead-letters", { schema: { querystring } }, async ({ query }) => {
    const lists: DeadLetter[] = [];
    await asking(async () => {
      for (const service of runtime.services) lists.push(...(await service.deadLetters.list({ limit: 200, ...query })));
    });
    return lists.sort((a, b) => b.diedAt.getTime() - a.diedAt.getTime()).map((letter) => shown(letter, personal));
  });
  app.get<Listing>("/ops/api/dead-letters/:service", { schema: { querystring } }, async ({ params, query }) => {
    const { deadLetters } = find(runtime, params.service);
    const letters = await asking(() => deadLetters.list({ ...query, limit: PAGE + 1 }));
    return { letters: letters.slice(0, PAGE).map((letter) => shown(letter, personal)), more: letters.length > PAGE };
  });
  app.get("/ops/api/causes", async () => {
    const causes = [];
    for (const { name, deadLetters } of runtime.services) {
      for (const cause of await deadLetters.causes())
        causes.push({ group: name, ...cause, message: withoutAddresses(cause.message) });
    }
    return causes.sort((a, b) => b.count - a.count);
  });
  app.get<Which>("/ops/api/dead-letters/:service/:id", async (request) => {
    const { service, id } = request.params;
    // The whole text is what an editor needs; it is shown to those only who may change it.
    const unmasked = request.query.edit === "true";
    if (unmasked) admit(request, access);
    return asking(async () => shown(await find(runtime, service).deadLetters.show(id), personal, unmasked));
  });
}

function settlingRoutes(app: FastifyInstance, runtime: Runtime, access: Access): void {
  app.post<Redrive>(
    "/ops/api/dead-letters/:service/:id/redrive",
    { schema: { body: redriveBody }, bodyLimit: 2_000_000 },
    async (request) => {
      admit(request, access);
      const { edited, ...by } = request.body ?? {};
      const options = {
        ...signature(by),
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
      const { service, id } = request.params;
      const { deadLetters } = find(runtime, service);
      return asking(async () => ({ discarded: await deadLetters.discard(id, signature(request.body ?? {})) }));
    },
  );
}

/** Every open letter of one cause: redriven after what killed them was mended, or let go of. */
function causeRoutes(app: FastifyInstance, runtime: Runtime, access: Access): void {
  app.post<OfCause>("/ops/api/dead-letters/:service/redrive", { schema: { body: causeBody } }, async (request) => {
    admit(request, access);
    const { by, note, ...cause } = request.body;
    const { deadLetters } = find(runtime, request.params.service);
    return asking(async () => ({ redriven: await deadLetters.redriveAll(cause, signature({ by, note })) }));
  });
  app.post<OfCause>("/ops/api/dead-letters/:service/discard", { schema: { body: causeBody } }, async (request) => {
    admit(request, access);
    const { by, note, ...cause } = request.body;
    const { deadLetters } = find(runtime, request.params.service);
    return asking(async () => {
      let discarded = 0;
      for (;;) {
        const letters = await deadLetters.list({ ...cause, status: "open", limit: BATCH });
        for (const { id } of letters) discarded += (await deadLetters.discard(id, signature({ by, note }))) ? 1 : 0;
        if (letters.length < BATCH) return { discarded };
      }
    });
  });
}

/** Dead letters over HTTP: what there is, by what they died of, and redriving, mending and discarding them. */
export function deadLetterRoutes(app: FastifyInstance, runtime: Runtime, access: Access): void {
  readingRoutes(app, runtime, access);
  settlingRoutes(app, runtime, access);
  causeRoutes(app, runtime, access);
}
