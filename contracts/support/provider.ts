import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Api } from "@eventpact/host";
import type { Service } from "@eventpact/messaging";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { STARTS_WITHIN_MS } from "./consumer.ts";
import { draftsFolder, pactsFolder } from "./pact-file.ts";
import { openService, type OutgoingMessage, type RealService } from "./real-service.ts";

/** How an event comes about: drives the real service until the event is in its outbox. */
export type Story = (service: RealService) => Promise<unknown>;

/** One story per event the service sends; where consumers ask for a provider state, one per state ("" is none). */
export type SendsTable<Event extends string> = Readonly<Record<Event, Story | Readonly<Record<string, Story>>>>;

/** What is told to `eventpact verify` through the file that EVENTPACT_RESULT names. */
interface Result {
  /** Which run of `eventpact verify` this answers. */
  readonly run: string | undefined;
  readonly provider: string;
  readonly interactions: readonly InteractionResult[];
  readonly messages: readonly {
    readonly event: string;
    readonly state: string;
    readonly payload: object;
    readonly headers: object;
    readonly key: string;
  }[];
}

interface InteractionResult {
  /** By which `eventpact verify` asked; absent where the tests run by themselves. */
  readonly id?: string;
  readonly consumer: string;
  readonly description: string;
  readonly states: readonly string[];
  readonly ok: boolean;
  readonly mismatches: readonly Mismatch[];
}

interface Mismatch {
  readonly path?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly message: string;
}

interface Pact {
  readonly consumer: { readonly name: string };
  readonly provider: { readonly name: string };
  readonly interactions: readonly Interaction[];
}

interface Interaction {
  readonly key?: string;
  readonly description: string;
  readonly providerStates?: readonly { readonly name: string }[];
}

/**
 * Defines the contract tests of a producer: every event it may send is brought about by its real code, taken from its
 * outbox with the headers it would have, and held against every consumer's contract. Nothing here is a fixture.
 * Versions that nobody sends any more are left to `eventpact verify`, which holds their schemas against the contracts.
 */
export function sends<Event extends string>(service: Service<Api>, table: SendsTable<Event>): void {
  const stories = Object.entries<Story | Readonly<Record<string, Story>>>(table).flatMap(([event, told]) =>
    Object.entries(typeof told === "function" ? { "": told } : told).map(([state, story]) => ({ event, state, story })),
  );
  const pacts = pactsFor(service.name).map(({ interactions, ...pact }) => ({
    ...pact,
    interactions: interactions.filter(({ description }) => Object.hasOwn(table, description)),
  }));
  const told = new Map<string, OutgoingMessage>();
  /** Why a story ended without its event. */
  const untold = new Map<string, string>();
  let real: RealService | undefined;
  let results: readonly InteractionResult[] = [];

  describe(`what ${service.name} says`, () => {
    beforeAll(async () => {
      real = await openService(service);
    }, STARTS_WITHIN_MS);
    afterAll(async () => {
      await real?.close();
      report(service.name, told, results);
    });

    test.each(stories)("comes out of its own code: $event $state", async ({ event, state, story }) => {
      const message = await messageOf(real as RealService, event, story).catch((error: unknown) => {
        untold.set(`${event}\n${state}`, error instanceof Error ? error.message : String(error));
        throw error;
      });
      told.set(`${event}\n${state}`, message);
      const { eventType, version, eventId, timestamp } = message.envelope;
      expect(`${eventType}.v${version}`).toBe(event);
      expect(message.headers).toMatchObject({ ce_type: event, ce_id: eventId, ce_time: timestamp });
    });

    test(
      "keeps every consumer's contract",
      () => {
        results = [...verified(service.name, pacts, told), ...unsaid(pacts, told, untold)];
        expect(results.filter(({ ok }) => !ok).map(sentence)).toEqual([]);
        expect(results).toHaveLength(pacts.reduce((count, { interactions }) => count + interactions.length, 0));
      },
      STARTS_WITHIN_MS,
    );
  });
}

async function messageOf(service: RealService, event: string, story: Story): Promise<OutgoingMessage> {
  await service.reset();
  await story(service);
  const message = (await service.outbox()).findLast((one) => one.event === event);
  if (message === undefined) throw new Error(`The story of ${event} ended without it.`);
  return message;
}

const nameOf = ({ description, providerStates = [] }: Interaction): string =>
  `${description}\n${providerStates.map(({ name }) => name).join("\n")}`;

/** What the code did not say keeps no contract; what it stumbled over is the reason. */
function unsaid(
  pacts: readonly Pact[],
  told: ReadonlyMap<string, OutgoingMessage>,
  untold: ReadonlyMap<string, string>,
): readonly InteractionResult[] {
  return pacts.flatMap(({ consumer, interactions }) =>
    interactions
      .filter((one) => !told.has(nameOf(one)))
      .map((one) => ({
        ...idOf(one),
        consumer: consumer.name,
        description: one.description,
        states: (one.providerStates ?? []).map(({ name }) => name),
        ok: false,
        mismatches: [{ message: `its code did not say it: ${untold.get(nameOf(one)) ?? "no story tells it"}` }],
      })),
  );
}

