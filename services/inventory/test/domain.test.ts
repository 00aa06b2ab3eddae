import { describe, expect, test } from "@jest/globals";
import { inventoryReleased, inventoryReservationFailed, inventoryReserved } from "@shop/events";
import fc from "fast-check";
import { count, type Heard } from "../src/domain.ts";
import { news, orderId, warehouse } from "./support/story.ts";

const items = [
  { productId: "beans", quantity: 2 },
  { productId: "mug", quantity: 1 },
];
const shelf = (productId: string, available: number, reserved: number) => ({ productId, available, reserved });

describe("an order that is heard of", () => {
  test.each([
    ["now", news.created(items)],
    ["in the first version of the news", news.createdLongAgo(items)],
  ])("%s gets everything it needs set aside", (_when, created) => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 1 });
    expect(hear(created)).toEqual([inventoryReserved({ orderId, items })]);
    expect([...shelves.values()]).toEqual([shelf("beans", 3, 2), shelf("mug", 0, 1)]);
  });

  test("gets nothing when one thing is missing, and is told what", () => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 0 });
    const shortages = [{ productId: "mug", requested: 1, available: 0 }];
    expect(hear(news.created(items))).toEqual([
      inventoryReservationFailed({ orderId, reason: "OUT_OF_STOCK", shortages }),
    ]);
    expect([...shelves.values()]).toEqual([shelf("beans", 5, 0), shelf("mug", 0, 0)]);
  });

  test("is told when a product has never been in the warehouse", () => {
    const shortages = [{ productId: "mug", requested: 1, available: 0 }];
    expect(warehouse({ beans: 5 }).hear(news.created(items))).toEqual([
      inventoryReservationFailed({ orderId, reason: "UNKNOWN_PRODUCT", shortages }),
    ]);
  });

  test("of before that names a product twice gets both, or nothing", () => {
    const twice = [2, 1].map((quantity) => ({ productId: "beans", quantity }));
    const { hear, shelves } = warehouse({ beans: 3 });
    expect(hear(news.createdLongAgo(twice))).toEqual([inventoryReserved({ orderId, items: twice })]);
    expect(shelves.get("beans")).toEqual(shelf("beans", 0, 3));
    const shortages = [{ productId: "beans", requested: 3, available: 2 }];
    expect(warehouse({ beans: 2 }).hear(news.createdLongAgo(twice))).toEqual([
      inventoryReservationFailed({ orderId, reason: "OUT_OF_STOCK", shortages }),
    ]);
  });

  test("twice is served once", () => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 1 });
    hear(news.created(items));
    expect(hear(news.created(items))).toEqual([]);
    expect(shelves.get("beans")).toEqual(shelf("beans", 3, 2));
  });

  test("a second time after a refusal is not served from newer stock", () => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 0 });
    hear(news.created(items));
    shelves.set("mug", count(shelves.get("mug"), "mug", 10));
    expect(hear(news.created(items))).toEqual([]);
  });
});

describe("goods that were set aside", () => {
  test.each([
    ["PAYMENT_FAILED", news.unpaid()],
    ["CUSTOMER_REQUEST", news.cancelled()],
    ["TIMEOUT", news.cancelled("TIMEOUT")],
  ] as const)("are put back for %s", (reason, undoing) => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 1 });
    hear(news.created(items));
    expect(hear(undoing)).toEqual([inventoryReleased({ orderId, items, reason })]);
    expect([...shelves.values()]).toEqual([shelf("beans", 5, 0), shelf("mug", 1, 0)]);
  });

  test("are put back once, though both the payment fails and the order is cancelled", () => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 1 });
    hear(news.created(items));
    hear(news.unpaid());
    expect(hear(news.cancelled())).toEqual([]);
    expect(shelves.get("beans")).toEqual(shelf("beans", 5, 0));
  });

  test("stay set aside when somebody counts the shelf", () => {
    expect(count(shelf("beans", 3, 2), "beans", 40)).toEqual(shelf("beans", 40, 2));
    expect(count(undefined, "moka-pot", 7)).toEqual(shelf("moka-pot", 7, 0));
  });
});

