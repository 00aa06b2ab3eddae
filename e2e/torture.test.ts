/** A judge that finds nothing wrong proves nothing unless it finds what is wrong: each promise, broken on purpose. */
import { connect } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { clocksFrom, sayOffset } from "../scripts/torture/clocks.ts";
import { judgeClocks } from "../scripts/torture/judge-clocks.ts";
import { judgeDelivery } from "../scripts/torture/judge-delivery.ts";
import { judgeShop } from "../scripts/torture/judge-shop.ts";
import { newLedger, type Ledger, type Placing } from "../scripts/torture/ledger.ts";
import { startMailServer } from "../scripts/torture/mail-server.ts";
import type { Books, LogRecord, Observation } from "../scripts/torture/observe.ts";
import { seededRandom } from "../scripts/torture/random.ts";

const began = Date.UTC(2026, 0, 15);

const record = (topic: string, key: string, sequence: number, event: string, data: object = {}): LogRecord => ({
  topic,
  partition: 0,
  offset: 0,
  key,
  event,
  eventId: `${topic} ${key} ${sequence}`,
  sequence,
  correlationId: key,
  at: began + sequence * 1_000,
  recordedAt: began + sequence * 1_000,
  data: { ...data },
  digest: `${topic} ${key} ${sequence}`,
});

const goodWay = [
  record("order-events", "o1", 1, "OrderCreated.v2"),
  record("inventory-events", "o1", 1, "InventoryReserved.v1"),
  record("account-events", "ada", 1, "Deposited.v1"),
  record("account-events", "ada", 2, "Withdrawn.v1"),
  record("payment-events", "o1", 1, "PaymentCompleted.v1"),
  record("order-events", "o1", 2, "OrderPaid.v1"),
  record("order-events", "o1", 3, "OrderConfirmed.v1"),
  record("shipping-events", "o1", 1, "ShipmentDispatched.v1"),
  record("order-events", "o1", 4, "OrderShipped.v1"),
  record("shipping-events", "o1", 2, "ShipmentDelivered.v1"),
  record("order-events", "o1", 5, "OrderDelivered.v1"),
];
const badWay = [
  record("order-events", "o2", 1, "OrderCreated.v2"),
  record("inventory-events", "o2", 1, "InventoryReservationFailed.v1"),
  record("order-events", "o2", 2, "OrderCancelled.v1", { reason: "OUT_OF_STOCK" }),
];
const log = [...goodWay, ...badWay];

const hears: Record<string, RegExp> = {
  inventory: /^(OrderCreated|PaymentFailed|OrderCancelled)/,
  payment: /^(OrderCreated|InventoryReserved|OrderCancelled)\./,
  order: /^(Inventory|Payment|Shipment)/,
  shipping: /^Order(Paid|Shipped|Cancelled)/,
  email: /^Order(Created|Shipped|Delivered|Cancelled)/,
  tracking: /^Order/,
  analytics: /./,
  audit: /./,
};
const writers: Record<string, RegExp> = {
  order: /^order-/,
  inventory: /^inventory-/,
  payment: /^(payment|account)-/,
  shipping: /^shipping-/,
};

/** What is left when all went well: one order delivered, one out of stock. */
function wellKept(): Observation {
  const newest = (records: readonly LogRecord[]) =>
    new Map(records.map(({ topic, key, sequence }) => [`${topic} ${key}`, sequence]));
  const books: Books[] = Object.entries(hears).map(([service, heard]) => ({
    service,
    marks: log.filter(({ event }) => heard.test(event)).map(({ eventId, topic }) => ({ id: eventId, topic })),
    said: newest(log.filter(({ topic }) => writers[service]?.test(topic))),
    heard: newest(log.filter(({ topic }) => log.some((one) => one.topic === topic && heard.test(one.event)))),
    deadLetters: [],
    parked: 0,
    outbox: 0,
  }));
  const letter = (orderId: string, template: string) => ({ messageId: `${orderId}-${template}`, orderId, template });
  return {
    log,
    books,
    orders: new Set(["o1", "o2"]),
    payments: [
      { orderId: "o1", status: "COMPLETED" },
      { orderId: "o2", status: "CANCELLED" },
    ],
    entries: [
      { account: "ada", type: "Deposited.v1", amount: 5_000, orderId: undefined },
      { account: "ada", type: "Withdrawn.v1", amount: 1_250, orderId: "o1" },
    ],
    shelves: [{ productId: "ceramic-mug", available: 9, reserved: 1 }],
    reservations: [
      { orderId: "o1", status: "RESERVED", lines: [{ productId: "ceramic-mug", quantity: 1 }] },
      { orderId: "o2", status: "REFUSED", lines: [] },
    ],
    parcels: [{ orderId: "o1", state: "delivered" }],
    letters: [
      ...["ORDER_RECEIVED", "ORDER_SHIPPED", "ORDER_DELIVERED"].map((template) => letter("o1", template)),
      ...["ORDER_RECEIVED", "ORDER_CANCELLED"].map((template) => letter("o2", template)),
    ],
    counts: new Map([...Map.groupBy(log, ({ event }) => event)].map(([event, all]) => [event, all.length])),
    steps: new Map([
      ["o1", 5],
      ["o2", 2],
    ]),
    audited: log,
  };
}

