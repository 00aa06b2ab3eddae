import { describe, expect, test } from "@jest/globals";
import { judge } from "../load/judge.ts";
import type { Books, Placing } from "../load/ledger.ts";
import { percentile, report } from "../load/report.ts";

const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 15, 10, 30, seconds)).toISOString();
const items = [{ productId: "mug", quantity: 2 }];

function placing(status: string, parts: Partial<Placing> = {}, reason?: string): Placing {
  return {
    wish: "pay",
    customerId: "ada",
    items,
    orderIds: ["order-1"],
    seen: {
      orderId: "order-1",
      status,
      ...(reason === undefined ? {} : { reason }),
      total: { amount: 500, currency: "EUR" },
      items,
      timeline: [
        { status: "CREATED", at: at(0) },
        { status, at: at(7) },
      ],
    },
    ...parts,
  };
}
const books = (available: number, reserved: number, balance: number): Books => ({
  shelves: [{ productId: "mug", available, reserved }],
  balances: new Map([["ada", balance]]),
});
const judged = (one: Placing, after: Books) => judge({ placings: [one], refusals: [] }, books(10, 1, 1_000), after);

describe("the books of a load", () => {
  test("add up when what was delivered left the shelf and was paid", () => {
    expect(judged(placing("DELIVERED"), books(8, 3, 500))).toEqual([]);
    const cancelled = placing("CANCELLED", { cancel: "granted" }, "CUSTOMER_REQUEST");
    expect(judged(cancelled, books(10, 1, 1_000))).toEqual([]);
  });

  test("do not add up when goods or money are missing, or are there twice", () => {
    expect(judged(placing("DELIVERED"), books(8, 2, 500))).toEqual([expect.stringContaining("mug")]);
    expect(judged(placing("DELIVERED"), books(8, 3, 1_000))).toEqual(["ada: 1000 before, 500 spent, 1000 now"]);
  });

  test.each([
    ["that never ended", placing("PAID"), /still PAID/],
    ["delivered though its cancellation was granted", placing("DELIVERED", { cancel: "granted" }), /was granted/],
    ["cancelled though it was too late", placing("CANCELLED", { cancel: "too late" }, "TIMEOUT"), /too late/],
    ["cancelled for no reason of its customer's", placing("CANCELLED", {}, "OUT_OF_STOCK"), /OUT_OF_STOCK/],
    ["delivered though nobody could pay", placing("DELIVERED", { wish: "no money", customerId: "gus" }), /delivered/],
    ["that became two", placing("DELIVERED", { orderIds: ["order-1", "order-2"] }), /one Idempotency-Key/],
  ])("tell of an order %s", (_which, one, words) => {
    expect(judged(one, books(8, 3, 500)).join("\n")).toMatch(words);
  });
});

test("the report counts ends and reasons, and says how long each status took", () => {
  const text = report([placing("DELIVERED"), placing("CANCELLED", {}, "PAYMENT_FAILED")], {
    seconds: 2,
    heldBack: 0,
    failedTries: 0,
  });
  expect(text).toMatch(/^CANCELLED PAYMENT_FAILED +1$/m);
  expect(text).toMatch(/^placed to DELIVERED +1 +7000 ms +7000 ms$/m);
});

test("a percentile is one of the values, by nearest rank", () => {
  const values = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect([percentile(values, 0.5), percentile(values, 0.99), percentile([], 0.5)]).toEqual([50, 99, undefined]);
});
