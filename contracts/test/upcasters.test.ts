import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { instancesOf, type Json, type Schema } from "@eventpact/compat";
import { checkUpcasters } from "@eventpact/messaging/testing";
import type { Upcaster } from "@eventpact/messaging";
import * as events from "@shop/events";
import { nodeFileSystem, readModel } from "eventpact";
import { shop } from "../../scripts/lib/shop.ts";

const root = join(import.meta.dirname, "../..");
const instances = new Map<string, readonly Json[]>();
beforeAll(async () => {
  const model = await readModel("asyncapi", { fileSystem: nodeFileSystem(root) });
  for (const { key, payload } of model.events) {
    if (payload.kind !== "json-schema" || !["OrderCreated.v1", ...shopUpcasters.map(({ from }) => from)].includes(key))
      continue;
    instances.set(key, instancesOf(payload.schema as Schema, { dialect: payload.dialect }));
  }
});

const shopUpcasters = shop.flatMap(({ service }) => service.upcasters);
const of = (event: string): readonly Json[] => instances.get(event) ?? [];
const checked = (...upcasters: readonly Upcaster[]) => checkUpcasters({ upcasters, events }, of);

type Before = {
  readonly orderId: string;
  readonly customerId: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  readonly totalPrice: number;
};
const money = (amount: number) => ({ amount, currency: "EUR" });
const whole: Upcaster = {
  from: "OrderCreated.v1",
  to: "OrderCreated.v2",
  upcast: ({ orderId, customerId, items, totalPrice }: Before) => ({
    orderId,
    customerId,
    email: "unknown@example.com",
    items: items.map((item) => ({ ...item, name: item.productId, unitPrice: money(0) })),
    total: money(totalPrice),
    shippingAddress: { name: "?", line1: "?", city: "?", postalCode: "?", country: "XX" },
  }),
};

describe("what an upcaster makes of everything that is valid in the older version", () => {
  test("is valid in the newer, for every upcaster of the shop", () => {
    expect(checked(...shopUpcasters)).toMatchObject({ faults: [], unseen: [] });
  });

  test("is found valid over all bounds and optional fields of a real event", () => {
    const verdict = checked(whole);
    expect(verdict).toMatchObject({ valid: true, faults: [], unseen: [] });
    expect(verdict.looked).toBeGreaterThan(10);
  });

  test.each<[string, Upcaster["upcast"], string]>([
    ["leaves a field out", (data: Before) => ({ ...data, total: money(data.totalPrice) }), "is invalid at"],
    [
      "fails only at a bound",
      (data: Before, envelope) => ({
        ...(whole.upcast(data as never, envelope) as object),
        total: money(data.totalPrice - 1),
      }),
      "/data/total/amount",
    ],
    ["throws", () => undefined as never, "OrderCreated.v1 read as OrderCreated.v2"],
  ])("is shown with the event and the place where it %s", (_, upcast, message) => {
    const { valid, faults } = checked({ ...whole, upcast });
    expect(valid).toBe(false);
    expect(faults[0]).toMatchObject({ from: "OrderCreated.v1", to: "OrderCreated.v2" });
    expect(faults[0]?.message).toContain(message);
    expect(events.validate("OrderCreated.v1", faults[0]?.envelope)).toEqual({ ok: true });
  });

  test("is unknown where no valid event was looked at", () => {
    expect(checked({ ...whole, from: "OrderPaid.v1" })).toMatchObject({
      valid: false,
      unseen: ["OrderPaid.v1 → OrderCreated.v2"],
    });
  });
});