function customers(): Ledger {
  const ledger = newLedger();
  const items = [{ productId: "ceramic-mug", quantity: 1 }];
  const placing = (key: string, orderId: string, wish: Placing["wish"]): Placing => ({
    key,
    wish,
    items,
    customerId: "ada",
    orderIds: new Set([orderId]),
    submissions: 1,
  });
  ledger.placings.push(placing("k1", "o1", "pay"), placing("k2", "o2", "out of stock"));
  ledger.deposits.set("ada", 5_000);
  ledger.stock.set("ceramic-mug", 10);
  return ledger;
}

const told = (seen: Observation): Map<string, number> => new Map(seen.letters.map(({ messageId }) => [messageId, 1]));

const times = { began, ended: began + 60_000, patienceMs: 240_000 };

function judged(seen: Observation, ledger = customers(), taken = told(seen)): string[] {
  return [...judgeShop(ledger, seen, taken), ...judgeDelivery(seen), ...judgeClocks(seen, times)].flatMap(
    ({ anomalies }) => anomalies.map(({ promise, detail }) => `${promise}: ${detail}`),
  );
}

describe("the judge of a torture run", () => {
  test("finds nothing when all went well", () => {
    expect(judged(wellKept())).toEqual([]);
  });

  test("calls a run in which nothing was looked at broken", () => {
    const empty = { orders: new Set<string>(), log: [], audited: [], letters: [], entries: [] };
    const found = judged({ ...wellKept(), ...empty }, newLedger());
    expect(found.filter((line) => line.endsWith("Nothing was looked at.")).length).toBeGreaterThan(5);
  });

  const withBooks = (service: string, change: (book: Books) => Partial<Books>): Observation => {
    const seen = wellKept();
    return {
      ...seen,
      books: seen.books.map((book) => (book.service === service ? { ...book, ...change(book) } : book)),
    };
  };
  const without = (event: string): readonly LogRecord[] => log.filter((one) => one.event !== event);
  const cases: [string, Observation, RegExp][] = [
    ["an order that was lost", { ...wellKept(), orders: new Set(["o2"]) }, /o1 was accepted and does not exist/],
    [
      "an order that nobody placed",
      { ...wellKept(), orders: new Set(["o1", "o2", "o3"]) },
      /1 orders that nobody placed, o3/,
    ],
    [
      "an order without an end",
      { ...wellKept(), log: without("OrderDelivered.v1") },
      /order o1: OrderCreated.v2, OrderPaid.v1/,
    ],
    [
      "an order with two ends",
      { ...wellKept(), log: [...log, record("order-events", "o1", 6, "OrderCancelled.v1")] },
      /order o1: .*OrderDelivered.v1, OrderCancelled.v1/,
    ],
    [
      "goods out of nothing",
      { ...wellKept(), shelves: [{ productId: "ceramic-mug", available: 10, reserved: 1 }] },
      /10 were put there, 10 \+ 1 are/,
    ],
    [
      "money taken twice",
      { ...wellKept(), entries: [...wellKept().entries, wellKept().entries[1]!] },
      /o1: Withdrawn.v1 1250, Withdrawn.v1 1250/,
    ],
    [
      "a deposit that was lost",
      { ...wellKept(), entries: wellKept().entries.slice(1) },
      /5000 were paid in and acknowledged, the account has 0/,
    ],
    [
      "a parcel that nobody was told of",
      { ...wellKept(), parcels: [{ orderId: "o2", state: "delivered" }] },
      /o2 is CANCELLED, its parcel is delivered/,
    ],
    [
      "a letter that was forgotten",
      { ...wellKept(), letters: wellKept().letters.slice(1) },
      /o1 is DELIVERED, its letters are/,
    ],
    [
      "a hole in the log",
      { ...wellKept(), log: without("OrderConfirmed.v1") },
      /numbers 1 to 5 were committed, the log has 1 2 4 5/,
    ],
    [
      "an event told in two ways",
      { ...wellKept(), log: [...log, { ...goodWay[0]!, digest: "other" }] },
      /OrderCreated.v2 order-events o1 1 is told in two ways/,
    ],
    [
      "an event that a consumer missed",
      withBooks("payment", ({ marks }) => ({ marks: marks.slice(1) })),
      /lost|unseen: payment/,
    ],
    [
      "a key that was not heard out",
      withBooks("order", () => ({ heard: new Map([["payment-events o1", 0]]) })),
      /order heard payment-events o1 up to 0 of 1/,
    ],
    [
      "effects out of order",
      { ...wellKept(), audited: log.with(5, log[6]!).with(6, log[5]!) },
      /reordered: audit order-events o1/,
    ],
    [
      "an effect that happened twice",
      { ...wellKept(), counts: new Map([...wellKept().counts, ["OrderPaid.v1", 2]]) },
      /analytics counted 2 of 1 OrderPaid.v1/,
    ],
    [
      "a dead letter",
      withBooks("email", () => ({
        deadLetters: [{ event: "OrderPaid.v1", code: "handler-failed", message: "no", eventId: "x" }],
      })),
      /email has a dead letter: OrderPaid.v1, handler-failed/,
    ],
    ["events that still wait", withBooks("shipping", () => ({ parked: 2 })), /shipping has 2 parked events/],
  ];
  const redated = (event: string, change: (one: LogRecord) => Partial<LogRecord>): Observation => ({
    ...wellKept(),
    log: log.map((one) => (one.event === event ? { ...one, ...change(one) } : one)),
  });
  const clocks: [string, Observation, RegExp][] = [
    [
      "an event dated by a clock that is ahead",
      redated("PaymentCompleted.v1", ({ at }) => ({ at: at + 3_600_000 })),
      /PaymentCompleted.v1 at payment-events\/0\/0 happened at 2026-01-15T01:00:01/,
    ],
    [
      "a record dated by a clock that is behind",
      redated("OrderPaid.v1", ({ at }) => ({ recordedAt: at - 3_600_000 })),
      /OrderPaid.v1 at .* was recorded at 2026-01-14T23:00:02/,
    ],
    [
      "time that goes backwards along an order",
      redated("OrderConfirmed.v1", ({ at }) => ({ at: at - 5_000 })),
      /order o1: OrderConfirmed.v1 at .*, after OrderPaid.v1/,
    ],
    [
      "an order given up before its time",
      redated("OrderCancelled.v1", () => ({ data: { reason: "TIMEOUT" } })),
      /order o2 was given up 1 s after OrderCreated.v2/,
    ],
  ];
  test.each([...cases, ...clocks])("finds %s", (_, seen, expected) => {
    expect(judged(seen).join("\n")).toMatch(expected);
  });

  test("holds the shop to what it told its customers", () => {
    const cancelled = customers();
    cancelled.placings[0]!.cancel = "granted";
    cancelled.placings[1]!.orderIds.add("o1");
    cancelled.refusals.push("POST /orders under k9: 422");
    expect(judged(wellKept(), cancelled).join("\n")).toMatch(
      /key k2 made 2 orders[\s\S]*answers to two keys[\s\S]*under k9: 422[\s\S]*cancellation was granted, and it is DELIVERED/,
    );
  });

  test("lets a letter leave twice after a crash, and no oftener", () => {
    const seen = wellKept();
    const first = seen.letters[0]!.messageId;
    expect(judged(seen, customers(), told(seen).set(first, 2))).toEqual([]);
    expect(judged(seen, customers(), told(seen).set(first, 4)).join()).toMatch(/left 4 times/);
  });
});

