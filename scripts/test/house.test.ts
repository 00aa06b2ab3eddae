import { describe, expect, test } from "@jest/globals";
import { decisionRecords, documentedCommands, documentLinks } from "../house/documents.ts";
import { importBans } from "../house/imports.ts";
import { withoutComments, type HouseFile, type HouseRule } from "../house/rule.ts";
import { ambientReads, serviceRooms, strayStatements, waitingDomain } from "../house/services.ts";
import { namedTests, silentTests, sleepingTests } from "../house/tests.ts";

const file = (path: string, text = ""): HouseFile => ({ path, text });
const said = (rule: HouseRule, ...files: HouseFile[]): string[] =>
  rule.check(files).findings.map((found) => found.message);

interface Example {
  readonly rule: HouseRule;
  readonly good: HouseFile[];
  readonly bad: HouseFile[];
  readonly says: string;
}

const examples: Example[] = [
  {
    rule: importBans,
    good: [file("services/order/src/main.ts", 'import { defineService } from "@eventpact/messaging";')],
    bad: [file("services/order/src/main.ts", 'import { stock } from "@shop/inventory";')],
    says: "services know events",
  },
  {
    rule: importBans,
    good: [file("services/order/src/domain.ts", 'import { orderPaid } from "@shop/events";')],
    bad: [file("services/order/src/domain.ts", 'import { readFile } from "node:fs";')],
    says: "domain is pure",
  },
  {
    rule: importBans,
    good: [file("packages/eventpact/src/cli.ts", 'const m = await import("@eventpact/compat");')],
    bad: [file("packages/eventpact/src/cli.ts", 'const m = await import("../../messaging/src/index.ts");')],
    says: "must not know our runtime",
  },
  {
    rule: importBans,
    good: [file("packages/messaging/src/adapters/memory/log.ts", 'import { x } from "../../ports.ts";')],
    bad: [file("packages/messaging/src/adapters/memory/log.ts", 'import { x } from "../postgres/log.ts";')],
    says: "adapters never know each other",
  },
  {
    rule: serviceRooms,
    good: [file("services/order/src/domain.ts"), file("services/order/migrations/001-orders.sql")],
    bad: [file("services/order/src/order-manager.ts")],
    says: "does not belong",
  },
  {
    rule: ambientReads,
    good: [file("services/order/src/handlers.ts", "// new Date() would be wrong here\nconst at = context.now;")],
    bad: [file("services/order/src/handlers.ts", "const at = new Date();")],
    says: "get `now` and `newId`",
  },
  {
    rule: waitingDomain,
    good: [file("services/order/src/domain.ts", "export function decide() {}")],
    bad: [file("services/order/src/domain.ts", "export async function decide() {}")],
    says: "must not use async",
  },
  {
    rule: strayStatements,
    good: [file("services/order/src/handlers.ts", "await loadOrder(db, id);")],
    bad: [file("services/order/src/handlers.ts", 'await db.selectFrom("orders").execute();')],
    says: "belongs into store.ts",
  },
  {
    rule: sleepingTests,
    good: [file("services/order/test/a.test.ts", "await until(() => done);")],
    bad: [file("services/order/test/a.test.ts", "await new Promise((resolve) => setTimeout(resolve, 500));")],
    says: "wait for a condition",
  },
  {
    rule: silentTests,
    good: [file("services/order/test/a.test.ts", 'test("it pays", () => {});')],
    bad: [file("services/order/test/a.test.ts", 'test.only("it pays", () => {});')],
    says: "remove test.only",
  },
  {
    rule: namedTests,
    good: [
      file("docs/where-others-fell.md", "| a crash | [outbox](../packages/outbox.test.ts) “it sends” |"),
      file("packages/outbox.test.ts", 'test("it sends", () => {});'),
    ],
    bad: [
      file("docs/where-others-fell.md", "| a crash | [outbox](../packages/outbox.test.ts) “it sends” |"),
      file("packages/outbox.test.ts", 'test("it sends late", () => {});'),
    ],
    says: 'no test "it sends"',
  },
  {
    rule: namedTests,
    good: [
      file("docs/where-others-fell.md", "| a crash | [outbox](../packages/outbox.test.ts) “it sends” |"),
      file("packages/outbox.test.ts", 'test("it sends", () => {});'),
    ],
    bad: [file("docs/where-others-fell.md", "| a crash | it is fine |")],
    says: "no test is named",
  },
  {
    rule: documentLinks,
    good: [file("README.md", "[words](CONTEXT.md#event)"), file("CONTEXT.md", "## Event\n")],
    bad: [file("README.md", "[words](CONTEXT.md#message)"), file("CONTEXT.md", "## Event\n")],
    says: "has no heading #message",
  },
  {
    rule: documentedCommands,
    good: [file("README.md", "`npm run kafka`"), file("package.json", '{"scripts":{"kafka":"x"}}')],
    bad: [file("README.md", "`npm run kaffka`"), file("package.json", '{"scripts":{"kafka":"x"}}')],
    says: 'no script "kaffka"',
  },
  {
    rule: decisionRecords,
    good: [file("docs/adr/0001-node.md"), file("docs/adr/README.md", "0001-node.md")],
    bad: [file("docs/adr/0002-node.md"), file("docs/adr/README.md", "0002-node.md")],
    says: "expected number 1",
  },
];

describe("house rules", () => {
  test.each(examples)(
    "$rule.code lets what is right pass and says of what is wrong: $says",
    ({ rule, good, bad, says }) => {
      expect(said(rule, ...good)).toEqual([]);
      expect(said(rule, ...bad)).toEqual([expect.stringContaining(says)]);
    },
  );

  test("count the places they looked at, so that looking at nothing is seen", () => {
    for (const { rule, good } of examples) {
      expect(rule.check(good).looked).toBeGreaterThan(0);
      expect(rule.check([]).looked).toBe(0);
    }
  });

  test("keep every line where it is when comments are taken out", () => {
    const text = 'const a = "// not a comment"; /* one\ntwo */ const b = 1; // three';
    expect(withoutComments(text)).toBe(
      `const a = "// not a comment"; ${" ".repeat(6)}\n${" ".repeat(6)} const b = 1; ${" ".repeat(8)}`,
    );
  });
});