describe("news that crosses", () => {
  test("of a cancellation before its order makes the order get nothing", () => {
    const { hear, shelves } = warehouse({ beans: 5, mug: 1 });
    expect(hear(news.cancelled())).toEqual([]);
    expect(hear(news.created(items))).toEqual([]);
    expect(shelves.get("beans")).toEqual(shelf("beans", 5, 0));
  });

  test("of a failed payment before its order waits", () => {
    expect(warehouse({ beans: 5 }).hear(news.unpaid())).toBeUndefined();
  });
});

test("two hundred orders for a hundred pieces: exactly a hundred get one", () => {
  const { hear, said, shelves } = warehouse({ beans: 100 });
  for (let id = 0; id < 200; id += 1) hear(news.created([{ productId: "beans", quantity: 1 }], `order-${id}`));
  expect(said.filter(({ event }) => event === "InventoryReserved.v1")).toHaveLength(100);
  expect(said.filter(({ event }) => event === "InventoryReservationFailed.v1")).toHaveLength(100);
  expect(shelves.get("beans")).toEqual(shelf("beans", 0, 100));
});

describe("in every interleaving, with doubles and delays", () => {
  const stock = { beans: 6, mug: 3, kettle: 1 };
  const line = fc.record({
    productId: fc.constantFrom(...Object.keys(stock), "moka-pot"),
    quantity: fc.integer({ min: 1, max: 4 }),
  });
  const lines = fc.uniqueArray(line, { minLength: 1, maxLength: 3, selector: ({ productId }) => productId });
  /** The news of up to five orders, each told up to three times, in any order. */
  const anyNews = fc
    .array(fc.record({ lines, unpaid: fc.boolean(), cancelled: fc.boolean(), first: fc.boolean() }), {
      minLength: 1,
      maxLength: 5,
    })
    .chain((orders) => {
      const once = orders.flatMap((order, index): Heard[] => {
        const id = `order-${index}`;
        const created = order.first ? news.createdLongAgo(order.lines, id) : news.created(order.lines, id);
        return [
          created,
          ...(order.unpaid ? [news.unpaid(id)] : []),
          ...(order.cancelled ? [news.cancelled("TIMEOUT", id)] : []),
        ];
      });
      const doubles = fc.array(fc.constantFrom(...once), { maxLength: 2 * once.length });
      return doubles.chain((more) => fc.shuffledSubarray([...once, ...more], { minLength: once.length + more.length }));
    });

  test("no piece is lost or made, and an order is served once and undone once", () => {
    fc.assert(
      fc.property(anyNews, (heard) => {
        const house = warehouse(stock);
        const waiting: Heard[] = [];
        for (const one of heard) {
          if (house.hear(one) === undefined) waiting.push(one);
          for (const [productId, pieces] of Object.entries(stock)) {
            const { available, reserved } = house.shelves.get(productId)!;
            const held = [...house.reservations.values()]
              .filter(({ status }) => status === "RESERVED")
              .flatMap(({ lines: kept }) => kept.filter((kept) => kept.productId === productId))
              .reduce((sum, { quantity }) => sum + quantity, 0);
            expect({ sum: available + reserved, reserved }).toEqual({ sum: pieces, reserved: held });
            expect(available).toBeGreaterThanOrEqual(0);
          }
        }
        for (const one of waiting) expect(house.hear(one)).toBeDefined();
        const undone = new Set(
          heard.filter(({ event }) => !event.startsWith("OrderCreated")).map(({ data }) => data.orderId),
        );
        for (const { data } of heard) {
          const told = house.said.filter((event) => event.key === data.orderId).map(({ event }) => event);
          expect(told.length).toBe(new Set(told).size);
          const held = told.includes("InventoryReserved.v1") && !told.includes("InventoryReleased.v1");
          if (undone.has(data.orderId)) expect(held).toBe(false);
          expect(house.reservations.get(data.orderId)?.status === "RESERVED").toBe(held);
        }
      }),
      { numRuns: 300 },
    );
  });
});
