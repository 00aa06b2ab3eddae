import { describe, expect, test } from "@jest/globals";
import type { JsonSchema } from "../../src/model/types.ts";
import { instancesFor, tryUpcaster, type Upcast } from "../../src/upcasters/try-upcaster.ts";
import type { TrialEvent } from "../../src/upcasters/types.ts";
import { packed } from "./support/parcels.ts";

const version = (number: number): TrialEvent => ({
  eventType: "Packed",
  version: number,
  schema: packed(number) as JsonSchema,
  dialect: "draft-07",
  policy: "tolerant",
});
interface Data {
  readonly id: string;
  readonly weight: number;
  readonly note?: string;
}
type Made = (data: Data, envelope: { readonly timestamp: string }) => unknown;

const instances = instancesFor(version(1), version(2));
const tried = (upcast: Made, valid = instances) =>
  tryUpcaster(upcast as unknown as Upcast, valid, version(1), version(2), (work) => work());
const grams: (data: Data) => object = ({ weight, ...rest }) => ({ ...rest, grams: weight * 1000 });
const data = (instance: unknown): Data => (instance as { readonly data: Data }).data;

describe("an upcaster", () => {
  test("that holds has no failures, and it is said how many instances were tried", () => {
    const { tried: count, failures } = tried(grams);
    expect(failures).toEqual([]);
    expect(count).toBeGreaterThan(15);
  });

  test("that breaks at a bound only is shown the simplest instance, what it made of it, and where that is wrong", () => {
    const { failures } = tried(({ weight, ...rest }) => ({ ...rest, grams: weight * 1001 }));
    expect(failures).toHaveLength(1);
    const [failure] = failures;
    expect(failure).toMatchObject({ kind: "invalid", pointer: "/data/grams", answer: { grams: 500_500 } });
    expect(Object.keys(data(failure?.instance))).toEqual(["id", "weight"]);
    expect(data(failure?.instance).weight).toBe(500);
  });

  test("that breaks only where two things come together is found by the mixed instances", () => {
    const both: Made = (event) =>
      event.note !== undefined && event.weight === 0 ? { ...grams(event), note: "" } : grams(event);
    const { failures } = tried(both);
    expect(failures).toMatchObject([{ kind: "invalid", pointer: "/data/note" }]);
    expect(data(failures[0]?.instance)).toMatchObject({ weight: 0, note: expect.any(String) });
  });

  test("that passes on what the older version allows and the newer refuses is found, though no bound of the older says so", () => {
    const text = (more: object): JsonSchema => {
      const schema = structuredClone(packed(1)) as { properties: { data: { properties: { id: object } } } };
      schema.properties.data.properties.id = { type: "string", ...more };
      return schema as unknown as JsonSchema;
    };
    const [before, after] = [
      { ...version(1), schema: text({}) },
      { ...version(2), schema: text({ pattern: "^[A-Z]+$" }) },
    ];
    const { failures } = tryUpcaster(
      (event) => event,
      instancesFor(before, after),
      before,
      after,
      (work) => work(),
    );
    expect(failures).toContainEqual(expect.objectContaining({ kind: "invalid", pointer: "/data/id" }));
  });

  test("that throws is shown the event it throws at, and how many there are", () => {
    const { tried: count, failures } = tried((event) => ({ ...grams(event), note: event.note!.trim() }));
    expect(failures).toMatchObject([{ kind: "throws", message: expect.stringContaining("reading 'trim'") }]);
    expect(failures[0]?.count).toBeLessThan(count);
    expect(data(failures[0]?.instance).note).toBeUndefined();
  });

  test("that changes the event it is given is found, though what it makes is valid", () => {
    const { failures } = tried((event) => {
      const { weight } = event;
      delete (event as Partial<{ weight: number }>).weight;
      return Object.assign(event, { grams: weight });
    });
    expect(failures.map(({ kind }) => kind)).toEqual(["changes-input"]);
  });

  test.each<[string, Made]>([
    ["the clock", (event) => ({ ...grams(event), id: new Date().toISOString().slice(0, 10) })],
    ["the time in milliseconds", (event) => ({ ...grams(event), grams: Date.now() % 3 })],
    ["chance", (event) => ({ ...grams(event), id: String(Math.random()) })],
    ["its memory", (event) => ({ ...grams(event), grams: (counted += 1) })],
  ])("that asks %s is not steady", (_, upcast) => {
    expect(tried(upcast).failures.map(({ kind }) => kind)).toEqual(["unsteady"]);
  });

  test("may read the time that is in the event", () => {
    const upcast: Made = (event, { timestamp }) => ({ ...grams(event), id: new Date(timestamp).toISOString() });
    expect(tried(upcast).failures).toEqual([]);
  });

  test.each<[string, string, Made]>([
    ["nothing", "it answers undefined", () => undefined],
    ["a promise", "it answers a promise", async (event) => grams(event)],
    ["a rejected promise", "it answers a promise", () => Promise.reject(new Error("later"))],
    ["a Date in it", "it answers a Date at /note", (event) => ({ ...grams(event), note: new Date(0) })],
    ["no number", "it answers NaN at /grams", (event) => ({ ...grams(event), grams: Number.NaN })],
    ["a function", "it answers a function at /note", (event) => ({ ...grams(event), note: () => "" })],
    ["a map", "it answers a Map", () => new Map()],
    ["a hole in a list", "it answers undefined at /list/0", (event) => ({ ...grams(event), list: [undefined] })],
    ["a circle", "it answers an object that contains itself at /self", circle],
  ])("that answers %s answers no JSON", (_, message, upcast) => {
    const { failures } = tried(upcast);
    expect(failures.map(({ kind }) => kind)).toEqual(["not-json"]);
    expect(failures[0]?.message).toBe(message);
  });

  test("may leave a field undefined: then it is not there", () => {
    expect(tried((event) => ({ ...grams(event), note: undefined })).failures).toEqual([]);
  });

  test("reads what the decoder of the policy hands on, and what it makes is read by the same decoder", () => {
    const versioned = (number: number, policy: TrialEvent["policy"]): TrialEvent => {
      const properties = { size: { type: "string", enum: ["s", "m"] }, unit: { type: "string", default: "g" } };
      const data = { type: "object", required: number === 1 ? ["size"] : ["size", "unit"], properties };
      const schema = { type: "object", required: ["data"], properties: { data } } as unknown as JsonSchema;
      return { ...version(number), schema, policy };
    };
    const seen = new Map<string, Set<string>>();
    const trial = (policy: TrialEvent["policy"]): unknown => {
      const [from, to] = [versioned(1, policy), versioned(2, policy)];
      const sizes = new Set<string>();
      seen.set(policy, sizes);
      const upcast = (({ size }: { size: string }) => (sizes.add(size), { size })) as unknown as Upcast;
      return tryUpcaster(upcast, instancesFor(from, to), from, to, (work) => work()).failures;
    };
    expect(trial("strict")).toMatchObject([{ kind: "invalid", pointer: "/data" }]);
    expect([trial("tolerant"), trial("lenient")]).toEqual([[], []]);
    expect([...(seen.get("tolerant") ?? [])].toSorted()).toEqual(["m", "s"]);
    expect([...(seen.get("lenient") ?? [])].some((size) => !["m", "s"].includes(size))).toBe(true);
  });

  test("is untried where no valid instance of the older version is", () => {
    const none = instancesFor({ ...version(1), schema: false }, version(2));
    expect(tried(grams, none)).toEqual({ tried: 0, failures: [] });
  });
});

let counted = 0;

function circle(event: Data): object {
  const made: { self?: object } = { ...grams(event) };
  made.self = made;
  return made;
}
