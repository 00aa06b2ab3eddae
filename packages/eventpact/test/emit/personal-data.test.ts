import { expect, test } from "@jest/globals";
import { personalNames } from "../../src/emit/personal-data.ts";

const personal = { type: "string", "x-personal-data": true };

test("names are found where they are marked: here, behind a reference, in a part, in a list", () => {
  const schema = {
    $defs: { address: { type: "object", "x-personal-data": true, properties: { city: { type: "string" } } } },
    properties: {
      orderId: { type: "string" },
      data: {
        properties: {
          email: personal,
          shippingAddress: { $ref: "#/$defs/address" },
          contact: { allOf: [personal] },
          friends: { items: { properties: { phone: personal } } },
        },
      },
    },
  };
  expect(personalNames([schema])).toEqual(["contact", "email", "phone", "shippingAddress"]);
});

test("a mark of the property itself overrules what it refers to", () => {
  const schema = {
    $defs: { address: personal },
    properties: { warehouse: { $ref: "#/$defs/address", "x-personal-data": false } },
  };
  expect(personalNames([schema])).toEqual([]);
});

test("schemas that lead back to themselves end", () => {
  const schema = {
    $defs: { a: { $ref: "#/$defs/a" } },
    properties: { child: { $ref: "#" }, odd: { $ref: "#/$defs/a" } },
  };
  expect(personalNames([schema])).toEqual([]);
});