describe("the parts of a torture run", () => {
  test("draw the same from the same seed, and something else from another", () => {
    const draws = (seed: number) => {
      const random = seededRandom(seed).fork("faults");
      return Array.from({ length: 50 }, () => random.between(1, 1_000));
    };
    expect(draws(7)).toEqual(draws(7));
    expect(draws(8)).not.toEqual(draws(7));
    expect(Math.min(...draws(7))).toBeGreaterThanOrEqual(1);
  });

  test("begin with a clock that is wrong, and with others from two hours behind to two ahead", () => {
    const offsets = Array.from({ length: 200 }, clocksFrom(seededRandom(7), undefined));
    expect(Math.abs(offsets[0] ?? 0)).toBeGreaterThan(1_000_000);
    expect(Math.min(...offsets)).toBeLessThan(-3_600_000);
    expect(Math.max(...offsets)).toBeGreaterThan(3_600_000);
    expect(offsets).toContain(0);
    expect(Array.from({ length: 5 }, clocksFrom(seededRandom(7), /Kafka/))).toEqual([0, 0, 0, 0, 0]);
    expect([0, 65_000, -7_500_000, 400].map(sayOffset)).toEqual(["right", "+1 min 5 s", "-2 h 5 min", "+0 s"]);
  });

  test("count each letter that the mail server takes, also when its end comes in pieces", async () => {
    const mail = await startMailServer();
    const socket = connect(Number(new URL(mail.url).port), "127.0.0.1");
    let heard = "";
    socket.on("data", (chunk) => (heard += chunk.toString()));
    const answered = async (text: string): Promise<void> => {
      while (!heard.includes(text)) await new Promise((proceed) => setTimeout(proceed, 5));
      heard = heard.slice(heard.indexOf(text) + text.length);
    };
    await answered("220");
    for (const [line, answer] of [
      ["EHLO me", "250"],
      ["MAIL FROM:<a@b.example>", "250"],
      ["RCPT TO:<c@d.example>", "250"],
      ["DATA", "354"],
    ] as const) {
      socket.write(`${line}\r\n`);
      await answered(answer);
    }
    socket.write("Message-ID: <one@mail.example>\r\n\r\nHello\r\n.");
    socket.write("\r\nQUIT\r\n");
    await answered("250 taken");
    await answered("221");
    expect([...mail.taken]).toEqual([["one@mail.example", 1]]);
    await mail.close();
  });
});
