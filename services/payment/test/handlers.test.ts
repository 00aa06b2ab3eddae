import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import { payment, seed } from "../src/main.ts";
import { eur, news, orderOf } from "./support/story.ts";

let service: ServiceAlone;
beforeAll(async () => {
  service = await serviceAlone(payment);
});
afterAll(() => service.close());

const payIn = (accountId: string, payload: object, headers: Readonly<Record<string, string>> = {}) =>
  service.http.inject({ method: "POST", url: `/accounts/${accountId}/deposits`, payload, headers });
const account = async (accountId: string, query = "") =>
  (await service.http.inject(`/accounts/${accountId}${query}`)).json();
const hear = ({ event, data }: ReturnType<typeof news.reserved>) => service.hear(event, data as never);
const names = (said: unknown) => (said as readonly { event: string }[]).map(({ event }) => event);

describe("payment's handlers", () => {
  test("charge an order when both pieces of news are there, and give back when it is cancelled", async () => {
    await payIn("ada", eur(1000));
    expect(await hear(news.reserved(orderOf("a")))).toMatch(/who pays/);
    await hear(news.created(400, "ada", orderOf("a")));
    expect(names(await hear(news.reserved(orderOf("a"))))).toEqual(["Withdrawn.v1", "PaymentCompleted.v1"]);
    expect(await hear(news.reserved(orderOf("a")))).toEqual([]);
    expect(await account("ada")).toEqual({ accountId: "ada", balance: eur(600), version: 2 });
    expect(names(await hear(news.cancelled("ada", orderOf("a"))))).toEqual(["Deposited.v1", "PaymentRefunded.v1"]);
    expect(await hear(news.cancelled("ada", orderOf("a")))).toEqual([]);
    expect(await account("ada")).toEqual({ accountId: "ada", balance: eur(1000), version: 3 });
  });

  test("refuse what an account cannot pay", async () => {
    await payIn("ben", eur(10));
    await hear(news.createdLongAgo(400, "ben", orderOf("b")));
    expect(await hear(news.reserved(orderOf("b")))).toMatchObject([
      { event: "PaymentFailed.v1", data: { reason: "INSUFFICIENT_FUNDS" } },
    ]);
    expect(await account("ben")).toMatchObject({ balance: eur(10), version: 1 });
  });

  test("remember a cancellation that came before everything else", async () => {
    await hear(news.cancelled("ben", orderOf("c")));
    await hear(news.created(1, "ben", orderOf("c")));
    expect(await hear(news.reserved(orderOf("c")))).toEqual([]);
  });
});

describe("the cash desk's doors", () => {
  test("take a deposit once per key, and answer a repeated one the same", async () => {
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => payIn("cleo", eur(500), { "idempotency-key": "click" })),
    );
    expect(answers.map((answer) => [answer.statusCode, answer.json()])).toEqual(
      answers.map(() => [201, { accountId: "cleo", balance: eur(500), version: 1 }]),
    );
    expect((await payIn("cleo", eur(501), { "idempotency-key": "click" })).statusCode).toBe(422);
    await payIn("cleo", eur(1));
    expect((await payIn("cleo", eur(500), { "idempotency-key": "click" })).json()).toMatchObject({ version: 1 });
  });

  test("show a balance as it was at any moment", async () => {
    const start = service.now.getTime();
    for (const [minute, amount] of [100, 20, 3].entries()) {
      service.now = new Date(start + minute * 60_000);
      await payIn("dora", eur(amount));
    }
    const asOf = (minutes: number) => account("dora", `?asOf=${new Date(start + minutes * 60_000).toISOString()}`);
    expect([await asOf(0), await asOf(1.5), await asOf(9)]).toEqual([
      { accountId: "dora", balance: eur(100), version: 1 },
      { accountId: "dora", balance: eur(120), version: 2 },
      { accountId: "dora", balance: eur(123), version: 3 },
    ]);
    expect(await asOf(-1)).toMatchObject({ status: 404 });
  });

  test("show the same balance from a snapshot as from all entries", async () => {
    for (let entry = 1; entry <= 105; entry += 1) await payIn("eve", eur(entry));
    expect(await account("eve")).toEqual({ accountId: "eve", balance: eur((105 * 106) / 2), version: 105 });
  });

  test("refuse deposits that cannot be, by their place, and accounts that there are not", async () => {
    for (const [payload, pointer] of [
      [{ amount: 0, currency: "EUR" }, "/amount"],
      [{ amount: 1.5, currency: "EUR" }, "/amount"],
      [{ amount: 1, currency: "euro" }, "/currency"],
      [{ amount: 1 }, "/currency"],
    ] as const) {
      const answer = await payIn("finn", payload);
      expect([answer.statusCode, answer.json().errors]).toMatchObject([400, [{ pointer }]]);
    }
    expect(await account("finn")).toMatchObject({ status: 404 });
    await payIn("finn", eur(1));
    expect((await payIn("finn", { amount: 1, currency: "JPY" })).json()).toMatchObject({
      status: 409,
      code: "CURRENCY_MISMATCH",
    });
  });
});

test("the first start makes alice rich and bob poor; later ones change nothing", async () => {
  const runtime = { transact: service.transact } as Parameters<typeof seed>[0];
  await seed(runtime);
  await seed(runtime);
  expect(await account("alice")).toEqual({ accountId: "alice", balance: eur(100_000_000), version: 1 });
  expect(await account("bob")).toEqual({ accountId: "bob", balance: eur(1_000), version: 1 });
});
