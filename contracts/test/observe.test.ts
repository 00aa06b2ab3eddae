import { expect, test } from "@jest/globals";
import { observed } from "../support/observe.ts";

const order = () => ({
  id: "1",
  items: [
    { sku: "mug", n: 1 },
    { sku: "pot", n: 2 },
  ],
  to: { city: "Lyon", zip: "69003" },
});

test("what a handler asks for by name was read, items under one path", () => {
  const { event, seen } = observed(order());
  const skus = event.items.map(({ sku }) => sku);
  expect(skus).toEqual(["mug", "pot"]);
  expect([...seen.read]).toEqual(["$.items", "$.items[*].sku"]);
});

test("a field that is not there was asked for all the same", () => {
  const { event, seen } = observed<{ id: string; note?: string }>({ id: "1" });
  expect(event.note).toBeUndefined();
  expect([...seen.read]).toEqual(["$.note"]);
});

test.each<readonly [string, (event: ReturnType<typeof order>) => unknown]>([
  ["JSON", (event) => JSON.stringify(event)],
  ["a spread", (event) => ({ ...event, to: { ...event.to } })],
  ["entries", (event) => Object.entries(event).map(([, value]) => Object.entries(value))],
])("a copy by %s is no use of what is in it", (_what, copy) => {
  const { event, seen } = observed(order());
  copy(event);
  expect([...seen.read].filter((path) => path !== "$.to")).toEqual([]);
  expect(seen.copied.has("$.id")).toBe(true);
});

test("what is asked for after a copy was read", () => {
  const { event, seen } = observed(order());
  JSON.stringify(event);
  expect(event.to.city).toBe("Lyon");
  expect([...seen.read]).toEqual(["$.to", "$.to.city"]);
});

test("methods that every object and list has are no fields", () => {
  const { event, seen } = observed(order());
  expect([String(event), event.items.length, event.items.includes(event.items[0]!)]).toEqual([
    "[object Object]",
    2,
    true,
  ]);
  expect([...seen.read]).toEqual(["$.items"]);
});
