import { describe, expect, test } from "@jest/globals";
import { deposited, paymentCompleted, paymentFailed, paymentRefunded, withdrawn } from "@shop/events";
import fc from "fast-check";
import { book, deposit, HIGHEST_BALANCE, type Account, type Heard } from "../src/domain.ts";
import { cashDesk, eur, news, orderId } from "./support/story.ts";

const accountId = "alice";
const amount = eur(5030);

describe("an order whose goods are set aside", () => {
  test.each([
    ["told now", news.created(5030)],
    ["told in the first version, in euro,", news.createdLongAgo(5030)],
  ])("%s is charged to its customer's account", (_which, created) => {
    const { hear, accounts } = cashDesk({ alice: 50_000 });
    expect(hear(created)).toEqual([]);
    expect(hear(news.reserved())).toEqual([
      withdrawn({ accountId, amount, orderId }),
      paymentCompleted({ orderId, accountId, amount }),
    ]);
    expect(accounts.get("alice")?.balance).toEqual(eur(44_970));
  });

  test("may take the last cent", () => {
    const { hear, accounts } = cashDesk({ alice: 5030 });
    hear(news.created(5030));
    hear(news.reserved());
    expect(accounts.get("alice")?.balance).toEqual(eur(0));
  });

  test.each([
    ["INSUFFICIENT_FUNDS", { alice: 5029 }, news.created(5030), amount],
    ["ACCOUNT_NOT_FOUND", {}, news.created(5030), amount],
    [
      "CURRENCY_MISMATCH",
      { alice: 5030 },
      news.created(5030, "alice", orderId, "JPY"),
      { amount: 5030, currency: "JPY" },
    ],
  ] as const)("is refused for %s, and not a part of it is taken", (reason, balances, created, asked) => {
    const { hear, accounts } = cashDesk(balances);
    const before = new Map(accounts);
    hear(created);
    expect(hear(news.reserved())).toEqual([paymentFailed({ orderId, accountId, amount: asked, reason })]);
    expect(accounts).toEqual(before);
  });

  test("waits until it is known who pays", () => {
    const { hear } = cashDesk({ alice: 50_000 });
    expect(hear(news.reserved())).toBeUndefined();
    hear(news.created(5030));
    expect(hear(news.reserved())).toHaveLength(2);
  });

  test("is charged once, and a refusal stands though money arrives later", () => {
    const rich = cashDesk({ alice: 50_000 });
    rich.hear(news.created(5030));
    rich.hear(news.reserved());
    expect(rich.hear(news.reserved())).toEqual([]);
    const poor = cashDesk({ alice: 10 });
    poor.hear(news.created(5030));
    poor.hear(news.reserved());
    poor.payIn("alice", 50_000);
    expect(poor.hear(news.reserved())).toEqual([]);
  });
});

describe("an order that is cancelled", () => {
  test("after it was charged gets its money back, once", () => {
    const { hear, accounts } = cashDesk({ alice: 50_000 });
    hear(news.created(5030));
    hear(news.reserved());
    expect(hear(news.cancelled())).toEqual([
      deposited({ accountId, amount, reason: "REFUND", orderId }),
      paymentRefunded({ orderId, accountId, amount, reason: "CUSTOMER_REQUEST" }),
    ]);
    expect(hear(news.cancelled())).toEqual([]);
    expect(accounts.get("alice")?.balance).toEqual(eur(50_000));
  });

  test("before its goods are heard of is never charged", () => {
    const { hear } = cashDesk({ alice: 50_000 });
    hear(news.created(5030));
    expect(hear(news.cancelled())).toEqual([]);
    expect(hear(news.reserved())).toEqual([]);
  });

  test("before it is heard of itself is never charged", () => {
    const { hear } = cashDesk({ alice: 50_000 });
    hear(news.cancelled());
    hear(news.created(5030));
    expect(hear(news.reserved())).toEqual([]);
  });

  test("after it was refused gets nothing back", () => {
    const { hear } = cashDesk({ alice: 10 });
    hear(news.created(5030));
    hear(news.reserved());
    expect(hear(news.cancelled())).toEqual([]);
  });
});

