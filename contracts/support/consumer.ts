import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Api } from "@eventpact/host";
import type { NewEvent, Service } from "@eventpact/messaging";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { MatchersV3, PactV4 } from "@pact-foundation/pact";
import { exampleEvent, isRecord } from "./example.ts";
import { observed, type Observation } from "./observe.ts";
import { draftsFolder, pactsFolder, readPacts } from "./pact-file.ts";
import { openService, type RealService } from "./real-service.ts";

/** Matchers with example values, for what a consumer needs. */
export const { boolean, eachLike, integer, regex, string } = MatchersV3;

/** A moment that JavaScript's `Date` understands. */
export const moment = (example = "2026-01-15T10:30:00.000Z") =>
  regex("^\\d{4}-\\d{2}-\\d{2}[Tt\\s]\\d{2}:\\d{2}:\\d{2}.*$", example);

/** One of some words: the consumer knows these and no other. */
export const oneOf = (example: string, ...others: readonly string[]) =>
  regex(`^(${[example, ...others].toSorted().join("|")})$`, example);

/** A database starts in half a second; on a machine that is busy with everything else, later. */
export const STARTS_WITHIN_MS = 180_000;

export interface Receives {
  /** Matchers for what the handler needs of the event besides its identity; a field that is not here is not needed. */
  readonly needs: Readonly<Record<string, unknown>>;
  /** Fields that the handler uses where they are there, and can do without: `$.data.estimatedDelivery`. */
  readonly uses?: readonly string[];
  /** A state of the producer in which it sends the event this way; a word for the producer's verification. */
  readonly given?: string;
  /** What this service must know before it hears the event. */
  readonly before?: (service: RealService) => Promise<unknown>;
  /** Asserts what the event did. */
  readonly effect: (service: RealService, said: readonly NewEvent[]) => Promise<unknown> | unknown;
}

/** One contract per event version that the service receives; a version that can come in several ways has a list. */
export type ReceivesTable<Event extends string> = Readonly<Record<Event, Receives | readonly Receives[]>>;

/** What the runtime needs of every event: identity, order, story and kind. */
const envelopeNeeds = (eventType: string, version: number) => ({
  eventId: string("019bc134-7840-7b97-bff2-d5c62a3d0b33"),
  eventType,
  version,
  sequence: integer(1),
  correlationId: string("019bc134-782d-7aa8-8f7f-6add4e1224f0"),
});
const ofTheRuntime = new Set(
  ["eventId", "eventType", "version", "sequence", "correlationId"].map((name) => `$.${name}`),
);

/**
 * Defines the contract tests of a consumer: each runs the real handler, behind the real decoder, on a database of its
 * own, on the event that the contract describes; asserts the effect; and holds the contract to what the handler looked
 * at: a field it reads must be named, and a field that is named must be read.
 */
export function receives<Event extends string>(service: Service<Api>, table: ReceivesTable<Event>): void {
  const drafts = join(draftsFolder, service.name);
  const rows = Object.entries<Receives | readonly Receives[]>(table).flatMap(([event, contracts]) =>
    [contracts]
      .flat()
      .map((contract) => ({ event, contract, title: contract.given ? `${event}, when ${contract.given},` : event })),
  );
  describe(`the contracts of ${service.name}`, () => {
    let real: RealService | undefined;
    beforeAll(async () => {
      rmSync(drafts, { recursive: true, force: true });
      real = await openService(service);
    }, STARTS_WITHIN_MS);
    afterAll(() => real?.close());
    beforeEach(() => real?.reset());

    test.each(rows)("$title is all it needs", ({ event, contract }) =>
      holds(real as RealService, service, event, contract, drafts),
    );

    // Recording writes the files afterwards.
    if (process.env["CONTRACTS_RECORD"] === undefined)
      test("are the ones kept in contracts/pacts (after a change: npm run contracts)", () => {
        const kept = [...readPacts(pactsFolder)].filter(([name]) => name.startsWith(`${service.name}-`));
        expect([...readPacts(drafts)]).toEqual(kept);
      });
  });
}

async function holds(
  real: RealService,
  { name, events }: Service<Api>,
  event: string,
  contract: Receives,
  dir: string,
): Promise<void> {
  const { eventType, version, topic } = entry(events.catalog.events, event);
  const operation = events.catalog.services[name]?.receives.find((one) => one.event === event);
  const provider = entry(events.catalog.topics, topic).writer;
  const pact = new PactV4({ consumer: name, provider, dir, logLevel: "error" });
  const interaction = pact.addAsynchronousInteraction();
  interaction.reference("AsyncAPI", "operationId", operation?.operationId ?? "");
  interaction.reference("AsyncAPI", "message", event);
  if (contract.uses) interaction.comment({ key: "uses", value: JSON.stringify(contract.uses) });
  if (contract.given) interaction.given(contract.given);
  await interaction
    .expectsToReceive(event, (message) => {
      message.withJSONContent({ ...envelopeNeeds(eventType, version), ...contract.needs });
    })
    .executeTest(async ({ contents: { content } }) => {
      await contract.before?.(real);
      const whole = exampleEvent(events.catalog, event, content);
      let seen: Observation = { read: new Set(), copied: new Set() };
      const said = await real.hear(event, whole, (value) => {
        const looked = observed(value);
        ({ seen } = looked);
        return looked.event;
      });
      await contract.effect(real, said);
      compareWithContract(fieldsOf(content), contract.uses ?? [], seen);
    });
}

/** Fails on fields that the handler read behind the contract's back, and on fields that the contract names in vain. */
function compareWithContract(named: ReadonlySet<string>, uses: readonly string[], { read, copied }: Observation): void {
  const allowed = new Set([...named, ...uses]);
  const isInner = (path: string): boolean =>
    [...allowed].some((one) => one.startsWith(`${path}.`) || one.startsWith(`${path}[`));
  const unnamed = [...read].filter((path) => !allowed.has(path) && !isInner(path));
  const unread = [...allowed].filter((path) => !read.has(path) && !copied.has(path) && !ofTheRuntime.has(path));
  expect({ readButNotInTheContract: unnamed, inTheContractButNotRead: unread }).toEqual({
    readButNotInTheContract: [],
    inTheContractButNotRead: [],
  });
}

/** The paths of all values in a message. */
function fieldsOf(content: unknown, path = "$"): ReadonlySet<string> {
  if (Array.isArray(content)) return new Set(content.flatMap((item) => [...fieldsOf(item, `${path}[*]`)]));
  if (!isRecord(content)) return new Set([path]);
  return new Set(Object.entries(content).flatMap(([name, value]) => [...fieldsOf(value, `${path}.${name}`)]));
}

function entry<Value>(table: Readonly<Record<string, Value>>, name: string): Value {
  const found = table[name];
  if (found === undefined) throw new Error(`The catalogue has no ${name}.`);
  return found;
}
