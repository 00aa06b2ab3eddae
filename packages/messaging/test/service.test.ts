import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { catalogue, defineService } from "../src/index.ts";
import type { Envelope, Handlers, NewEvent } from "../src/index.ts";
import { checkHistory } from "../src/testing/index.ts";
import { errorsPage } from "../scripts/errors-doc.ts";
import { bytesOf, catalog, codec, codecOver } from "./support/shop.ts";
import { readRecord } from "../src/runtime/incoming.ts";

interface Events {
  "Placed.v1": Envelope<{ id: string }> & { eventType: "Placed"; version: 1 };
  "Placed.v2": Envelope<{ id: string; quantity: number }> & { eventType: "Placed"; version: 2 };
  "Cancelled.v1": Envelope<{ id: string }> & { eventType: "Cancelled"; version: 1 };
}
type Heard = "Placed.v1" | "Placed.v2";
type Said = NewEvent<"Reserved.v1", { id: string }>;
type Table = Handlers<Events, Heard, Said>;
const reserve = (id: string): Said => ({ event: "Reserved.v1", key: id, data: { id } });

// Held by the type checker, which runs over this file like any other.
export const complete: Table = { "Placed.v1": () => [], "Placed.v2": (event) => [reserve(event.data.id)] };
// @ts-expect-error a missing row
export const missing: Table = { "Placed.v1": () => [] };
// @ts-expect-error an extra row
export const extra: Table = { "Placed.v1": () => [], "Placed.v2": () => [], "Cancelled.v1": () => [] };
export const wrongEvent: Table = {
  "Placed.v1": () => [],
  // @ts-expect-error an event that the service does not send
  "Placed.v2": () => [{ event: "Shipped.v1", key: "a", data: { id: "a" } }],
};
export const wrongField: Table = {
  // @ts-expect-error version 1 has no quantity
  "Placed.v1": (event) => [reserve(String(event.data.quantity))],
  "Placed.v2": () => [],
};

describe("a service's definition", () => {
  test("fits when its table is complete", () => {
    expect(defineService({ name: "stock", events: codec, handlers: complete }).name).toBe("stock");
  });

  test.each([
    ["a missing row", { "Placed.v1": () => [] }, "no handler for Placed.v2"],
    [
      "an extra row",
      { "Placed.v1": () => [], "Placed.v2": () => [], "Cancelled.v1": () => [] },
      "a handler for Cancelled.v1",
    ],
  ])("is refused at run time too, for %s", (_, handlers, message) => {
    expect(() => defineService({ name: "stock", events: codec, handlers })).toThrow(message);
  });

  test("is refused for a service no contract describes, naming those there are", () => {
    expect(() => defineService({ name: "nobody", events: codec, handlers: {} })).toThrow(
      "there are: sales, stock, audit",
    );
  });

  test("an upcaster takes the place of an older version's row, and what it makes is validated", () => {
    const upcasters = [
      {
        from: "Placed.v1",
        to: "Placed.v2",
        upcast: (data: { id: string; quantity?: number }) => ({ ...data, quantity: (data.quantity ?? 0) * 10 }),
      },
    ];
    const service = defineService({ name: "stock", events: codec, handlers: { "Placed.v2": () => [] }, upcasters });
    const read = (quantity: number) =>
      readRecord(service, {
        topic: "sales-events",
        partition: 0,
        offset: 0,
        key: Buffer.from("a"),
        value: bytesOf("Placed", "a", 1, { data: { id: "a", quantity } }),
        headers: {},
        timestamp: 0,
      });
    expect(read(4)).toMatchObject({
      event: "Placed.v1",
      kind: { name: "handle", envelope: { version: 2, data: { quantity: 40 } } },
    });
    const broken = { ...service, upcasters: [{ ...upcasters[0]!, upcast: () => ({ id: "a", quantity: -1 }) }] };
    const record = {
      topic: "sales-events",
      partition: 0,
      offset: 0,
      key: Buffer.from("a"),
      value: bytesOf("Placed", "a", 1),
      headers: {},
      timestamp: 0,
    };
    expect(readRecord(broken, record).kind).toMatchObject({ name: "refuse", error: { code: "message-invalid" } });
  });

  test("a chain of upcasters that ends before a row is named with the version at which it ends", () => {
    const upcasters = [{ from: "Placed.v1", to: "Placed.v3", upcast: (data: object) => data }];
    expect(() =>
      defineService({ name: "stock", events: codec, handlers: { "Placed.v2": () => [] }, upcasters }),
    ).toThrow("no handler for Placed.v3, which upcasters make of Placed.v1");
  });

  test("a codec over other events is another contract", () => {
    expect(() =>
      defineService({ name: "stock", events: codecOver({ ...catalog, services: {} }), handlers: {} }),
    ).toThrow("No contract describes");
  });
});

describe("the catalogue of errors", () => {
  test("is what docs/errors.md says, every code of it", () => {
    const page = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
    expect(page).toBe(errorsPage());
    expect(Object.keys(catalogue).length).toBeGreaterThan(20);
  });
});

describe("the history checker", () => {
  const sent = [1, 2, 3].map((sequence) => ({ key: "a", sequence, eventId: `e${sequence}` }));
  const effects = (...sequences: readonly number[]) =>
    sequences.map((sequence) => ({ consumer: "c", key: "a", sequence, eventId: `e${sequence}` }));
  test.each([
    ["nothing wrong", [1, 2, 3], []],
    ["lost", [1, 3], ["lost"]],
    ["unseen", [1, 2], ["unseen"]],
    ["duplicated", [1, 2, 2, 3], ["duplicated"]],
    ["reordered", [1, 3, 2], ["reordered"]],
    ["invented", [1, 2, 3, 4], ["invented"]],
  ])("sees %s", (_, heard, kinds) => {
    expect(checkHistory({ sent, effects: effects(...heard) }).anomalies.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("sees a commit that went backwards, and never approves of nothing", () => {
    const commits = [5, 3].map((offset) => ({ group: "g", topic: "t", partition: 0, offset }));
    expect(checkHistory({ sent, effects: effects(1, 2, 3), commits }).anomalies).toMatchObject([
      { kind: "non-monotonic" },
    ]);
    expect(checkHistory({ sent: [], effects: [] }).valid).toBe(false);
  });
});