const idOf = ({ key }: Interaction): { readonly id?: string } => (key === undefined ? {} : { id: key });

/** The contracts with this producer: those that `eventpact verify` asks about, else all in contracts/pacts. */
function pactsFor(provider: string): readonly Pact[] {
  const asked = process.env["EVENTPACT_PACTS"];
  const files =
    asked === undefined ? readdirSync(pactsFolder).map((name) => join(pactsFolder, name)) : asked.split("\n");
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(file, "utf8")) as Pact)
    .filter((pact) => pact.provider.name === provider);
}

function verified(
  provider: string,
  wanted: readonly Pact[],
  told: ReadonlyMap<string, OutgoingMessage>,
): readonly InteractionResult[] {
  const pacts = wanted
    .map((pact) => ({ ...pact, interactions: pact.interactions.filter((one) => told.has(nameOf(one))) }))
    .filter(({ interactions }) => interactions.length > 0);
  if (pacts.length === 0) return [];
  mkdirSync(draftsFolder, { recursive: true });
  const folder = mkdtempSync(join(draftsFolder, `verify-${provider}-`));
  try {
    const files = pacts.map((pact) => {
      const file = join(folder, `${pact.consumer.name}.json`);
      writeFileSync(file, JSON.stringify(pact));
      return file;
    });
    const [question, answer] = [join(folder, "question"), join(folder, "answer")];
    writeFileSync(question, JSON.stringify({ provider, pacts: files, messages: Object.fromEntries(told) }));
    const verifier = join(import.meta.dirname, "verifier.ts");
    const run = spawnSync(process.execPath, ["--no-warnings", verifier, question, answer], {
      encoding: "utf8",
      timeout: STARTS_WITHIN_MS,
      env: { ...process.env, NODE_OPTIONS: "", PACT_DO_NOT_TRACK: "true" },
    });
    if (run.status !== 0) throw new Error(`The verifier broke:\n${run.stdout}\n${run.stderr}`);
    return judged(pacts, JSON.parse(readFileSync(answer, "utf8")) as Answer);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Answer {
  /** How many messages the verifier asked for. */
  readonly asked: number;
  readonly errors?: readonly unknown[];
  readonly interactionResults?: readonly {
    readonly consumer: string;
    readonly description: string;
    readonly providerStates?: readonly unknown[];
    readonly result: string;
    readonly mismatch?: { readonly mismatches?: readonly RawMismatch[]; readonly message?: string };
  }[];
}

interface RawMismatch {
  readonly path?: string;
  readonly expected?: string;
  readonly actual?: string;
  readonly mismatch: string;
}

/** The verifier lists what failed; what it does not list has held. */
function judged(pacts: readonly Pact[], answer: Answer): readonly InteractionResult[] {
  const { interactionResults = [], errors = [] } = answer;
  const results = pacts.flatMap(({ consumer, interactions }) =>
    interactions.map((interaction) => {
      const { description, providerStates = [] } = interaction;
      const states = providerStates.map(({ name }) => name);
      const found = interactionResults.find(
        (one) =>
          one.consumer === consumer.name && one.description === description && sameStates(one.providerStates, states),
      );
      const ok = found === undefined || found.result === "OK";
      const raw = found?.mismatch?.mismatches ?? [];
      const mismatches = raw.map(({ mismatch, path, expected, actual }) => ({
        path,
        expected,
        actual,
        message: mismatch,
      }));
      const told =
        mismatches.length > 0 || ok
          ? mismatches
          : [{ message: found?.mismatch?.message ?? "The verifier says no more." }];
      const mine = told as readonly Mismatch[];
      return { ...idOf(interaction), consumer: consumer.name, description, states, ok, mismatches: mine };
    }),
  );
  const isUnseen = answer.asked < results.length || (errors.length > 0 && results.every(({ ok }) => ok));
  if (isUnseen) throw new Error(`The verifier did not look at every message: ${JSON.stringify(answer)}`);
  return results;
}

const sameStates = (given: readonly unknown[] = [], states: readonly string[]): boolean =>
  given.length === states.length &&
  given.every((one, index) => (typeof one === "string" ? one : (one as { name: string }).name) === states[index]);

const sentence = ({ consumer, description, mismatches }: InteractionResult): string =>
  `${consumer} needs of ${description}: ${mismatches.map(({ path, message }) => `${path ?? ""} ${message}`).join("; ")}`;

function report(
  provider: string,
  told: ReadonlyMap<string, OutgoingMessage>,
  interactions: readonly InteractionResult[],
): void {
  const file = process.env["EVENTPACT_RESULT"];
  if (file === undefined) return;
  const messages = [...told].map(([name, { event, envelope, headers, key }]) => ({
    event,
    state: name.slice(event.length + 1),
    payload: envelope,
    headers,
    key,
  }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(
    file,
    JSON.stringify({ run: process.env["EVENTPACT_RUN"], provider, interactions, messages } satisfies Result),
  );
}
