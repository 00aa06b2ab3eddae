import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hearing, told } from "../../../e2e/support/hearing.ts";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { handlers } from "../src/handlers.ts";
import { analytics } from "../src/main.ts";
import type { Summary } from "../src/store.ts";

let service: ServiceAlone;
const who = { customerId: "alice", email: "alice@example.com" };
const shippingAddress = { name: "A", line1: "1", city: "L", postalCode: "1", country: "FR" };
const noon = Date.UTC(2026, 0, 15, 12);
/** Seconds after noon. */
const at = (seconds: number) => ({ timestamp: new Date(noon + seconds * 1000).toISOString() });

const created = (orderId: string, amount: number, seconds: number, currency: "EUR" | "KRW" = "EUR") =>
  told("OrderCreated.v2", { orderId, ...who, items: [], total: { amount, currency }, shippingAddress }, at(seconds));
const charged = (orderId: string, amount: number, currency: "EUR" | "KRW" = "EUR") =>
  told("PaymentCompleted.v1", { orderId, accountId: "alice", amount: { amount, currency } });
const delivered = (orderId: string, seconds: number) =>
  told("OrderDelivered.v1", { orderId, ...who, shipmentId: "s", deliveredAt: at(seconds).timestamp }, at(seconds));
const paid = (orderId: string, seconds: number) =>
  told(
    "OrderPaid.v1",
    { orderId, customerId: "alice", total: { amount: 1, currency: "EUR" }, items: [], shippingAddress },
    at(seconds),
  );
const cancelled = (orderId: string, reason: "OUT_OF_STOCK" | "CUSTOMER_REQUEST", seconds: number) =>
  told("OrderCancelled.v1", { orderId, ...who, reason, previousStatus: "PAID" }, at(seconds));

/**
 * Ten orders. a to e: delivered after 4, 8, 8, 40 and 100 s for 10 € each, f: 500 ₩ and still travelling, g: charged
 * 30 € and given 30 € back, h and i: out of stock; z: two days before all others.
 */
const story = [
  created("a", 1000, 0),
  created("b", 1000, 10),
  created("c", 1000, 20),
  created("d", 1000, 30),
  created("e", 1000, 40),
  ...["a", "b", "c", "d", "e"].flatMap((orderId) => [charged(orderId, 1000), paid(orderId, 50)]),
  delivered("a", 4),
  delivered("b", 18),
  delivered("c", 28),
  delivered("d", 70),
  delivered("e", 140),
  created("f", 500, 3_600, "KRW"),
  charged("f", 500, "KRW"),
  paid("f", 3_601),
  created("g", 3000, 7_200),
  charged("g", 3000),
  paid("g", 7_201),
  cancelled("g", "CUSTOMER_REQUEST", 7_230),
  told("PaymentRefunded.v1", {
    orderId: "g",
    accountId: "alice",
    amount: { amount: 3000, currency: "EUR" },
    reason: "CUSTOMER_REQUEST",
  }),
  created("h", 999, 7_300),
  cancelled("h", "OUT_OF_STOCK", 7_301),
  created("i", 999, 7_300),
  cancelled("i", "OUT_OF_STOCK", 7_301),
  created("z", 1_000_000, -172_800),
  charged("z", 1_000_000),
];

const summary = async (query = ""): Promise<Summary> => (await service.http.inject(`/summary${query}`)).json();

beforeAll(async () => {
  service = await serviceAlone(analytics);
  service.now = new Date(noon + 3 * 3_600_000);
  const hear = hearing(service, handlers);
  // Every event tells its own part: the order in which they come must not matter.
  for (const [index, event] of story.toReversed().entries()) await hear(event, { partition: index % 3 });
});
afterAll(() => service.close());

describe("the summary of the last day", () => {
  test("counts how far orders came, and why they were cancelled", async () => {
    const { funnel, cancelled: count, failures } = await summary();
    expect(funnel).toEqual([
      { step: "created", orders: 9 },
      { step: "paid", orders: 7 },
      { step: "confirmed", orders: 0 },
      { step: "shipped", orders: 0 },
      { step: "delivered", orders: 5 },
    ]);
    expect(count).toBe(3);
    expect(failures).toEqual([
      { reason: "OUT_OF_STOCK", orders: 2 },
      { reason: "CUSTOMER_REQUEST", orders: 1 },
    ]);
  });

  test("adds up what was charged less what was given back, each currency for itself", async () => {
    expect((await summary()).revenue).toEqual([
      { currency: "EUR", amount: 5_000 },
      { currency: "KRW", amount: 500 },
    ]);
  });

  test("measures the time from order to delivery", async () => {
    const { median, p90, p99, classes } = (await summary()).deliveryTime;
    // 4 8 8 40 100: the 90 % quantile lies at 0.6 between the last two, the 99 % at 0.96.
    expect([median, p90, p99]).toEqual([8, 76, 97.6]);
    expect(classes.map(({ orders }) => orders)).toEqual([1, 2, 0, 1, 1, 0, 0, 0, 0]);
    expect(classes.map(({ upTo }) => upTo)).toEqual([5, 10, 30, 60, 300, 3_600, 86_400, 259_200, undefined]);
  });

  test("lays orders out over time, the newest last", async () => {
    const { overTime, since } = await summary("?hours=4&slots=4");
    expect(since).toBe("2026-01-15T11:00:00.000Z");
    expect(overTime.map(({ created: count }) => count)).toEqual([0, 5, 1, 3]);
    expect(overTime.map(({ delivered: count }) => count)).toEqual([0, 5, 0, 0]);
    expect(overTime.map(({ cancelled: count }) => count)).toEqual([0, 0, 0, 3]);
    expect(overTime.map(({ revenue }) => revenue)).toEqual([
      [],
      [{ currency: "EUR", amount: 5_000 }],
      [{ currency: "KRW", amount: 500 }],
      [{ currency: "EUR", amount: 0 }],
    ]);
    expect(overTime[1]?.from).toBe("2026-01-15T12:00:00.000Z");
  });

  test("looks as far back as asked", async () => {
    expect((await summary("?hours=72")).funnel[0]).toEqual({ step: "created", orders: 10 });
    expect((await summary("?hours=72")).revenue[0]).toEqual({ currency: "EUR", amount: 1_005_000 });
    expect((await summary("?hours=1")).funnel[0]).toEqual({ step: "created", orders: 3 });
  });

  test("counts every event heard, whatever its partition", async () => {
    const { events } = await summary();
    expect(events).toContainEqual({
      event: "OrderCreated.v2",
      count: 10,
      newest: new Date(noon + 7_300_000).toISOString(),
    });
    expect(events.find(({ event }) => event === "PaymentCompleted.v1")?.count).toBe(8);
  });
});

describe("asking for a summary", () => {
  test.each(["?hours=many", "?slots=0", "?hours=-1", "?days=3"])("with %s is refused", async (query) => {
    const answer = await service.http.inject(`/summary${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers["content-type"]).toContain("application/problem+json");
  });

  test("of an empty shop gives zeros and no quantile", async () => {
    const empty = await serviceAlone(analytics);
    const { funnel, deliveryTime, revenue } = (await empty.http.inject("/summary")).json() as Summary;
    await empty.close();
    expect(funnel.every(({ orders }) => orders === 0)).toBe(true);
    expect([deliveryTime.median, revenue]).toEqual([null, []]);
  });
});
