// What `eventpact generate` makes out of AsyncAPI documents, small enough to be read: a catalogue of what there is, a
// decoder of untrusted bytes, validators, and one constructor per event. A shop's own code never writes this by hand.
import type { Decoded, Envelope, EventCodec, NewEvent, Validation } from "@eventpact/messaging";

interface BookLent {
  readonly bookId: string;
  readonly reader: string;
}

const lent = {
  eventType: "BookLent",
  version: 1,
  topic: "library-events",
  keyLocation: "/data/bookId",
  lifecycle: "active" as const,
  title: "A book was lent",
  file: "",
  hash: "",
};

export const bookLent = (data: BookLent): NewEvent<"BookLent.v1", BookLent> => ({
  event: "BookLent.v1",
  key: data.bookId,
  data,
});

export type BookLentEvent = Envelope<BookLent>;

function validate(_event: never, envelope: unknown): Validation {
  const { data } = envelope as Envelope<Partial<BookLent>>;
  for (const name of ["bookId", "reader"] as const)
    if (typeof data[name] !== "string" || data[name] === "")
      return { ok: false, path: `/data/${name}`, message: "must be a text" };
  return { ok: true };
}

function read(event: never, value: unknown): Decoded {
  const verdict = validate(event, value);
  return verdict.ok
    ? { ok: true, event: "BookLent.v1", envelope: value as Envelope }
    : { ok: false, code: "invalid", message: verdict.message, path: verdict.path };
}

export const events: EventCodec = {
  catalog: {
    events: { "BookLent.v1": lent },
    topics: { "library-events": { partitions: 3, writer: "library", events: ["BookLent.v1"] } },
    services: {
      library: { title: "Library", sends: [{ operationId: "say", event: "BookLent.v1" }], receives: [] },
      reminder: { title: "Reminder", sends: [], receives: [{ operationId: "hear", event: "BookLent.v1" }] },
    },
  },
  validate,
  read,
  decode: (bytes) => {
    try {
      return read(undefined as never, JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return { ok: false, code: "not-json", message: "not JSON" };
    }
  },
};
