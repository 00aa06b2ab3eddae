import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { hearing, told } from "../../../e2e/support/hearing.ts";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import type { Kept, TraceStep } from "../src/domain.ts";
import { handlers } from "../src/handlers.ts";
import { audit } from "../src/main.ts";

let service: ServiceAlone;
let hear: ReturnType<typeof hearing>;
const eur = (amount: number) => ({ amount, currency: "EUR" as const });
const shippingAddress = { name: "Alice", line1: "1 Rue", city: "Lyon", postalCode: "69003", country: "FR" };
const at = (seconds: number) => ({ timestamp: new Date(Date.UTC(2026, 0, 15, 12, 0, seconds)).toISOString() });

const order = told(
  "OrderCreated.v2",
  { orderId: "o-1", customerId: "alice", email: "alice@example.com", items: [], total: eur(100), shippingAddress },
  at(0),
);
const reserved = told(
  "InventoryReserved.v1",
  { orderId: "o-1", items: [] },
  { ...at(1), causationId: order.eventId, correlationId: "o-1" },
);
// Payment's clock is two seconds slow: by time alone the money would have moved before the goods were set aside.
const charged = told(
  "PaymentCompleted.v1",
  { orderId: "o-1", accountId: "alice", amount: eur(100) },
  { ...at(-1), causationId: reserved.eventId, correlationId: "o-1" },
);
const withdrawn = told(
  "Withdrawn.v1",
  { accountId: "alice", amount: eur(100), orderId: "o-1", balance: eur(1) } as never,
  { ...at(-1), sequence: 7, causationId: reserved.eventId, correlationId: "o-1" },
);

beforeAll(async () => {
  service = await serviceAlone(audit);
  hear = hearing(service, handlers);
  await hear(charged, { topic: "payment-events" });
  await hear(withdrawn, { topic: "account-events" });
  await hear(reserved, { topic: "inventory-events", partition: 3, offset: 12 });
  await hear(order);
  await hear(order);
  for (let number = 0; number < 25; number += 1) {
    const data = { orderId: `o-${100 + number}`, items: [] };
    await hear(told("InventoryReserved.v1", data, at(100 + Math.floor(number / 5))), { topic: "inventory-events" });
  }
});
afterAll(() => service.close());

const find = async (query: string): Promise<Kept[]> => (await service.http.inject(`/audit/events${query}`)).json();

describe("the event store", () => {
  test("keeps every event once, as it was, with where it stood", async () => {
    const [kept, ...more] = await find("?event=InventoryReserved.v1&key=o-1");
    expect(more).toEqual([]);
    expect(kept).toEqual({ event: reserved, topic: "inventory-events", partition: 3, offset: 12, key: "o-1" });
    expect(await find("?event=OrderCreated.v2")).toHaveLength(1);
  });

  test("masks personal data in what it shows", async () => {
    const answer = await service.http.inject("/audit/events?event=OrderCreated.v2");
    expect(answer.body).not.toMatch(/alice@example|Rue|Lyon/);
    expect(answer.json()[0].event.data).toMatchObject({ email: "[personal data]", shippingAddress: "[personal data]" });
  });

  test("finds by story, by key and by time, the newest first", async () => {
    expect((await find("?correlationId=o-1")).map(({ event }) => event.eventType)).toEqual([
      "InventoryReserved",
      "OrderCreated",
      expect.any(String),
      expect.any(String),
    ]);
    expect(await find(`?from=${at(1).timestamp}&to=${at(100).timestamp}`)).toHaveLength(1);
    expect(await find("?key=nobody")).toEqual([]);
  });

  test("gives page after page, each event once, also where many have one moment", async () => {
    const seen: string[] = [];
    for (let after = ""; ;) {
      const page = await find(`?event=InventoryReserved.v1&limit=7${after && `&after=${after}`}`);
      seen.push(...page.map(({ event }) => event.eventId));
      const last = page.at(-1);
      if (last === undefined) break;
      after = last.event.eventId;
    }
    expect(seen).toHaveLength(26);
    expect(new Set(seen).size).toBe(26);
  });

  test.each(["?limit=0", "?limit=1000", "?from=yesterday", "?who=alice"])("refuses %s", async (query) => {
    const answer = await service.http.inject(`/audit/events${query}`);
    expect([answer.statusCode, answer.json().errors]).toEqual([400, expect.any(Array)]);
  });
});

describe("the trace of an order", () => {
  test("puts causes before effects whatever the clocks say, and names who spoke and who hears it", async () => {
    const { steps } = (await service.http.inject("/audit/orders/o-1/trace")).json() as { steps: TraceStep[] };
    expect(steps.map(({ event, sender }) => [event, sender])).toEqual([
      ["OrderCreated.v2", "order"],
      ["InventoryReserved.v1", "inventory"],
      ["PaymentCompleted.v1", "payment"],
      ["Withdrawn.v1", "payment"],
    ]);
    expect(steps[1]).toMatchObject({ causedBy: order.eventId });
    expect(steps[1]?.receivers).toEqual(expect.arrayContaining(["order", "payment", "analytics", "audit"]));
    expect(steps[1]?.receivers).not.toContain("shipping");
  });

  test("of an order nobody heard of is a problem", async () => {
    const answer = await service.http.inject("/audit/orders/o-99/trace");
    expect([answer.statusCode, answer.json().detail]).toEqual([404, "No event of this order has been heard."]);
  });
});
