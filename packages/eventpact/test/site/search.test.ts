import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "@jest/globals";

interface Hit {
  readonly kind: string;
  readonly name: string;
  readonly href: string;
}

const source = readFileSync(new URL("../../src/site/assets/search.js", import.meta.url), "utf8");
const window = {} as { eventpactFind: (entries: readonly unknown[], query: string, field: string) => readonly Hit[] };
runInContext(source, createContext({ window }));

const entries = [
  [
    "Event",
    "OrderCreated.v2",
    "a2.html",
    "Someone ordered.",
    ["data.email", ["data.reason", "", "LATE CUSTOMER_REQUEST"]],
  ],
  ["Event", "OrderCreated.v1", "a1.html", "Someone ordered, long ago.", [["data.a b", "data.a~20b"]], "retained"],
  ["Event", "EmailSent.v1", "b.html", "A letter left.", ["data.items[].quantity"]],
  ["Event", "주문생성", "c.html", "Bestellung aus München, Straße egal", []],
  ["Service", "email", "d.html", "Écrit aux clients"],
];
const found = (query: string): readonly string[] =>
  [...window.eventpactFind(entries, query, "Field")].map(({ name, href }) => `${name} ${href}`);

describe("the search of the site", () => {
  test("finds things by name, the best first, and events before fields that are called so too", () => {
    expect(found("email")).toEqual(["email d.html", "EmailSent.v1 b.html", "data.email a2.html#data.email"]);
    expect(found("v2")).toEqual(["OrderCreated.v2 a2.html"]);
  });

  test("takes words of a name however they are joined, quoted or ordered", () => {
    for (const query of [
      "order created",
      "OrderCreated",
      "order-created",
      "order_created",
      '"OrderCreated"',
      "created: order",
      "„order“ (created)",
    ])
      expect([query, ...found(query).slice(0, 2)]).toEqual([
        query,
        "OrderCreated.v2 a2.html",
        "OrderCreated.v1 a1.html",
      ]);
  });

  test("finds fields by path, by values they may have, and leads to their place", () => {
    expect(found("items[].quantity")).toEqual(["data.items[].quantity b.html#data.items[].quantity"]);
    expect(found("CUSTOMER_REQUEST")).toEqual(["data.reason a2.html#data.reason"]);
    expect(found("data.a")).toContain("data.a b a1.html#data.a~20b");
  });

  test("finds what is not shown, such as a lifecycle", () => {
    expect(found("retained")).toEqual(["OrderCreated.v1 a1.html"]);
  });

  test("leaves accents, case and half-typed Hangul aside", () => {
    for (const query of [
      "munchen",
      "MÜNCHEN",
      "strasse",
      "straße",
      "주문",
      "주ㅁ".normalize("NFKD").slice(0, 2),
      "주문생",
    ])
      expect([query, ...found(query)]).toEqual([query, "주문생성 c.html"]);
    expect(found("ecrit")).toEqual(["email d.html"]);
  });

  test("shows what answers most of the words where nothing answers all, and nothing where nothing does", () => {
    expect(found("letter zzz")).toEqual(["EmailSent.v1 b.html"]);
    for (const query of ["zzz", "(", '"', "   ", "->"]) expect(found(query)).toEqual([]);
  });
});