describe("a deposit", () => {
  test("opens the account with its currency", () => {
    expect(deposit(undefined, "alice", eur(1))).toEqual({
      ok: true,
      events: [deposited({ accountId, amount: eur(1), reason: "DEPOSIT" })],
    });
  });

  test("in another currency is refused, and named the account's own", () => {
    const account: Account = { accountId, balance: eur(1) };
    const refusal = { code: "CURRENCY_MISMATCH", currency: "EUR" };
    expect(deposit(account, accountId, { amount: 1, currency: "JPY" })).toEqual({ ok: false, refusal });
  });

  test("is refused where balances would stop being exact, and a refund still is not", () => {
    const account: Account = { accountId, balance: eur(HIGHEST_BALANCE) };
    const refusal = { code: "BALANCE_TOO_HIGH", highest: HIGHEST_BALANCE };
    expect(deposit(account, accountId, eur(1))).toEqual({ ok: false, refusal });
    const refund = deposited({ accountId, amount: eur(HIGHEST_BALANCE), reason: "REFUND", orderId });
    expect(Number.isSafeInteger(book(account, refund).balance.amount)).toBe(true);
  });
});

describe("in every interleaving, with doubles and delays", () => {
  const customers = ["alice", "bob", "nobody"];
  type Step = Heard | { readonly payIn: string; readonly amount: number };
  const order = fc.record({
    customer: fc.constantFrom(...customers),
    amount: fc.integer({ min: 0, max: 120 }),
    reserved: fc.boolean(),
    cancelled: fc.boolean(),
    first: fc.boolean(),
  });
  const payIn = fc.record({ payIn: fc.constantFrom("alice", "bob"), amount: fc.integer({ min: 1, max: 100 }) });
  const anySteps = fc
    .tuple(fc.array(order, { minLength: 1, maxLength: 5 }), fc.array(payIn, { maxLength: 3 }))
    .chain(([orders, deposits]) => {
      const once = orders.flatMap((one, index): Heard[] => {
        const id = `order-${index}`;
        const created = one.first
          ? news.createdLongAgo(one.amount, one.customer, id)
          : news.created(one.amount, one.customer, id);
        return [
          created,
          ...(one.reserved ? [news.reserved(id)] : []),
          ...(one.cancelled ? [news.cancelled(one.customer, id)] : []),
        ];
      });
      const doubles = fc.array(fc.constantFrom(...once), { maxLength: 2 * once.length });
      return doubles.chain((more) => {
        const all: Step[] = [...once, ...more, ...deposits];
        return fc.shuffledSubarray(all, { minLength: all.length });
      });
    });

  test("no cent is lost or made, no balance is below zero, and an order is charged once and refunded once", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const desk = cashDesk({ alice: 150, bob: 20 });
        const waiting: Heard[] = [];
        const check = () => {
          const paidIn = sum(
            desk.said.map((event) =>
              event.event === "Deposited.v1" && event.data.reason === "DEPOSIT" ? event.data.amount.amount : 0,
            ),
          );
          const held = sum([...desk.accounts.values()].map(({ balance }) => balance.amount));
          const taken = sum(
            [...desk.payments.values()].map((payment) => (payment.status === "COMPLETED" ? payment.amount.amount : 0)),
          );
          expect(held + taken).toBe(paidIn);
          for (const { balance } of desk.accounts.values()) expect(balance.amount).toBeGreaterThanOrEqual(0);
        };
        for (const step of steps) {
          if ("payIn" in step) desk.payIn(step.payIn, step.amount);
          else if (desk.hear(step) === undefined) waiting.push(step);
          check();
        }
        for (const heard of waiting) expect(desk.hear(heard)).toBeDefined();
        check();
        const heard = steps.filter((step) => "event" in step);
        for (const { data } of heard) {
          const told = desk.said.filter((event) => event.key === data.orderId).map(({ event }) => event);
          expect(told.length).toBe(new Set(told).size);
          const about = heard.filter((one) => one.data.orderId === data.orderId).map(({ event }) => event);
          const status = desk.payments.get(data.orderId)?.status;
          if (about.includes("OrderCancelled.v1")) expect(["CANCELLED", "FAILED", "REFUNDED"]).toContain(status);
          else
            expect(about.includes("InventoryReserved.v1") ? ["COMPLETED", "FAILED"] : ["EXPECTED"]).toContain(status);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("a balance is what its entries add up to", () => {
    fc.assert(
      fc.property(anySteps, (steps) => {
        const desk = cashDesk({ alice: 150, bob: 20 });
        for (const step of steps) {
          if ("payIn" in step) desk.payIn(step.payIn, step.amount);
          else desk.hear(step);
        }
        for (const [id, account] of desk.accounts) {
          const entries = desk.said
            .filter((event) => event.event === "Deposited.v1" || event.event === "Withdrawn.v1")
            .filter((event) => event.key === id);
          expect(entries.reduce<Account | undefined>(book, undefined)).toEqual(account);
        }
      }),
    );
  });
});

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
