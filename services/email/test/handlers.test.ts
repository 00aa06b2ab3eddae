import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { hearing, told } from "../../../e2e/support/hearing.ts";
import { serviceAlone, type ServiceAlone } from "../../../e2e/support/service-alone.ts";
import type { Mailer } from "../src/adapters/mailer.ts";
import type { Letter } from "../src/domain.ts";
import { handlersWith } from "../src/handlers.ts";
import { email } from "../src/main.ts";

const orderId = "019bc134-782d-7aa8-8f7f-6add4e1224f0";
const who = { orderId, customerId: "alice", email: "alice@example.com" };
const shippingAddress = { name: "Alice <b>", line1: "1 Rue", city: "Lyon", postalCode: "69003", country: "FR" };
const total = { amount: 1250, currency: "EUR" as const };
const created = told("OrderCreated.v2", { ...who, items: [], total, shippingAddress });
const cancelled = told("OrderCancelled.v1", { ...who, reason: "OUT_OF_STOCK", previousStatus: "CREATED" });

let service: ServiceAlone;
let taken: Letter[];
let mailer: Mailer & { trouble?: Error };
let hear: ReturnType<typeof hearing>;
beforeAll(async () => {
  service = await serviceAlone(email);
});
beforeEach(async () => {
  await service.reset();
  taken = [];
  mailer = {
    captures: true,
    async send(letter) {
      if (mailer.trouble) throw mailer.trouble;
      taken.push(letter);
    },
  };
  hear = hearing(service, handlersWith(mailer));
});
afterAll(() => service.close());

describe("email's handlers", () => {
  test("write once on each occasion, and tell that they did", async () => {
    expect(await hear(created)).toMatchObject([
      { event: "EmailSent.v1", key: orderId, data: { template: "ORDER_RECEIVED" } },
    ]);
    expect(await hear(created)).toEqual([]);
    expect(await hear(told("OrderCreated.v2", created.data))).toEqual([]);
    await hear(cancelled);
    expect(taken.map(({ template, to }) => [template, to])).toEqual([
      ["ORDER_RECEIVED", "alice@example.com"],
      ["ORDER_CANCELLED", "alice@example.com"],
    ]);
  });

  test("write nothing in a replay, and nothing for a version that knew no address", async () => {
    expect(await hear(created, { replay: true })).toEqual([]);
    const first = { orderId, customerId: "alice", items: [{ productId: "mug", quantity: 1 }], totalPrice: 1250 };
    expect(await hear(told("OrderCreated.v1", first))).toEqual([]);
    expect(taken).toEqual([]);
    expect(await hear(created)).toHaveLength(1);
  });

  test("try again with the same Message-ID after the mail server was away: the claim is undone with the attempt", async () => {
    mailer.trouble = new Error("connect ECONNREFUSED");
    await expect(hear(created)).rejects.toThrow("ECONNREFUSED");
    delete mailer.trouble;
    expect(await hear(created)).toHaveLength(1);
    expect(taken.map(({ messageId }) => messageId)).toEqual([`${created.eventId}@mail.shop.example`]);
  });
});

describe("the captured letters", () => {
  test("are listed, the newest first, for all orders or one, and shown without scripts", async () => {
    await hear(created);
    service.now = new Date(service.now.getTime() + 1_000);
    await hear(cancelled);
    const list = (await service.http.inject(`/emails?orderId=${orderId}`)).json();
    expect(list.map(({ template }: Letter) => template)).toEqual(["ORDER_CANCELLED", "ORDER_RECEIVED"]);
    expect((await service.http.inject("/emails?orderId=other")).json()).toEqual([]);
    const page = await service.http.inject(`/emails/${encodeURIComponent(list[1].messageId)}`);
    expect(page.headers["content-security-policy"]).toMatch(/default-src 'none'.*sandbox/);
    expect(page.body).toContain("Hello Alice &lt;b&gt;,");
    expect((await service.http.inject("/emails/unknown")).statusCode).toBe(404);
  });

  test("have a page", async () => {
    const page = await service.http.inject("/letters");
    expect([page.statusCode, page.headers["content-type"]]).toEqual([200, "text/html; charset=utf-8"]);
  });
});
