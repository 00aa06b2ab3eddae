import { expect, test } from "@jest/globals";
import { withoutAddresses, withoutPersonalData } from "../src/ops/masking.ts";

const personal = new Set(["email", "shippingAddress"]);

test("personal data is masked wherever it stands in a payload, whatever is written in it", () => {
  const payload = JSON.stringify({
    data: { email: "alice@example.com", lines: [{ shippingAddress: { name: 'a } "b', city: "Lyon" }, quantity: 2 }] },
  });
  expect(JSON.parse(withoutPersonalData(payload, personal))).toEqual({
    data: { email: "[personal data]", lines: [{ shippingAddress: "[personal data]", quantity: 2 }] },
  });
});

test("a payload that is no JSON is cut before its first personal member, and loses every e-mail address", () => {
  expect(
    withoutPersonalData('{"by": "bob@example.com", "orderId": 1, "shippingAddress": {"name": "Alice', personal),
  ).toBe('{"by": "[personal data]", "orderId": 1, [personal data]');
});

test("an error's words lose the address they name", () => {
  expect(withoutAddresses("550 5.1.1 <alice@example.com>: no such mailbox")).toBe(
    "550 5.1.1 <[personal data]>: no such mailbox",
  );
});
